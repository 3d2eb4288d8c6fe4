import { failpoint } from '@fieldcase/config';
import { SHARDS, type LogSource, type RecordedEvent } from '@fieldcase/eventsourcing';
import { emptyRecord, eventRecord, type LogName } from './log-topic';
import { sendPartitions } from './send-partitions';
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
  private ahead: { readonly after: bigint; readonly batch: ReturnType<LogSource['read']> } | undefined;
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: RelayOptions,
    private readonly publisher: Publisher,
  ) {}

  /**
   * One batch of the log on its way, acknowledged and noted.
   * @returns how many events; 0: nothing new, and every partition is told how far the log is
   */
  async step(): Promise<number> {
    const { progress } = this.options;
    const before = (this.covered ??= [...(await this.begin())]);
    const { events, upTo } = await this.take();
    if (events.length > 0) failpoint('relay.read');
    const after = [...before];
    const records = this.recordsOf(events, after);
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

  /** The next batch is read while this one is on its way. */
  private async take(): Promise<{ events: readonly RecordedEvent[]; upTo: bigint }> {
    const { source, batchSize: limit = BATCH } = this.options;
    const ready = this.ahead?.after === this.read ? this.ahead.batch : undefined;
    this.ahead = undefined;
    const batch = await (ready ?? source.read({ after: this.read, limit }));
    if (batch.events.length >= limit) {
      const next = source.read({ after: batch.upTo, limit });
      next.catch(() => undefined);
      this.ahead = { after: batch.upTo, batch: next };
    }
    return batch;
  }

  private recordsOf(events: readonly RecordedEvent[], covered: bigint[]): Map<number, OutgoingRecord[]> {
    const records = new Map<number, OutgoingRecord[]>();
    for (const event of events) {
      const from = covered[event.shard] ?? 0n;
      // After a step whose end is not known, some partitions are further than the reading.
      if (event.position <= from) continue;
      const record = eventRecord(this.options.log, from, event);
      const known = records.get(event.shard);
      if (known) known.push(record);
      else records.set(event.shard, [record]);
      covered[event.shard] = event.position;
    }
    return records;
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
