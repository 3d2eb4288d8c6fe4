import { randomUUID } from 'node:crypto';
import { createApplication, type Application, type CommandOptions } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { eventUpcasters } from '@fieldcase/domain';
import { createPool, openLog, readLogIdentity, type OpenLog } from '@fieldcase/postgres';
import type { Pool } from 'pg';

/** Commands as a process carries them out, without HTTP. */
export interface CommandOffice {
  readonly pool: Pool;
  readonly log: OpenLog;
  readonly application: Application;
  close(): Promise<void>;
}

/** @param connections as an API has them by default */
export async function openCommandOffice(url: string, connections = 10): Promise<CommandOffice> {
  const pool = createPool({ url, max: connections, name: 'bench' });
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

export const faultReport = {
  type: 'ReportFault',
  siteName: '红旗农场',
  contact: { name: '王建国', phone: '13900001111' },
  address: '一路 1 号',
  region: 'east',
  faultDescription: '割台皮带断裂',
} as const;

/** Of a dispatcher whose request has a key of its own, as every command over HTTP has. */
export function keyed(key: string = randomUUID()): CommandOptions {
  return { actor: 'zhao', roles: ['dispatcher'], key: { sub: 'zhao', key, request: `POST /api/v1/cases ${key}` } };
}
