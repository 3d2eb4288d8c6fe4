import type { Pool } from 'pg';
import { SHARDS, type LogSource } from '@fieldcase/eventsourcing';

interface Behind {
  readonly position: bigint;
  readonly since: number;
}

export interface StandstillOptions {
  readonly pool: Pool;
  readonly source: Pick<LogSource, 'head'>;
  readonly subscription: string;
  /** So long a shard must have been behind the log without moving. */
  readonly afterMs: number;
  /** Milliseconds, of any beginning. */
  readonly clock?: () => number;
}

/** Finds the shards of a subscription that nobody moves though the log has gone on, whoever should. */
export class Standstill {
  private readonly behind = new Map<number, Behind>();

  constructor(private readonly options: StandstillOptions) {}

  /** To be asked again and again: what stands still is seen from one look to the next. */
  async look(): Promise<readonly number[]> {
    const { pool, source, subscription, afterMs, clock = () => performance.now() } = this.options;
    const { rows } = await pool.query<{ shard: number; position: string }>(
      'select shard, position from fieldcase.checkpoints where subscription = $1',
      [subscription],
    );
    const positions = new Map(rows.map(({ shard, position }) => [shard, BigInt(position)]));
    const head = await source.head();
    const now = clock();
    const standing: number[] = [];
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const position = positions.get(shard) ?? head;
      const known = this.behind.get(shard);
      if (position >= head) this.behind.delete(shard);
      else if (known?.position !== position) this.behind.set(shard, { position, since: now });
      else if (now - known.since >= afterMs) standing.push(shard);
    }
    return standing;
  }
}
