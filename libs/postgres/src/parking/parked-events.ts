import type { Pool } from 'pg';
import type { LogSource, Projection, RecordedEvent, SqlClient } from '@fieldcase/eventsourcing';
import { loadCheckpoint } from '../subscriptions/checkpoints';
import { unknownEvent } from '../subscriptions/log-follower';
import { inTransaction, writingTo } from '../subscriptions/sql';
import { applyIsolating } from './isolate';

export interface ParkedEvent {
  readonly projection: string;
  readonly position: bigint;
  readonly streamId: string;
  readonly type: string;
  readonly status: 'parked' | 'discarded';
  /** null: it only waits behind an earlier event of its root. */
  readonly error: string | null;
  readonly attempts: number;
  /** Epoch ms. */
  readonly parkedAt: number;
  readonly reason: string | null;
}

/** Which parked events; all when empty. A stream stands for all streams of its root. */
export interface ParkedFilter {
  readonly projection?: string;
  readonly streamId?: string;
  readonly position?: bigint;
}

export interface Retried {
  /** Applied now, and no longer parked. */
  readonly applied: number;
  /** Failed again, with what waits behind them. */
  readonly stillParked: number;
}

interface ParkedRow {
  subscription: string;
  position: string;
  root: string;
  stream_id: string;
  type: string;
  status: 'parked' | 'discarded';
  error: string | null;
  attempts: number;
  parked_at: Date;
  reason: string | null;
}

const SELECTION = `($1::text is null or subscription = $1)
  and ($2::text is null or root = (select p.root from fieldcase.parked p where p.stream_id = $2 limit 1))
  and ($3::bigint is null or position = $3)`;

/** Events that the failure policy set aside: for the operator, who alone decides what becomes of them. */
export class ParkedEvents {
  private readonly projections: ReadonlyMap<string, Projection>;

  constructor(
    private readonly options: {
      readonly pool: Pool;
      readonly source: LogSource;
      readonly projections: readonly Projection[];
      readonly isKnown?: (event: RecordedEvent) => boolean;
    },
  ) {
    this.projections = new Map(options.projections.map((projection) => [projection.name, projection]));
  }

  /** In order of projection and position; discarded ones only where asked for. */
  async list(filter: ParkedFilter = {}, discarded = false): Promise<ParkedEvent[]> {
    const { rows } = await this.options.pool.query<ParkedRow>(
      `select * from fieldcase.parked where ${SELECTION} and (status = 'parked' or $4)
       order by subscription, position`,
      [...selection(filter), discarded],
    );
    return rows.map((row) => ({
      projection: row.subscription,
      position: BigInt(row.position),
      streamId: row.stream_id,
      type: row.type,
      status: row.status,
      error: row.error,
      attempts: row.attempts,
      parkedAt: row.parked_at.getTime(),
      reason: row.reason,
    }));
  }

  /** Applies parked events again, in order, root by root; the live runner of that projection waits meanwhile. */
  async retry(filter: ParkedFilter = {}): Promise<Retried> {
    const { position: _, ...roots } = filter;
    const { rows } = await this.options.pool.query<{ subscription: string; root: string }>(
      `select subscription, root from fieldcase.parked where ${SELECTION} and status = 'parked'
       group by subscription, root order by min(position)`,
      selection(roots),
    );
    let [applied, stillParked] = [0, 0];
    for (const { subscription, root } of rows) {
      const projection = this.projections.get(subscription);
      if (!projection) continue;
      const retried = await this.retryRoot(projection, root);
      applied += retried.applied;
      stillParked += retried.stillParked;
    }
    return { applied, stillParked };
  }

  /**
   * Leaves events out of their projection for good. With a position only that event: retry the rest of its root then.
   * @param reason why, for who reads it later; required
   * @returns how many were discarded
   */
  async discard(filter: ParkedFilter, reason: string): Promise<number> {
    if (reason.trim() === '') throw new Error('reason: expected a text that says why these events are left out');
    const { rowCount } = await this.options.pool.query(
      `update fieldcase.parked set status = 'discarded', reason = $4, discarded_at = clock_timestamp()
       where ${SELECTION} and status = 'parked'`,
      [...selection(filter), reason],
    );
    return rowCount ?? 0;
  }

  private async retryRoot(projection: Projection, root: string): Promise<Retried> {
    return inTransaction(this.options.pool, writingTo('read_models'), async (client) => {
      // Holds the live runner back: nothing of this root may be applied or parked in between.
      await client.query('select 1 from fieldcase.checkpoints where subscription = $1 order by shard for update', [
        projection.name,
      ]);
      await loadCheckpoint(client, projection.name, projection.version);
      const events = await this.eventsOf(client, projection.name, root);
      const { isKnown = () => true } = this.options;
      const unknown = events.findIndex((event) => !isKnown(event));
      const known = unknown < 0 ? events : events.slice(0, unknown);
      const [failed] = await applyIsolating(client, projection, known);
      const blocked = events[unknown];
      const still = failed ?? (blocked && { event: blocked, error: unknownEvent(blocked) });
      const applied = still ? events.findIndex((event) => event.position === still.event.position) : events.length;
      await client.query(
        `delete from fieldcase.parked where subscription = $1 and position = any($2::bigint[]) and status = 'parked'`,
        [projection.name, events.slice(0, applied).map((event) => String(event.position))],
      );
      if (still) await this.failedAgain(client, projection, still.event.position, still.error ?? '');
      return { applied, stillParked: events.length - applied };
    });
  }

  private async failedAgain(client: SqlClient, projection: Projection, position: bigint, error: string): Promise<void> {
    await client.query(
      `update fieldcase.parked set error = $3, attempts = attempts + 1, version = $4
       where subscription = $1 and position = $2`,
      [projection.name, String(position), error, projection.version],
    );
  }

  private async eventsOf(client: SqlClient, subscription: string, root: string): Promise<RecordedEvent[]> {
    const { rows } = await client.query<{ position: string }>(
      `select position from fieldcase.parked where subscription = $1 and root = $2 and status = 'parked'
       order by position`,
      [subscription, root],
    );
    const events: RecordedEvent[] = [];
    for (const { position } of rows) {
      const at = BigInt(position);
      const batch = await this.options.source.read({ after: at - 1n, limit: 1, upTo: at });
      events.push(...batch.events);
    }
    return events;
  }
}

function selection({ projection, streamId, position }: ParkedFilter): [string | null, string | null, string | null] {
  return [projection ?? null, streamId ?? null, position === undefined ? null : String(position)];
}
