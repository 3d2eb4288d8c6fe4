import { setTimeout as sleep } from 'node:timers/promises';
import {
  readShards,
  type LogBatch,
  type LogSource,
  type ReadLogOptions,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import { DeliveryWatch } from './delivery-watch';
import { furthest, least, LogBounds } from './log-bounds';
import { ContradictoryRecord, readRecord, UnreadableRecord, type LogName, type LogRecord } from './log-topic';
import { firstOf, PartitionQueue } from './partition-queue';
import type { Consumption, IncomingRecord, KafkaTransport } from './transport';
import { Waking } from './waking';

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
  /** A record that cannot be read is left out, and what it should have said is read from the log. The count is of all so far. */
  readonly onUnreadable?: (error: Error, count: number) => void;
  /** So long the topic may grow without anything being delivered; the answer comes within a quarter more. */
  readonly stalledMs?: number;
  /** With the log ahead and nothing delivered for so long, the log itself is read. */
  readonly staleMs?: number;
}

/** Of a partition that wait to be applied; then its fetching pauses until half of them are. */
const MOST_QUEUED = 2_000;
const MOST_CHARACTERS = 4_000_000;
const STALE_MS = 3_000;
const STALLED_MS = 40_000;
const COMMIT_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
/** A hint that a broker does not take by then is none: who closes is not held up. */
const CLOSE_MS = 1_000;

/**
 * The log as Kafka delivers it: the partitions of this source's share, put in order by position. A hole (a record that is
 * lost, unreadable, or not there yet), and a topic that stands still while the log moves, are read from the log itself.
 * Where to begin is only a hint to Kafka: what is applied is known where it is applied.
 */
export class KafkaLogSource implements LogSource {
  private readonly queues = new Map<number, PartitionQueue>();
  private readonly paused = new Set<number>();
  private readonly waking = new Waking();
  private readonly watch: DeliveryWatch;
  private readonly bounds: LogBounds;
  private shards: readonly number[] = [];
  private consumption: Consumption | undefined;
  private opening: Promise<Consumption> | undefined;
  /** How far each shard is, as it was told last. */
  private from: readonly bigint[] | undefined;
  private committedAt = performance.now();
  private lookedAt = performance.now();
  private unreadable = 0;
  private behind: { readonly after: bigint; readonly since: number } | undefined;
  /** Since the topic stands still: how far the log was read then. */
  private stale: bigint | undefined;

  constructor(private readonly options: KafkaLogSourceOptions) {
    const { transport, topic, stalledMs: limitMs = STALLED_MS, onFailure } = options;
    this.bounds = new LogBounds(topic, options.store);
    this.watch = new DeliveryWatch({
      ends: () => transport.ends(topic),
      isPaused: (partition) => this.paused.has(partition),
      limitMs,
      onStalled: onFailure,
    });
  }

  async start(): Promise<void> {
    const { transport, topic, group, onFailure } = this.options;
    this.opening = transport.consume({
      topics: [topic],
      group,
      onAssigned: (share) => this.assigned(share.get(topic) ?? []),
      onRecords: (_, partition, records) => this.delivered(partition, records),
      onCrash: onFailure,
    });
    this.consumption = await this.opening;
    this.watch.start();
  }

  /** Its partitions; none before it has joined the group. */
  get share(): readonly number[] {
    return this.shards;
  }

  /** Records that were delivered and wait, over all partitions. */
  get queued(): number {
    return [...this.queues.values()].reduce((sum, { size }) => sum + size, 0);
  }

  async read(options: ReadLogOptions): Promise<LogBatch> {
    const { after, limit, upTo, from } = options;
    const share = this.shards;
    this.from = from;
    this.dropApplied(after);
    this.commitNowAndThen();
    if (this.stale !== undefined && this.goesOn(this.stale)) this.stale = undefined;
    if (share.length > 0 && (this.stale !== undefined || this.hasHole(after))) return this.readStore(options, share);
    // Both at once: while the log is asked below, another share may be dealt out, and these queues are gone then.
    const end = least([upTo, this.coverage(after)]) ?? after;
    const events = this.delivers(after, end, options);
    const beyond = end > after && (await this.bounds.beyond(end));
    if (beyond) this.options.onFailure(beyond);
    if (beyond || end <= after) return { events: [], upTo: after, shards: share };
    return { events, upTo: events.length === limit ? (events.at(-1)?.position ?? end) : end, shards: share };
  }

  private delivers(after: bigint, end: bigint, { limit, types }: ReadLogOptions): readonly RecordedEvent[] {
    if (end <= after) return [];
    const wanted = types && new Set(types);
    return [...this.queues]
      .flatMap(([partition, queue]) => firstOf(queue.events(this.at(partition, after), end), limit, wanted))
      .toSorted((a, b) => (a.position < b.position ? -1 : 1))
      .slice(0, limit);
  }

  /** A hole that the log does not fill either is none: what the topic has lies beyond the log's end. */
  private async readStore(options: ReadLogOptions, share: readonly number[]): Promise<LogBatch> {
    const { after } = options;
    const batch = await readShards(this.options.store, options, share);
    const hole = batch.upTo > after ? undefined : this.holeAfter(after);
    const beyond = hole === undefined ? undefined : await this.bounds.beyond(hole);
    if (beyond) this.options.onFailure(beyond);
    return batch;
  }

