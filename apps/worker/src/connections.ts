import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import type { Config } from '@fieldcase/config';
import { eventUpcasters } from '@fieldcase/domain';
import { createPool, describeFailure, openLog, type OpenLog, type Report } from '@fieldcase/postgres';
import type { WorkerMetrics } from './worker-metrics';

/** Everything that the roles share; closed in reverse order. */
export interface Connections extends OpenLog {
  readonly pool: ReturnType<typeof createPool>;
  /** Names this process in leases and metrics. */
  readonly owner: string;
  readonly report: Report;
  /** Absent where nobody asks for figures, as in specs. */
  readonly metrics?: WorkerMetrics | undefined;
}

export function connect(
  config: Pick<Config, 'databaseUrl' | 'poolSize'>,
  report: Report,
  metrics?: WorkerMetrics,
): Connections {
  if (!config.databaseUrl) throw new Error('DATABASE_URL: expected a PostgreSQL URL (npm start sets it by itself)');
  const pool = createPool({
    url: config.databaseUrl,
    max: config.poolSize,
    name: 'fieldcase-worker',
    onError: (error) => report('warn', 'a connection broke', { problem: describeFailure(error) }),
  });
  const log = openLog(pool, { upcasters: eventUpcasters });
  return {
    ...log,
    pool,
    owner: `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`,
    report,
    metrics,
    async close() {
      await log.close();
      await pool.end();
    },
  };
}
