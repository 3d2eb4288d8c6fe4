import type { Pool } from 'pg';
import type { LogSource, Projection, RecordedEvent, SqlClient } from '@fieldcase/eventsourcing';
import { Lease, LeaseLost, underLease } from '../leases/lease';
import { DiscardedMeanwhile, discardedPositions, takeOverDiscards } from '../parking/discards';
import { CheckpointGone, prepareSubscription, subscriptionName } from '../subscriptions/checkpoints';
import { backoff, isInfrastructureFailure, describeFailure } from '../subscriptions/failure';
import { LogFollower } from '../subscriptions/log-follower';
import { pause } from '../subscriptions/pause';
import { silent, type Report } from '../subscriptions/report';
import { asSqlClient, inTransaction, writingTo } from '../subscriptions/sql';
import { ProjectionRunner } from './projection-runner';
import { quoted, swapIn } from './swap';

export interface RebuildProgress {
  readonly projection: string;
  readonly version: number;
  readonly position: bigint;
  /** The log's head. */
  readonly target: bigint;
  /** Over the last seconds. */
  readonly eventsPerSecond: number;
  /** Milliseconds until caught up at this rate; null while unknown. */
  readonly etaMs: number | null;
}

export interface RebuildOptions {
  readonly pool: Pool;
  readonly source: LogSource;
  readonly projection: Projection;
  readonly isKnown?: (event: RecordedEvent) => boolean;
  readonly knownTypes?: readonly string[];
  /** Names this process in the lease: two rebuilds of one projection never run side by side. */
  readonly owner: string;
  readonly batchSize?: number;
  readonly leaseMs?: number;
  readonly lockTimeoutMs?: number;
  readonly report?: Report;
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly afterSwap?: (client: SqlClient) => Promise<void>;
  /** Nothing is built where the live rows are of this version: of many workers that start, one rebuilds. */
  readonly onlyWhereOlder?: boolean;
}

/** An unfinished rebuild was begun by other code: its rows and this code's must not be mixed. */
export class RebuildOfOtherVersion extends Error {
  constructor(
    readonly projection: string,
    readonly begun: number,
    readonly code: number,
  ) {
    super(
      `${projection}: an unfinished rebuild was begun by version ${begun}, this code is version ${code}. ` +
        `Finish it with the release that began it, or throw it away and start anew (--restart)`,
    );
    this.name = 'RebuildOfOtherVersion';
  }
}

/** What was being built is gone: another owner has swapped it in or thrown it away. */
export class RebuildGone extends Error {
  constructor(readonly projection: string) {
    super(
      `${projection}: what was being built is gone: another rebuild has swapped it in or thrown it away. ` +
        `See how it stands (fieldcase projections status); start anew where that is not the end`,
    );
    this.name = 'RebuildGone';
  }
}

/**
 * Events of one case lie close together: the longer the batch, the fewer times its row is written. Measured against 5,000
 * on the case board: 14 % less CPU of both sides for 30 MB more; 20,000 take twice the memory for 2 % more.
 */
const BATCH = 10_000;
/** Of one session, for a moment; a server of 64 MB for all can spare it. */
const INDEX_MEMORY = '128MB';
/** An index over many millions of rows. */
const INDEX_ANSWER_MS = 3_600_000;

/** How building ended: `anew` when what was built is of no use. */
type End = 'swapped' | 'stopped' | 'anew';

/**
 * Builds a projection anew in `read_models_next` beside the live tables, at full speed, and swaps it in. It can be
 * killed anywhere and started again: rows, checkpoint and progress of a batch are one transaction.
 */
export class Rebuild {
  private readonly name: string;
  private indexed = false;
  private rate: { at: number; events: number; perSecond: number } | undefined;

  constructor(private readonly options: RebuildOptions) {
    this.name = options.projection.name;
  }

  /**
   * @param restart throw an unfinished rebuild away
   * @returns false when `signal` was aborted before the swap; run again to go on
   * @throws RebuildOfOtherVersion, RebuildGone
   */
  async run(signal: AbortSignal, restart = false): Promise<boolean> {
    const { pool, owner, leaseMs = 10_000, report = silent } = this.options;
    const lease = new Lease(pool, `rebuild:${this.name}`, owner, leaseMs);
    let [anew, end] = [restart, 'stopped' as End];
    await underLease(
      lease,
      signal,
      async (held) => {
        if (this.options.onlyWhereOlder && (await this.isDone())) end = 'swapped';
        else
          do {
            await this.begin(anew);
            end = await this.build(held, lease);
            anew = end === 'anew';
          } while (anew);
      },
      (problem) => report('warn', 'rebuild', { projection: this.name, problem: describeFailure(problem) }),
    );
    return end === 'swapped';
  }

  /** By another, while this one waited for the lease. */
  private async isDone(): Promise<boolean> {
    const { rows } = await this.options.pool.query<{ version: number }>(
      'select version from fieldcase.subscriptions where subscription = $1',
      [this.name],
    );
    return rows[0]?.version === this.options.projection.version;
  }

  /** Tables, checkpoints and the progress row, or what a killed run left of them. */
  private async begin(restart: boolean): Promise<void> {
    const { pool, projection } = this.options;
    this.indexed = false;
    await inTransaction(pool, writingTo('read_models_next'), async (client) => {
      const { rows } = await client.query<{ version: number; state: string }>(
        'select version, state from fieldcase.rebuilds where subscription = $1 for update',
        [this.name],
      );
      const unfinished = rows[0]?.state === 'building' ? rows[0] : undefined;
      if (unfinished?.version === projection.version && !restart) return;
      if (unfinished && !restart) throw new RebuildOfOtherVersion(this.name, unfinished.version, projection.version);
      await this.throwAway(client);
      await client.query(
        `insert into fieldcase.rebuilds (subscription, version, state) values ($1, $2, 'building')
         on conflict (subscription) do update set version = excluded.version, state = excluded.state,
           started_at = clock_timestamp(), updated_at = clock_timestamp(), position = 0, target = 0, events = 0,
           events_per_second = 0`,
        [this.name, projection.version],
      );
      await takeOverDiscards(client, this.name, projection.version);
    });
    await prepareSubscription(pool, projection, 'read_models_next');
  }