  head(): Promise<bigint> {
    return this.options.store.head();
  }

  async waitForMore(after: bigint, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + timeoutMs;
    while (!signal.aborted && !this.hasMore(after)) {
      const left = until - performance.now();
      if (left <= 0) return;
      if (this.stale !== undefined) return this.options.store.waitForMore(after, Math.min(left, LOOK_EVERY_MS), signal);
      await this.waking.wait(Math.min(left, LOOK_EVERY_MS), signal);
      if (performance.now() - this.lookedAt >= LOOK_EVERY_MS && (await this.isStale(after))) return;
    }
  }

  async close(): Promise<void> {
    const committed = this.commit().catch(() => undefined);
    await Promise.race([committed, sleep(CLOSE_MS, undefined, { ref: false })]);
    const opened = await this.opening?.catch(() => undefined);
    // Where it was opened meanwhile.
    this.watch.stop();
    await opened?.close();
  }

  /** What comes after a new share was dealt out comes again from where was committed. */
  private assigned(partitions: readonly number[]): void {
    this.resume([...this.paused]);
    this.queues.clear();
    for (const partition of partitions) this.queues.set(partition, new PartitionQueue());
    this.shards = [...partitions].toSorted((a, b) => a - b);
    this.from = undefined;
    this.behind = undefined;
    this.stale = undefined;
    this.watch.assigned(this.shards);
    this.options.onAssigned?.(this.shards);
    this.waking.wake();
  }

  private delivered(partition: number, records: readonly IncomingRecord[]): void {
    const queue = this.queues.get(partition);
    // Of a share that has passed to another: kafkajs hands such records out all the same.
    if (!queue) return;
    this.watch.delivered(partition);
    for (const record of records) {
      try {
        const read = this.readable(partition, record);
        if (!read || queue.add(read, record.offset)) continue;
        this.options.onFailure(new ContradictoryRecord(partition, record.offset, read.position));
      } catch (error) {
        this.options.onFailure(error as Error);
      }
      return;
    }
    if (isFull(queue)) {
      this.paused.add(partition);
      this.consumption?.pause(this.options.topic, partition);
    }
    this.waking.wake();
  }

  /** What cannot be read counts as not there. */
  private readable(partition: number, record: IncomingRecord): LogRecord | undefined {
    try {
      return readRecord(this.options.log, partition, record);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      this.unreadable += 1;
      // The first, the tenth, the hundredth: a flood of them must not become a flood of reports.
      if (/^10*$/.test(String(this.unreadable))) this.options.onUnreadable?.(error, this.unreadable);
      return undefined;
    }
  }

  private dropApplied(after: bigint): void {
    const free: number[] = [];
    for (const [partition, queue] of this.queues) {
      queue.drop(this.at(partition, after));
      if (this.paused.has(partition) && !isFull(queue, 2)) free.push(partition);
    }
    this.resume(free);
  }

  private resume(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.paused.delete(partition);
      this.consumption?.resume(this.options.topic, partition);
    }
  }

  /** From `after` on, up to where every partition of the share is delivered. */
  coverage(after: bigint): bigint {
    return least([...this.queues].map(([partition, queue]) => queue.coverage(this.at(partition, after)))) ?? after;
  }

  private at(partition: number, after: bigint): bigint {
    return furthest(after, this.from?.[partition]);
  }

  private hasHole(after: bigint): boolean {
    return this.holeAfter(after) !== undefined;
  }

  /** Where the nearest one ends. */
  private holeAfter(after: bigint): bigint | undefined {
    return least([...this.queues].map(([partition, queue]) => queue.hole(this.at(partition, after))));
  }

  private hasMore(after: bigint): boolean {
    if (this.queues.size === 0 || this.stale !== undefined) return false;
    return this.hasHole(after) || this.coverage(after) > after;
  }

  /** The log has been ahead of `after` for some time, and the topic brings nothing of it. */
  private async isStale(after: bigint): Promise<boolean> {
    this.lookedAt = performance.now();
    const head = await this.head().catch(() => 0n);
    if (head <= after || this.hasMore(after) || this.queues.size === 0) {
      this.behind = undefined;
      return false;
    }
    if (this.behind?.after !== after) this.behind = { after, since: performance.now() };
    if (performance.now() - this.behind.since < (this.options.staleMs ?? STALE_MS)) return false;
    this.stale = after;
    return true;
  }

  /** Every partition of the share has brought something again of what lies after it. */
  private goesOn(stoodStillAt: bigint): boolean {
    return [...this.queues.values()].every(({ delivered }) => delivered > stoodStillAt);
  }

  private commitNowAndThen(): void {
    if (performance.now() - this.committedAt < COMMIT_EVERY_MS) return;
    this.committedAt = performance.now();
    // A hint that is not taken costs some reading again, and no more: nobody waits for it.
    this.commit().catch(() => undefined);
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

/** @param part of what is the most */
function isFull({ size, length }: PartitionQueue, part = 1): boolean {
  return size > MOST_QUEUED / part || length > MOST_CHARACTERS / part;
}
