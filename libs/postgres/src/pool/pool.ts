import { Pool, type PoolConfig } from 'pg';

export interface PoolOptions {
  /** The application's connection string. */
  readonly url: string;
  /** Connections at most (10). */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly name?: string;
  /** Milliseconds; 5,000 by default, 2,000 for command handling, 0 for none (rebuilds, exports). */
  readonly statementTimeoutMs?: number;
  /** Milliseconds; 1,000 by default. */
  readonly lockTimeoutMs?: number;
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onError?: (error: Error) => void;
}

/** What the server's own limit leaves for the way there and back. */
const ON_THE_WAY_MS = 3_000;
/** The limit of a batch of a read model (`writingTo`) is a minute. */
export const LONG_ANSWER_MS = 60_000 + ON_THE_WAY_MS;

/** Settings of every session of the application, as libpq's `options`. Times are read back as UTC. */
export function sessionOptions(options: Pick<PoolOptions, 'statementTimeoutMs' | 'lockTimeoutMs'> = {}): string {
  return [
    'role=fieldcase_app',
    'timezone=UTC',
    `statement_timeout=${options.statementTimeoutMs ?? 5_000}`,
    `lock_timeout=${options.lockTimeoutMs ?? 1_000}`,
    'idle_in_transaction_session_timeout=5000',
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');
}

/** What a single connection outside a pool needs (LISTEN, NOTIFY). */
export function connectionConfig(options: PoolOptions): PoolConfig {
  const { statementTimeoutMs = 5_000 } = options;
  return {
    connectionString: options.url,
    application_name: options.name ?? 'fieldcase',
    options: sessionOptions(options),
    connectionTimeoutMillis: 2_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // The server ends what takes longer. Of one that says nothing at all, on a connection that stays open, only our own
    // clock tells: TCP would wait for a quarter of an hour, and for ever where the machine lives and the process hangs.
    ...(statementTimeoutMs > 0 ? { query_timeout: statementTimeoutMs + ON_THE_WAY_MS } : {}),
  };
}

/**
 * A pool of application connections: role `fieldcase_app`, bounded waits, no unhandled errors.
 * Getting a connection rejects after 2 s.
 */
export function createPool(options: PoolOptions): Pool {
  const pool = new Pool({ ...connectionConfig(options), max: options.max ?? 10, idleTimeoutMillis: 30_000 });
  const onError = options.onError ?? ((): void => undefined);
  pool.on('error', onError);
  // A checked-out connection that breaks rejects its query; without a listener it would end the process as well.
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}
