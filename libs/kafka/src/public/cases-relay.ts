import { publicCaseEventNames } from '@fieldcase/contracts';
import { failpoint } from '@fieldcase/config';
import type { LogBatch, LogSource, RecordedEvent } from '@fieldcase/eventsourcing';
import type { LogName } from '../log-topic';
import type { Covered, RelayProgress } from '../relay';
import { sendPartitions } from '../send-partitions';
import type { OutgoingRecord, Publisher } from '../transport';
import { caseRecord } from './case-records';

export interface CasesRelayOptions {
  readonly log: LogName;
  readonly topic: string;
  readonly source: LogSource;
  readonly progress: RelayProgress;
  /** Events per step, at most. */
  readonly batchSize?: number;
  /** Milliseconds, of any beginning. */
  readonly clock?: () => number;
}

/** Where it begins. */
export interface CasesBegin {
  /** How far the log was published, as it is noted. */
  readonly noted: Covered;
  /** Position of the last record of each partition. */
  readonly sent: Covered;
}

const BATCH = 4_000;
/** What was read and had nothing public in it is noted so often while the log moves, and at once when it stops. */
const NOTE_MS = 1_000;

/** Publishes the chosen events of cases: each at least once, in order within its partition. */
export class CasesRelay {
  private noted: Covered;
  private tails: Covered;
  private read: bigint;
  private notedAt = Number.NEGATIVE_INFINITY;
  private ahead: { readonly after: bigint; readonly batch: Promise<LogBatch> } | undefined;

  constructor(
    private readonly options: CasesRelayOptions,
    private readonly publisher: Publisher,
    begin: CasesBegin,
  ) {
    this.noted = begin.noted;
    this.tails = begin.sent;
    this.read = begin.noted.reduce((least, position) => (position < least ? position : least));
  }

  /** Everything public up to here is published. */
  get position(): bigint {
    return this.read;
  }

  /** Position of the last record of each partition. */
  get sent(): Covered {
    return this.tails;
  }

  /**
   * One batch of the log, acknowledged and noted. After a failure this one is of no use any more.
   * @returns false: nothing new
   */
  async step(): Promise<boolean> {
    const before = this.read;
    const { events, upTo } = await this.take();
    const sent = [...this.tails];
    const records = this.recordsOf(events, sent);
    await sendPartitions(this.publisher, this.options.topic, records);
    if (records.size > 0) failpoint('cases.sent');
    this.tails = sent;
    this.read = upTo > before ? upTo : before;
    if (records.size > 0 || this.read === before || this.now() - this.notedAt >= NOTE_MS) await this.note();
    if (records.size > 0) failpoint('cases.noted');
    return this.read > before;
  }

  /** The next batch is read while this one is on its way. */
  private async take(): Promise<LogBatch> {
    const ready = this.ahead?.after === this.read ? this.ahead.batch : undefined;
    this.ahead = undefined;
    const batch = await (ready ?? this.readAfter(this.read));
    if (batch.events.length >= this.limit) {
      const next = this.readAfter(batch.upTo);
      next.catch(() => undefined);
      this.ahead = { after: batch.upTo, batch: next };
    }
    return batch;
  }

  private readAfter(after: bigint): Promise<LogBatch> {
    return this.options.source.read({ after, limit: this.limit, types: publicCaseEventNames });
  }

  private get limit(): number {
    return this.options.batchSize ?? BATCH;
  }

  private recordsOf(events: readonly RecordedEvent[], sent: bigint[]): Map<number, OutgoingRecord[]> {
    const records = new Map<number, OutgoingRecord[]>();
    for (const event of events) {
      const from = sent[event.shard] ?? 0n;
      // Of a step that was sent and not noted.
      if (event.position <= from) continue;
      const record = caseRecord(this.options.log, from, event);
      const known = records.get(event.shard);
      if (known) known.push(record);
      else records.set(event.shard, [record]);
      sent[event.shard] = event.position;
    }
    return records;
  }

  private async note(): Promise<void> {
    const to = this.noted.map((position) => (position > this.read ? position : this.read));
    if (to.some((position, shard) => position !== this.noted[shard])) {
      await this.options.progress.move(this.noted, to);
      this.noted = to;
    }
    this.notedAt = this.now();
  }

  private now(): number {
    return (this.options.clock ?? (() => performance.now()))();
  }
}
