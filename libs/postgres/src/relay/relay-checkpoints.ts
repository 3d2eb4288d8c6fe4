import type { Pool } from 'pg';
import { SHARDS } from '@fieldcase/eventsourcing';
import type { Lease } from '../leases/lease';
import {
  CheckpointMoved,
  loadCheckpoint,
  prepareSubscription,
  type ShardPositions,
} from '../subscriptions/checkpoints';
import { asSqlClient, inTransaction } from '../subscriptions/sql';

const VERSION = 1;

/**
 * How far the log is published to each partition of a topic, kept with the log as every subscription's checkpoint is and
 * moved by its leader only.
 */
export class RelayCheckpoints {
  /**
   * @param lease of the leader: without it nothing moves
   * @param name of the subscription
   */
  constructor(
    private readonly pool: Pool,
    private readonly lease: Pick<Lease, 'fence'>,
    private readonly name = 'relay',
  ) {}

  /** Of partitions that nothing was published to, 0. */
  async load(): Promise<ShardPositions> {
    const nothing = async (): Promise<void> => undefined;
    const subscription = { name: this.name, version: VERSION, tables: [], eventTypes: [] };
    await prepareSubscription(this.pool, { ...subscription, createTables: nothing, apply: nothing }, 'read_models');
    return loadCheckpoint(asSqlClient(this.pool), this.name, VERSION);
  }

  /**
   * Also back, where records are found to be lost.
   * @throws LeaseLost, CheckpointMoved; nothing was moved then
   */
  async move(from: ShardPositions, to: ShardPositions): Promise<void> {
    await inTransaction(this.pool, '', async (client) => {
      await this.lease.fence(client);
      const { rowCount } = await client.query(
        `update fieldcase.checkpoints c set position = moved.position
         from unnest($3::bigint[], $4::bigint[]) with ordinality as moved(expected, position, ordinal)
         where c.subscription = $1 and c.version = $2
           and c.shard = moved.ordinal - 1 and c.position = moved.expected`,
        [this.name, VERSION, from.map(String), to.map(String)],
      );
      if (rowCount !== SHARDS) throw new CheckpointMoved(this.name);
    });
  }
}
