import type { Pool } from 'pg';
import { failpoint } from '@fieldcase/config';
import {
  lookedAt,
  ReadAhead,
  rootOf,
  type LogBatch,
  type LogSource,
  type Projection,
  type RecordedEvent,
  type SqlClient,
} from '@fieldcase/eventsourcing';
import { eraseWaiting } from '../parking/erasures';
import { applyIsolating, type SetAside } from '../parking/isolate';
import { insertParked, parkedRoots } from '../parking/parked-rows';
import { applyEvents, knownWith, typesOf } from './apply-events';
import { loadCheckpoint, lowest, moveCheckpoint, subscriptionName } from './checkpoints';
import type { ShardPositions } from './checkpoints';
import { inTransaction, writingTo, type ReadModelSchema } from './sql';

export interface FollowerOptions {
  readonly pool: Pool;
  readonly source: LogSource;
  readonly projection: Projection;
  readonly schema?: ReadModelSchema;
  /** False for an event of a type or version that this code does not know: it is parked, not guessed. */
  readonly isKnown?: (event: RecordedEvent) => boolean;
  /** All that this code knows: those that are none of the projection's business need not be read. */
  readonly knownTypes?: readonly string[];
  /** More `set local` statements for the batch's transaction. */
  readonly settings?: string;
  /** Positions left out for ever (discarded by an operator). */
  readonly leftOut?: ReadonlySet<bigint>;
}

export interface StepOptions {
  readonly limit: number;
  /** Find the failing roots and park them instead of failing. `attempts` is what the parked rows say. */
  readonly isolate?: { readonly attempts: number };
  /** Inclusive: do not go beyond. */
  readonly upTo?: bigint;
}

export interface Step {
  /** The checkpoint after it: the lowest of the shards that it follows. */
  readonly position: bigint;
  /** Events that were read. */
  readonly events: number;
  /** How many of them were its business. */
  readonly wanted: number;
  /** False: nothing new. */
  readonly moved: boolean;
  readonly parked: readonly SetAside[];
}

/**
 * Moves one projection along the log, batch by batch: rows and checkpoint in one transaction, or neither. Of a source
 * that has a share of the shards it follows that share, and moves the checkpoints of no others.
 */
export class LogFollower {
  readonly subscription: string;
  private positions: ShardPositions | undefined;
  private share: readonly number[] | undefined;
  private readonly reading: ReadAhead;
  private readonly types: ReadonlySet<string>;
  /** Known types that are none of its business. */
  private readonly except: ReadonlySet<string>;

  constructor(private readonly options: FollowerOptions) {
    this.reading = new ReadAhead(options.source);
    this.types = typesOf(options.projection);
    this.except = new Set(options.knownTypes?.filter((type) => !this.types.has(type)));
    this.subscription = subscriptionName(options.projection, options.schema ?? 'read_models');
  }

  /** Forgets what it knew of checkpoint and log: after any failure. */
  reset(): void {
    this.positions = undefined;
    this.reading.forget();
  }

