import type { LogBatch, LogSource, ReadLogOptions, RecordedEvent } from '@fieldcase/eventsourcing';
import { readRecord, type LogName } from './log-topic';
import { PartitionQueue } from './partition-queue';
import type { Consumption, IncomingRecord, KafkaTransport } from './transport';

export interface KafkaLogSourceOptions {
  readonly transport: KafkaTransport;
  readonly log: LogName;
  readonly topic: string;
  /** Sources of one group share the partitions. */
  readonly group: string;
  /** The log itself: what the topic does not have is read there. */
  readonly store: LogSource;
  /** Nothing can be delivered any more, or what is delivered is not to be trusted: begin anew, or stop. */
  readonly onFailure: (error: Error) => void;
  /** A new share of the partitions. */
  readonly onAssigned?: (partitions: readonly number[]) => void;
}

/** Records of a partition that wait to be applied; then its fetching pauses until half of them are. */
const MOST_QUEUED = 4_000;
/** With the log ahead and nothing delivered for so long, the log itself is read. */
const STALE_MS = 3_000;
const COMMIT_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

/**
 * The log as Kafka delivers it: the partitions of this source's share, put in order by position. A hole (a record that is
 * lost, or not there yet), and a topic that stands still while the log moves, are read from the log itself. Where to
 * begin is only a hint to Kafka: what is applied is known where it is applied.
 */
export class KafkaLogSource implements LogSource {
  private readonly queues = new Map<number, PartitionQueue>();
  private readonly paused = new Set<number>();
  private readonly waiting = new Set<() => void>();
  private consumption: Consumption | undefined;
  private committedAt = performance.now();
  private stale = false;

  constructor(private readonly options: KafkaLogSourceOptions) {}

  async start(): Promise<void> {
    const { transport, topic, group, onFailure } = this.options;
    this.consumption = await transport.consume({
      topics: [topic],
      group,
      onAssigned: (share) => this.assigned(share.get(topic) ?? []),
      onRecords: (_, partition, records) => this.delivered(partition, records),
      onCrash: onFailure,
    });
  }

  /** Its share of the partitions; none before it has joined. */
  get partitions(): readonly number[] {
    return [...this.queues.keys()];
  }

  async read(options: ReadLogOptions): Promise<LogBatch> {
    const { after, limit, types, upTo } = options;
    for (const [partition, queue] of this.queues) {
      queue.drop(after);
      if (queue.size < MOST_QUEUED / 2 && this.paused.delete(partition))
        this.consumption?.resume(this.options.topic, partition);
    }
    await this.commitNowAndThen();
    const { store } = this.options;
    if (this.stale || [...this.queues.values()].some((queue) => queue.hole(after) !== undefined)) {
      this.stale = false;
      return store.read(options);
    }
    const end = least([upTo, this.coverage(after)]) ?? after;
    if (end <= after) return { events: [], upTo: after };
    const wanted = types && new Set(types);
    const events = [...this.queues.values()]
      .flatMap((queue) => firstOf(queue.events(after, end), limit, wanted))
      .toSorted((a, b) => (a.position < b.position ? -1 : 1))
      .slice(0, limit);
    return { events, upTo: events.length === limit ? (events.at(-1)?.position ?? end) : end };
  }

  head(): Promise<bigint> {
    return this.options.store.head();
  }

  async waitForMore(after: bigint, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    for (;;) {
      if (signal.aborted || this.hasMore(after)) return;
      const waited = performance.now() - began;
      if (waited >= timeoutMs) return;
      await this.nudge(Math.min(timeoutMs - waited, LOOK_EVERY_MS), signal);
      if (performance.now() - began >= STALE_MS && (await this.isBehind(after))) {
        this.stale = true;
        return;
      }
    }
  }

  async close(): Promise<void> {
    await this.commit().catch(() => undefined);
    await this.consumption?.close();
  }

  /** What comes after a new share was dealt out comes again from where was committed. */
  private assigned(partitions: readonly number[]): void {
    this.queues.clear();
    this.paused.clear();
    for (const partition of partitions) this.queues.set(partition, new PartitionQueue());
    this.options.onAssigned?.(partitions);
    this.wake();
  }

  private delivered(partition: number, records: readonly IncomingRecord[]): void {
    const queue = this.queues.get(partition);
    // Of a share that has passed to another: kafkajs hands such records out all the same.
    if (!queue) return;
    try {
      for (const record of records) queue.add(readRecord(this.options.log, partition, record), record.offset);
    } catch (error) {
      this.options.onFailure(error as Error);
      return;
    }
    if (queue.size > MOST_QUEUED) {
      this.paused.add(partition);
      this.consumption?.pause(this.options.topic, partition);
    }
    this.wake();
  }

  /** From `after` on, up to where every partition of the share is delivered. */
  coverage(after: bigint): bigint {
    return least([...this.queues.values()].map((queue) => queue.coverage(after))) ?? after;
  }

  private hasMore(after: bigint): boolean {
    if (this.queues.size === 0) return false;
    const queues = [...this.queues.values()];
    return queues.some((queue) => queue.hole(after) !== undefined) || this.coverage(after) > after;
  }

  private async isBehind(after: bigint): Promise<boolean> {
    return (await this.head().catch(() => 0n)) > after && !this.hasMore(after);
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
  }

  private nudge(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      this.waiting.add(done);
    });
  }

  private async commitNowAndThen(): Promise<void> {
    if (performance.now() - this.committedAt < COMMIT_EVERY_MS) return;
    this.committedAt = performance.now();
    // A hint that is not taken costs some reading again, and no more.
    await this.commit().catch(() => undefined);
  }

  private async commit(): Promise<void> {
    const next = new Map(
      [...this.queues].flatMap(([partition, { nextOffset }]) =>
        nextOffset === undefined ? [] : [[partition, nextOffset] as const],
      ),
    );
    if (next.size > 0) await this.consumption?.commit(this.options.topic, next);
  }
}

function firstOf(
  events: Iterable<RecordedEvent>,
  limit: number,
  wanted: ReadonlySet<string> | undefined,
): readonly RecordedEvent[] {
  const first: RecordedEvent[] = [];
  for (const event of events) {
    if (wanted && !wanted.has(event.type)) continue;
    first.push(event);
    if (first.length === limit) break;
  }
  return first;
}

function least(positions: readonly (bigint | undefined)[]): bigint | undefined {
  const known = positions.filter((position) => position !== undefined);
  return known.reduce<bigint | undefined>((low, next) => (low === undefined || next < low ? next : low), undefined);
}
