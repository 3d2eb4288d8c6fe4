import { setTimeout as sleep } from 'node:timers/promises';
import { depotOfTopic } from '@fieldcase/contracts';
import { failpoint } from '@fieldcase/config';
import {
  rootOf,
  SHARDS,
  streamId,
  type EventStore,
  type LogSource,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import { explained } from '../broker-problem';
import { isForOperators } from '../for-operators';
import type { ReportToOperators } from '../keep-publishing';
import type { LogName } from '../log-topic';
import type { Covered, RelayProgress } from '../relay';
import type { KafkaTransport, TopicTail } from '../transport';
import { depotRecord, type ItemOf } from './depot-records';
import { requireNotAhead, sequenceAtEnd } from './depot-audit';
import { DepotTopic } from './depot-topic';
import { PublisherClosed, SharedPublisher } from './shared-publisher';

export interface DepotFeedsOptions {
  readonly log: LogName;
  readonly transport: Pick<KafkaTransport, 'topics' | 'tails' | 'publisher'>;
  /** Of all names in Kafka. */
  readonly prefix: string;
  readonly source: LogSource;
  readonly store: Pick<EventStore, 'readStreams'>;
  readonly itemOf: ItemOf;
  readonly progress: RelayProgress;
  readonly report: ReportToOperators;
  /** The topics were looked at. */
  readonly onMoved?: () => void;
  /** They cannot be looked at now; it is tried again. */
  readonly onWaiting?: (error: Error) => void;
  /** New topics are looked for so often. */
  readonly lookEveryMs?: number;
}

/** The topic of a depot, as far as it is known. */
interface Known {
  readonly depotId: string;
  readonly publisher: SharedPublisher;
  /** Absent: where the topic ends is not known, and is looked at not before `lookAt`. */
  topic?: DepotTopic;
  lookAt: number;
  failures: number;
  /** Position up to which everything was published when it was known the last time. */
  since: bigint;
}

/** A publisher has one request on its way to each broker: so many go beside each other. */
const PUBLISHERS = 4;
const NOTICED = 'PartRequestNoticed';
const BATCH = 4_000;
const LOOK_EVERY_MS = 3_000;
const NOTE_EVERY_MS = 1_000;
/** Topics whose ends are read at once, and streams whose ends are. */
const AT_ONCE = 200;
const AGAIN_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A look at the topics may last longer, and does no harm then. */
const STOP_WITHIN_MS = 1_000;

/**
 * Publishes the feeds of all depots that have a topic. The log's notices are followed once for all of them; a stream is read
 * only where its topic is behind. One depot whose topic fails does not hold the others up. To be run by one leader at a time;
 * where each topic ends is read from the topic itself, so that another leader goes on there.
 */
export class DepotFeeds {
  /** By name of the topic. */
  private readonly known = new Map<string, Known>();
  private byDepot: ReadonlyMap<string, Known> = new Map();
  private readonly publishers: readonly SharedPublisher[];
  private position = 0n;
  private looking: Promise<void> | undefined;

  constructor(private readonly options: DepotFeedsOptions) {
    this.publishers = Array.from({ length: PUBLISHERS }, () => new SharedPublisher(options.transport));
  }

  /** Until `signal` is aborted. Throws what reading the log throws, and what `progress` does where another leads. */
  async run(signal: AbortSignal): Promise<void> {
    const { source, progress, lookEveryMs = LOOK_EVERY_MS } = this.options;
    let noted = await progress.load();
    let [lookAt, noteAt] = [0, 0];
    this.position = await source.head();
    try {
      while (!signal.aborted) {
        const now = performance.now();
        if (now >= lookAt && !this.looking) {
          lookAt = now + lookEveryMs;
          this.looking = this.look().finally(() => (this.looking = undefined));
        }
        const moved = await this.follow();
        if (now >= noteAt) {
          noted = await this.note(noted);
          noteAt = now + NOTE_EVERY_MS;
        }
        if (!moved) await source.waitForMore(this.position, Math.min(1_000, lookEveryMs), signal);
      }
    } finally {
      await Promise.race([this.looking, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
      await Promise.all(this.publishers.map((publisher) => publisher.close()));
    }
  }

  /** Sequence of the last acknowledged record, of depots whose topic is known. */
  sequenceOf(depotId: string): number | undefined {
    return this.byDepot.get(depotId)?.topic?.sequence;
  }

  private async follow(): Promise<boolean> {
    const { events, upTo } = await this.options.source.read({ after: this.position, limit: BATCH, types: [NOTICED] });
    for (const event of events) this.byDepot.get(rootOf(event.streamId))?.topic?.notice(event);
    const moved = upTo > this.position;
    if (moved) this.position = upTo;
    return moved;
  }

  /** Up to where every known topic has everything. It only moves on, and tells how far behind the slowest is. */
  private async note(noted: Covered): Promise<Covered> {
    const waiting = [...this.known.values()].map(({ topic, since }) =>
      topic ? (topic.waitsSince ?? this.position + 1n) - 1n : since,
    );
    const upTo = waiting.reduce((least, next) => (next < least ? next : least), this.position);
    const before = noted[0] ?? 0n;
    if (upTo <= before) return noted;
    const to = Array.from({ length: SHARDS }, () => upTo);
    await this.options.progress.move(noted, to);
    failpoint('depots.noted');
    return to;
  }

  /** Topics that are new, gone, or whose end is not known. Never fails: it is done again soon. */
  private async look(): Promise<void> {
    const { transport, prefix, onMoved, onWaiting } = this.options;
    try {
      const names = new Set(await transport.topics());
      for (const name of this.known.keys()) if (!names.has(name)) this.known.delete(name);
      for (const name of names) {
        const of = depotOfTopic(prefix, name);
        if (of?.topic !== 'part-requests' || this.known.has(name)) continue;
        this.known.set(name, this.newlyKnown(of.depotId));
      }
      this.byDepot = new Map([...this.known.values()].map((known) => [known.depotId, known]));
      const now = performance.now();
      const unknown = [...this.known].flatMap(([name, { topic, lookAt }]) => (topic || lookAt > now ? [] : [name]));
      for (let begin = 0; begin < unknown.length; begin += AT_ONCE) {
        await this.begin(unknown.slice(begin, begin + AT_ONCE));
      }
      onMoved?.();
    } catch (error) {
      onWaiting?.(explained(error));
    }
  }

  private newlyKnown(depotId: string): Known {
    const publisher = this.publishers[this.known.size % PUBLISHERS] as SharedPublisher;
    return { depotId, publisher, lookAt: 0, failures: 0, since: this.position };
  }

  /** Where a topic ends is read, then it is told what its stream ends with: from there on it follows. */
  private async begin(names: readonly string[]): Promise<void> {
    const { transport, store } = this.options;
    const tails = await transport.tails(names);
    const begun = names.filter((name) => this.beginOne(name, tails.get(name)));
    const streamOf = (name: string): string => streamId('depotfeed', this.known.get(name)?.depotId ?? '');
    const ends = await store.readStreams(begun.map(streamOf), { fromLast: [NOTICED] });
    for (const name of begun) {
      const last = ends.get(streamOf(name))?.at(-1);
      const topic = this.known.get(name)?.topic;
      if (!topic) continue;
      try {
        requireNotAhead(name, topic.sequence, last?.version ?? 0);
        if (last) topic.notice(last);
      } catch (error) {
        this.failed(name, error as Error);
      }
    }
  }

  private beginOne(name: string, tail: TopicTail | undefined): boolean {
    const known = this.known.get(name);
    if (!known) return false;
    try {
      if (!tail) throw new Error('its end cannot be read');
      const sequence = sequenceAtEnd(this.options.log, name, tail);
      known.topic = new DepotTopic({
        sequence,
        read: (after, limit) => this.read(known.depotId, after, limit),
        send: (events) => this.send(name, known, events),
        onFailure: (error) => this.failed(name, error),
      });
      return true;
    } catch (error) {
      this.failed(name, error as Error);
      return false;
    }
  }

  private async read(depotId: string, afterVersion: number, limit: number): Promise<readonly RecordedEvent[]> {
    const stream = streamId('depotfeed', depotId);
    return (await this.options.store.readStreams([stream], { afterVersion, limit })).get(stream) ?? [];
  }

  private async send(name: string, known: Known, events: readonly RecordedEvent[]): Promise<void> {
    const { log, itemOf } = this.options;
    const first = await known.publisher.send(
      name,
      events.map((event) => depotRecord(log, event, itemOf(event))),
    );
    if (first === 0n && events[0]?.version !== 1) throw new Error('it was deleted and made again at once');
    known.failures = 0;
  }

  /** One that operators have to mend is looked at again now and then, and said again then. */
  private failed(name: string, error: Error): void {
    const known = this.known.get(name);
    if (!known || error instanceof PublisherClosed) return;
    const { topic } = known;
    known.since = topic?.waitsSince === undefined ? known.since : topic.waitsSince - 1n;
    delete known.topic;
    known.failures += 1;
    const halted = isForOperators(error);
    const pause = halted ? LONGEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, AGAIN_MS * 2 ** known.failures);
    known.lookAt = performance.now() + pause;
    const message = halted ? 'a depot’s topic stands still' : 'a depot’s topic fails, trying again';
    this.options.report(halted ? 'error' : 'warn', message, { topic: name, problem: error.message });
  }
}
