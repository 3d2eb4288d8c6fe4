import type { Pool } from 'pg';
import { SHARDS } from '@fieldcase/eventsourcing';
import type { Lease } from '../leases/lease';
import {
  CheckpointMoved,
  loadCheckpoint,
  prepareSubscription,
  type ShardPositions,
} from '../subscriptions/checkpoints';
import { noteProblem } from '../subscriptions/note-problem';
import { asSqlClient, inTransaction } from '../subscriptions/sql';
import { relayProblem, type RelayTrouble } from './relay-status';

/** As every subscription has them; its "tables" are the topic's partitions. */
const RELAY = { name: 'relay', version: 1, tables: [], eventTypes: [] } as const;

/** How far the relay has published each partition, kept with the log and moved by its leader only. */
export class RelayCheckpoints {
  /** @param lease of the leader: without it nothing moves */
  constructor(
    private readonly pool: Pool,
    private readonly lease: Pick<Lease, 'fence'>,
  ) {}

  /** Of partitions that nothing was published to, 0. */
  async load(): Promise<ShardPositions> {
    await this.prepare();
    return loadCheckpoint(asSqlClient(this.pool), RELAY.name, RELAY.version);
  }

  /** Why it does not publish; null: it does. Also before it has ever begun. */
  async note(trouble: RelayTrouble, sentence: string): Promise<void>;
  async note(well: null): Promise<void>;
  async note(trouble: RelayTrouble | null, sentence = ''): Promise<void> {
    await this.prepare();
    await noteProblem(this.pool, RELAY.name, trouble && relayProblem(trouble, sentence));
  }

  private async prepare(): Promise<void> {
    const nothing = async (): Promise<void> => undefined;
    await prepareSubscription(this.pool, { ...RELAY, createTables: nothing, apply: nothing }, 'read_models');
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
        [RELAY.name, RELAY.version, from.map(String), to.map(String)],
      );
      if (rowCount !== SHARDS) throw new CheckpointMoved(RELAY.name);
    });
  }
}