  /** @throws CheckpointMoved, OtherVersion, or what reading and applying threw; nothing was written then */
  async step(options: StepOptions, inside?: SqlClient): Promise<Step> {
    try {
      const { pool, projection } = this.options;
      const share = this.shareNow();
      const load = (client: Pick<SqlClient, 'query'>): Promise<ShardPositions> =>
        loadCheckpoint(client, this.subscription, projection.version);
      const from = (this.positions ??= await (inside ? load(inside) : inTransaction(pool, '', load)));
      const after = lowest(from, share);
      const { limit, upTo } = options;
      const except = [...this.except];
      const batch = await this.reading.read({ after, limit, from, except, ...(upTo !== undefined && { upTo }) });
      // Read for another share than the one at the beginning: that one's positions were not looked at.
      if (batch.shards !== share || batch.upTo <= after || share?.length === 0) return nothingNew(after);
      const mine = this.ownOf(batch.events, from);
      const write = (client: SqlClient): Promise<SetAside[]> => this.write(client, from, { ...batch, mine }, options);
      const { schema = 'read_models', settings = '' } = this.options;
      // To parse and plan its statements was a third of what a batch of 20 events cost the server, and a sixth of what it
      // cost this process. A rebuild has few batches, and tables that outgrow a plan before anybody analyses them.
      const prepares = schema === 'read_models';
      // A plan is kept for as long as the connection: made over a small table it would read all of a large one each time.
      const planning = prepares ? 'set local enable_seqscan = off;' : '';
      const run = () => inTransaction(pool, `${writingTo(schema)}; ${planning} ${settings}`, write, { prepares });
      const parked = await (inside ? write(inside) : run());
      failpoint('projection.committed');
      this.positions = from.map((position, shard) =>
        position > batch.upTo || share?.includes(shard) === false ? position : batch.upTo,
      );
      const position = lowest(this.positions, share);
      return { position, events: lookedAt(batch), wanted: mine.length, moved: true, parked };
    } catch (error) {
      this.reset();
      throw error;
    }
  }

  /** Another share: others have moved what is its own now. */
  private shareNow(): readonly number[] | undefined {
    const { share } = this.options.source;
    if (share !== this.share) this.reset();
    this.share = share;
    return share;
  }

  private async write(
    client: SqlClient,
    from: ShardPositions,
    { shards, upTo: to, mine }: LogBatch & { readonly mine: readonly RecordedEvent[] },
    { isolate }: StepOptions,
  ): Promise<SetAside[]> {
    const { projection } = this.options;
    const { subscription } = this;
    await moveCheckpoint(client, { subscription, version: projection.version, from, to, ...(shards && { shards }) });
    const { apply, setAside } = await this.sort(client, mine);
    if (apply.length > 0) {
      if (isolate) setAside.push(...(await applyIsolating(client, projection, apply)));
      else await applyEvents(client, projection, apply);
    }
    const waiting = await eraseWaiting(client, this.options, setAside, isolate !== undefined);
    await insertParked(client, subscription, projection.version, waiting, isolate?.attempts ?? 1);
    failpoint('projection.written');
    return waiting;
  }

  /** What it wants, or does not know. */
  private ownOf(events: readonly RecordedEvent[], from: ShardPositions): RecordedEvent[] {
    const { isKnown, leftOut } = this.options;
    const known = knownWith(isKnown);
    const concerns = (event: RecordedEvent): boolean =>
      this.types.has(event.type) || !(this.except.has(event.type) || known(event));
    return events.filter(
      (event) => event.position > (from[event.shard] ?? 0n) && !leftOut?.has(event.position) && concerns(event),
    );
  }

  /** What is to be applied, and what waits behind parked or unknown events of its root. */
  private async sort(
    client: SqlClient,
    mine: readonly RecordedEvent[],
  ): Promise<{ apply: RecordedEvent[]; setAside: SetAside[] }> {
    const known = knownWith(this.options.isKnown);
    if (mine.length === 0) return { apply: [], setAside: [] };
    const roots = [...new Set(mine.map((event) => rootOf(event.streamId)))];
    const blocked = await parkedRoots(client, this.subscription, roots);
    const apply: RecordedEvent[] = [];
    const setAside: SetAside[] = [];
    for (const event of mine) {
      const root = rootOf(event.streamId);
      if (blocked.has(root)) setAside.push({ event });
      else if (known(event)) apply.push(event);
      else {
        blocked.add(root);
        setAside.push({ event, error: unknownEvent(event) });
      }
    }
    return { apply, setAside };
  }
}

const nothingNew = (position: bigint): Step => ({ position, events: 0, wanted: 0, moved: false, parked: [] });

export function unknownEvent(event: RecordedEvent): string {
  return `this release does not know ${event.type} of schema version ${event.schemaVersion}`;
}
