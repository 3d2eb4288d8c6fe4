import { failpoint } from '@fieldcase/config';
import { ReadAhead, SHARDS, type LogSource } from '@fieldcase/eventsourcing';
import { emptyRecord, eventRecord, type LogName } from './log-topic';
import { recordsByPartition, sendPartitions } from './send-partitions';
import type { OutgoingRecord, Publisher } from './transport';

/** How far each partition is; index = shard. */
export type Covered = readonly bigint[];

/** Where the relay's progress is kept, with the log. */
export interface RelayProgress {
  load(): Promise<Covered>;
  /** Compare-and-set under the leader's lease: throws where another has moved it, or leads. */
  move(from: Covered, to: Covered): Promise<void>;
}

export interface RelayOptions {
  readonly log: LogName;
  readonly topic: string;
  readonly source: LogSource;
  readonly progress: RelayProgress;
  /** Events per step, at most. */
  readonly batchSize?: number;
  /** Milliseconds, of any beginning. */
  readonly clock?: () => number;
}

const BATCH = 4_000;
/** While the log moves, idle partitions are told so often how far it is. */
const IDLE_MS = 100;

/**
 * Publishes the log: every event at least once, in order within its partition, and for each record the interval that it
 * covers. What is sent twice, by this leader or by one that was halted, is dropped where it is read.
 */
export class Relay {
  private covered: bigint[] | undefined;
  private read = 0n;
  private readonly reading: ReadAhead;
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: RelayOptions,
    private readonly publisher: Publisher,
  ) {
    this.reading = new ReadAhead(options.source);
  }

  /**
   * One batch of the log on its way, acknowledged and noted.
   * @returns how many events; 0: nothing new, and every partition is told how far the log is
   */
  async step(): Promise<number> {
    const { log, progress } = this.options;
    const before = (this.covered ??= [...(await this.begin())]);
    const { events, upTo } = await this.reading.read({ after: this.read, limit: this.options.batchSize ?? BATCH });
    if (events.length > 0) failpoint('relay.read');
    const after = [...before];
    const records = recordsByPartition(events, after, (from, event) => eventRecord(log, from, event));
    if (events.length === 0 || this.now() - this.toldAt >= IDLE_MS) this.tellIdle(records, after, upTo);
    await sendPartitions(this.publisher, this.options.topic, records);
    if (events.length > 0) failpoint('relay.sent');
    if (records.size > 0) await progress.move(before, after);
    if (events.length > 0) failpoint('relay.noted');
    this.covered = after;
    this.read = upTo;
    return events.length;
  }

  /** The position up to which every partition is told. */
  get position(): bigint {
    return (this.covered ?? [0n]).reduce((least, position) => (position < least ? position : least));
  }

  private async begin(): Promise<Covered> {
    const covered = await this.options.progress.load();
    this.read = covered.reduce((least, position) => (position < least ? position : least));
    return covered;
  }

  private tellIdle(records: Map<number, OutgoingRecord[]>, covered: bigint[], upTo: bigint): void {
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const from = covered[shard] ?? 0n;
      if (from >= upTo) continue;
      records.set(shard, [...(records.get(shard) ?? []), emptyRecord(this.options.log, from, upTo)]);
      covered[shard] = upTo;
    }
    this.toldAt = this.now();
  }

  private now(): number {
    return (this.options.clock ?? (() => performance.now()))();
  }
}
