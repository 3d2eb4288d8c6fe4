import { createApplication, type Application } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { eventUpcasters } from '@fieldcase/domain';
import { createPool, openLog, readLogIdentity, type OpenLog } from '@fieldcase/postgres';
import type { Pool } from 'pg';

/** Commands as one process carries them out, without HTTP. */
export interface CommandOffice {
  readonly pool: Pool;
  readonly log: OpenLog;
  readonly application: Application;
  close(): Promise<void>;
}

/** @param connections to PostgreSQL; two offices on one database are two writers */
export async function openCommandOffice(url: string, name: string, connections: number): Promise<CommandOffice> {
  const pool = createPool({ url, max: connections, name });
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
