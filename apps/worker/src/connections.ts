import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import type { Config } from '@fieldcase/config';
import {
  createPool,
  describeFailure,
  Notifier,
  PostgresEventStore,
  PostgresLogSource,
  PostgresPersonalData,
  PostgresReferenceLog,
  type Report,
} from '@fieldcase/postgres';

/** Everything that the roles share; closed in reverse order. */
export interface Connections {
  readonly pool: ReturnType<typeof createPool>;
  readonly store: PostgresEventStore;
  readonly source: PostgresLogSource;
  readonly references: PostgresReferenceLog;
  readonly personal: PostgresPersonalData;
  /** Names this process in leases and metrics. */
  readonly owner: string;
  readonly report: Report;
  close(): Promise<void>;
}

export function connect(config: Pick<Config, 'databaseUrl' | 'poolSize'>, report: Report): Connections {
  if (!config.databaseUrl) throw new Error('DATABASE_URL: expected a PostgreSQL URL (npm start sets it by itself)');
  const pool = createPool({
    url: config.databaseUrl,
    max: config.poolSize,
    name: 'fieldcase-worker',
    onError: (error) => report('warn', 'a connection broke', { problem: describeFailure(error) }),
  });
  const notifier = new Notifier(pool);
  const source = new PostgresLogSource(pool);
  return {
    pool,
    store: new PostgresEventStore(pool, { onCommitted: notifier.announce }),
    source,
    references: new PostgresReferenceLog(pool),
    personal: new PostgresPersonalData(pool),
    owner: `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`,
    report,
    async close() {
      await source.close();
      await notifier.close();
      await pool.end();
    },
  };
}
