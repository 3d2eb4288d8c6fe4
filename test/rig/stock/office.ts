import { createApplication, type Application, type CaseCommandInput } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { caseDecider, caseStreams, eventUpcasters, type CaseState } from '@fieldcase/domain';
import { createPool, openLog, readLogIdentity, type OpenLog } from '@fieldcase/postgres';
import type { Pool } from 'pg';

/** Everything that a call centre and its depots may do, as one process does it. */
export interface Office {
  readonly pool: Pool;
  readonly log: OpenLog;
  readonly application: Application;
  close(): Promise<void>;
}

/** @param connections to PostgreSQL; two offices on one database are two writers */
export async function openOffice(url: string, connections = 6): Promise<Office> {
  const pool = createPool({ url, max: connections, name: 'rig-stock' });
  const log = openLog(pool, { upcasters: eventUpcasters });
  const { secret } = await readLogIdentity(pool);
  const { limits } = loadConfig({});
  const application = createApplication({ store: log.store, referenceSource: log.references, secret, limits });
  return {
    pool,
    log,
    application,
    async close() {
      await log.close();
      await pool.end();
    },
  };
}

export const clerk = { actor: 'rig', roles: ['dispatcher', 'supervisor'] };
export const DEPOTS = '*' as const;

export async function reportFault({ application }: Office, county?: string): Promise<string> {
  const contact = { name: '王建国', phone: '13900001111' };
  const fault = { siteName: '红旗农场', contact, address: '一路 1 号', faultDescription: '割台皮带断裂' };
  const place = { region: 'shandong', ...(county && { county }) };
  return (await application.cases.handle(undefined, { type: 'ReportFault', ...place, ...fault }, clerk)).id;
}

export function onCase({ application }: Office, caseId: string, command: CaseCommandInput) {
  return application.cases.handle(caseId, command, clerk);
}

export async function requestPart(office: Office, caseId: string, partNumber: string, quantity: number) {
  return (await onCase(office, caseId, { type: 'RequestPart', partNumber, quantity })).made['partRequestId'] ?? '';
}

/** The case as its streams tell it now. */
export async function readCase({ log }: Office, caseId: string): Promise<CaseState> {
  const streams = await log.store.readStreams(caseStreams(caseId));
  const events = [...streams.values()].flat().sort((a, b) => (a.position < b.position ? -1 : 1));
  return events.reduce<CaseState>(
    (state, event) => caseDecider.evolve(state, event as unknown as Parameters<typeof caseDecider.evolve>[1]),
    caseDecider.initialState,
  );
}
