import type { CaseCommandInput } from '@fieldcase/application';
import { caseDecider, caseStreams, type CaseState } from '@fieldcase/domain';
import { openCommandOffice, type CommandOffice } from '../command-office';

/** Everything that a call centre and its depots may do, as one process does it. */
export type Office = CommandOffice;

export const openOffice = (url: string, connections = 6): Promise<Office> =>
  openCommandOffice(url, 'rig-stock', connections);

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
