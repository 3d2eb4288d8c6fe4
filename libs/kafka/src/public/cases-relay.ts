import { publicCaseEventNames } from '@fieldcase/contracts';
import { failpoint } from '@fieldcase/config';
import { ReadAhead, type LogSource } from '@fieldcase/eventsourcing';
import type { LogName } from '../log-topic';
import type { Covered, RelayProgress } from '../relay';
import { recordsByPartition, sendPartitions } from '../send-partitions';
import type { Publisher } from '../transport';
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
  private readonly reading: ReadAhead;
  private noted: Covered;
  private tails: Covered;
  private read: bigint;
  private notedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: CasesRelayOptions,
    private readonly publisher: Publisher,
    begin: CasesBegin,
  ) {
    this.reading = new ReadAhead(options.source);
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
    const { log } = this.options;
    const before = this.read;
    const { events, upTo } = await this.reading.read({
      after: this.read,
      limit: this.options.batchSize ?? BATCH,
      types: publicCaseEventNames,
    });
    const sent = [...this.tails];
    const records = recordsByPartition(events, sent, (from, event) => caseRecord(log, from, event));
    await sendPartitions(this.publisher, this.options.topic, records);
    if (records.size > 0) failpoint('cases.sent');
    this.tails = sent;
    this.read = upTo > before ? upTo : before;
    if (records.size > 0 || this.read === before || this.now() - this.notedAt >= NOTE_MS) await this.note();
    if (records.size > 0) failpoint('cases.noted');
    return this.read > before;
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
