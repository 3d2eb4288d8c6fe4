import type { SinkConfig } from '@fieldcase/config';
import { bindSink, createPool, describeFailure, migrate, readLogIdentity } from '@fieldcase/postgres';
import type { Connections } from './connections';

export interface Sink {
  /** The roles' connections, of which the pool is the sink's: what is followed is kept there. */
  readonly connections: Connections;
  /** Of this database and no other. */
  readonly id: string;
  close(): Promise<void>;
}

const POOL_SIZE = 10;

/**
 * A database for analysts, brought to the schema of this code and bound to this log. Read models, checkpoints, leases
 * and parked rows are kept there; the log and its personal fields stay where they are.
 * @throws SinkUnfit
 */
export async function openSink(
  { url, migrationUrl }: SinkConfig,
  connections: Connections,
  poolSize = POOL_SIZE,
): Promise<Sink> {
  const { report } = connections;
  await migrate(migrationUrl, { applicationUrl: url });
  const pool = createPool({
    url,
    max: poolSize,
    name: 'fieldcase-sink',
    onError: (error) => report('warn', 'a connection of the sink broke', { problem: describeFailure(error) }),
  });
  try {
    const id = await bindSink(pool, await readLogIdentity(connections.pool));
    return { connections: { ...connections, pool }, id, close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}