  private async throwAway(client: SqlClient): Promise<void> {
    const next = subscriptionName(this.options.projection, 'read_models_next');
    const { rows } = await client.query<{ tables: string[] }>(
      'select tables from fieldcase.subscriptions where subscription = $1',
      [next],
    );
    for (const table of new Set([...(rows[0]?.tables ?? []), ...this.options.projection.tables])) {
      await client.query(`drop table if exists read_models_next.${quoted(table)} cascade`);
    }
    for (const table of ['parked', 'checkpoints', 'subscriptions']) {
      await client.query(`delete from fieldcase.${table} where subscription = $1`, [next]);
    }
  }

  private async build(held: AbortSignal, lease: Lease): Promise<End> {
    const { pool, source, projection, isKnown, knownTypes, batchSize = BATCH, report } = this.options;
    const next = subscriptionName(projection, 'read_models_next');
    const leftOut = await discardedPositions(asSqlClient(pool), next);
    const following = {
      pool,
      source,
      projection,
      schema: 'read_models_next' as const,
      leftOut,
      ...(isKnown && { isKnown }),
      ...(knownTypes && { knownTypes }),
    };
    const runner = new ProjectionRunner({
      ...following,
      batchSize,
      // Safe: after a crash of the server rows and checkpoint are back together at an earlier batch.
      settings: 'set local synchronous_commit = off',
      endsWhenGone: true,
      ...(report && { report }),
    });
    const swapping = new LogFollower(following);
    try {
      for (let refusals = 0; ;) {
        const step = await runner.advance(held);
        if (held.aborted) return 'stopped';
        await this.progress(step.position, step.events);
        if (step.events >= batchSize) continue;
        // While they are made the log goes on.
        if (await this.index()) continue;
        const end = await this.swap(swapping, lease);
        if (end) return end;
        await pause(backoff(refusals++, 100), held);
      }
    } catch (error) {
      throw error instanceof CheckpointGone ? new RebuildGone(this.name) : error;
    }
  }

  /**
   * Makes the indexes and the planner's statistics, all or none; made row by row they take most of a rebuild's time
   * (case board, 150,000 events: 12 % of the whole). @returns whether there was anything to do
   */
  private async index(): Promise<boolean> {
    const { pool, projection } = this.options;
    const tables = projection.tables.map((table) => `read_models_next.${quoted(table)}`);
    if (this.indexed || tables.length === 0) return false;
    const settings = `${writingTo('read_models_next')}; set local statement_timeout = 0;
      set local maintenance_work_mem = '${INDEX_MEMORY}'`;
    const make = async (client: SqlClient): Promise<boolean> => {
      const { rows } = await client.query<{ there: boolean }>(
        `select exists (select from pg_index where indrelid = any($1::regclass[]) and not indisprimary) as there`,
        [tables],
      );
      if (rows[0]?.there) return false;
      await projection.createIndexes?.(client);
      await client.query(`analyze ${tables.join(', ')}`);
      return true;
    };
    const made = await inTransaction(pool, settings, make, { answerWithinMs: INDEX_ANSWER_MS });
    this.indexed = true;
    return made;
  }

  /**
   * Nothing when a lock was not to be had in time: catch up and try again. Nor when the lease has run out: the next
   * renewal takes it up again, or ends all this where another owner has it.
   */
  private async swap(follower: LogFollower, lease: Lease): Promise<End | undefined> {
    const { pool, source, projection, isKnown, lockTimeoutMs = 1_000, afterSwap, report = silent } = this.options;
    try {
      const position = await swapIn({ pool, source, projection, isKnown, follower, lockTimeoutMs, lease, afterSwap });
      report('info', 'rebuilt', { projection: this.name, version: projection.version, position: String(position) });
      return 'swapped';
    } catch (error) {
      if (error instanceof DiscardedMeanwhile) {
        report('warn', 'events were discarded meanwhile: building anew', { projection: this.name });
        return 'anew';
      }
      if (!(error instanceof LeaseLost || isInfrastructureFailure(error))) throw error;
      report('warn', 'swap has to wait', { projection: this.name, problem: describeFailure(error) });
      return undefined;
    }
  }

  private async progress(position: bigint, events: number): Promise<void> {
    const now = performance.now();
    const rate = (this.rate ??= { at: now, events: 0, perSecond: 0 });
    rate.events += events;
    if (now - rate.at >= 1_000 || rate.perSecond === 0) {
      rate.perSecond = Math.round((rate.events * 1_000) / Math.max(1, now - rate.at));
      if (now - rate.at >= 5_000) this.rate = { at: now, events: 0, perSecond: rate.perSecond };
    }
    const { projection, source, pool, onProgress } = this.options;
    const target = await source.head();
    await pool.query(
      `update fieldcase.rebuilds set position = $2, target = $3, events = events + $4, events_per_second = $5,
         updated_at = clock_timestamp() where subscription = $1`,
      [this.name, String(position), String(target), events, rate.perSecond],
    );
    const left = Number(target - position);
    const etaMs = rate.perSecond > 0 ? Math.round((left * 1_000) / rate.perSecond) : null;
    const { version } = projection;
    onProgress?.({ projection: this.name, version, position, target, eventsPerSecond: rate.perSecond, etaMs });
  }
}
