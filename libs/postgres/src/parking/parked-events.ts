import type { Pool } from 'pg';
import { rootOf, type LogSource, type Projection, type RecordedEvent } from '@fieldcase/eventsourcing';
import { ERASED } from '../subscriptions/apply-events';
import { loadCheckpoint, lockCheckpoint, REBUILDING } from '../subscriptions/checkpoints';
import { inTransaction, writingTo } from '../subscriptions/sql';
import { applyLeadingErasures } from './erasures';
import { retryRoot, type Retried } from './retry-root';

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

export interface RetriedAll extends Retried {
  /** Subscriptions with parked events that this code does not have, where there are any: nothing was tried. */
  readonly leftAlone?: readonly string[];
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

/** What a rebuild has set aside so far is its own until the swap. */
const SELECTION = `($1::text is null or subscription = $1) and subscription not like '%${REBUILDING}'
  and ($2::text is null or root = $2) and ($3::bigint is null or position = $3)`;

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

  /**
   * Applies parked events again, in order, root by root: with a position all of that event's root. The live runner of
   * that projection waits meanwhile.
   */
  async retry(filter: ParkedFilter = {}): Promise<RetriedAll> {
    const { rows } = await this.options.pool.query<{ subscription: string; root: string; parked: number }>(
      `select subscription, root, count(*)::integer as parked from fieldcase.parked
       where ${SELECTION} and status = 'parked' group by subscription, root order by min(position)`,
      selection(filter),
    );
    let [applied, stillParked] = [0, 0];
    const leftAlone = new Set<string>();
    for (const { subscription, root, parked } of rows) {
      const projection = this.projections.get(subscription);
      if (!projection) leftAlone.add(subscription);
      const retried = projection ? await this.retryRoot(projection, root) : { applied: 0, stillParked: parked };
      applied += retried.applied;
      stillParked += retried.stillParked;
    }
    return { applied, stillParked, ...(leftAlone.size > 0 && { leftAlone: [...leftAlone] }) };
  }

  /**
   * Leaves events out of their projection for good. With a position only that event: retry the rest of its root then.
   * Erasures are never left out: one that now waits for nothing is applied, any other stays parked.
   * @param reason why, for who reads it later; required
   * @returns how many were discarded
   */
  async discard(filter: ParkedFilter, reason: string): Promise<number> {
    if (reason.trim() === '') throw new Error('reason: expected a text that says why these events are left out');
    return inTransaction(this.options.pool, writingTo('read_models'), async (client) => {
      // A retry or a rebuild's swap at this moment: they see all of it or nothing, and this sees what they left.
      await client.query(
        `select from fieldcase.checkpoints
         where subscription in (select subscription from fieldcase.parked where ${SELECTION} and status = 'parked')
         order by subscription, shard for update`,
        selection(filter),
      );
      const { rowCount } = await client.query(
        `update fieldcase.parked set status = 'discarded', reason = $4, discarded_at = clock_timestamp()
         where ${SELECTION} and status = 'parked' and type <> '${ERASED}'`,
        [...selection(filter), reason],
      );
      const { source, isKnown } = this.options;
      const roots = `(subscription, root) in (select subscription, root from fieldcase.parked where ${SELECTION})`;
      await applyLeadingErasures(client, { source, isKnown, projections: this.projections }, roots, selection(filter));
      return rowCount;
    });
  }

  private async retryRoot(projection: Projection, root: string): Promise<Retried> {
    const { pool, source, isKnown } = this.options;
    return inTransaction(pool, writingTo('read_models'), async (client) => {
      await lockCheckpoint(client, projection.name);
      await loadCheckpoint(client, projection.name, projection.version);
      return retryRoot(client, { subscription: projection.name, projection, source, isKnown }, root);
    });
  }
}

function selection({ projection, streamId, position }: ParkedFilter): [string | null, string | null, string | null] {
  const root = streamId === undefined ? null : rootOf(streamId);
  return [projection ?? null, root, position === undefined ? null : String(position)];
}
