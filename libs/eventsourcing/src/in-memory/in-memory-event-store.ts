import { assertWellFormed } from '../append-rules';
import {
  afterVersionOf,
  type AppendRequest,
  type AppendResult,
  type CommandKey,
  type EventStore,
  type KeyLookup,
  type PersonalData,
  type ReadOptions,
  type Replay,
} from '../event-store';
import type { Instant, NewEvent, RecordedEvent } from '../message';
import { shardOf } from '../stream-id';
import { Upcasters } from '../upcaster';

interface StoredCommand {
  readonly request: string;
  readonly replay: Replay;
}
interface StoredPersonal {
  readonly subjectId: string;
  readonly data: object;
}

export interface InMemoryEventStoreOptions {
  /** The store's recordedAt; by default a clock that starts at 2026-01-01 and moves 1 ms with every append. */
  readonly now?: () => Instant;
  readonly upcasters?: Upcasters;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** What a round trip through jsonb leaves of a value: no undefined, no shared references. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

function ticking(): () => Instant {
  let now = Date.UTC(2026, 0, 1);
  return () => now++;
}

/** The log in memory, for specs: the same contract as PostgreSQL, nothing durable. */
export class InMemoryEventStore implements EventStore, PersonalData {
  private readonly log: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly personal = new Map<bigint, StoredPersonal>();
  private readonly commands = new Map<string, StoredCommand>();
  private readonly watchers = new Set<() => void>();
  private readonly now: () => Instant;
  private readonly upcasters: Upcasters;

  constructor(options: InMemoryEventStoreOptions = {}) {
    this.now = options.now ?? ticking();
    this.upcasters = options.upcasters ?? Upcasters.none;
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    assertWellFormed(request);
    const known = request.key && this.recall(request.key);
    if (known) return known;
    const expectations = [...request.writes, ...(request.checks ?? [])];
    const conflict = expectations.find(
      ({ streamId, expected }) => expected !== 'any' && expected !== this.tail(streamId),
    );
    if (conflict) {
      return { outcome: 'conflict', streamId: conflict.streamId, actual: this.tail(conflict.streamId) };
    }
    const recordedAt = Math.max(this.now(), this.log.at(-1)?.recordedAt ?? -Infinity);
    const before = this.log.length;
    for (const { streamId, events } of request.writes) {
      for (const event of events) this.record(streamId, event, recordedAt);
    }
    const lastPosition = BigInt(this.log.length);
    const firstPosition = this.log.length > before ? BigInt(before + 1) : lastPosition;
    if (request.key) {
      const replay: Replay = { outcome: 'replayed', answer: stored(request.key.answer), firstPosition, lastPosition };
      this.commands.set(hex(request.key.hash), { request: hex(request.key.request), replay });
    }
    for (const wake of this.watchers) wake();
    const versions = new Map(request.writes.map(({ streamId }) => [streamId, this.tail(streamId)]));
    return { outcome: 'appended', firstPosition, lastPosition, recordedAt, versions };
  }

  async readStreams(
    streamIds: readonly string[],
    options: ReadOptions = {},
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const { upToPosition, fromLast, limit } = options;
    const wanted = (event: RecordedEvent): boolean =>
      event.version > afterVersionOf(event.streamId, options) &&
      (upToPosition === undefined || event.position <= upToPosition);
    return new Map(
      streamIds.map((streamId) => {
        const events = (this.streams.get(streamId) ?? []).filter(wanted);
        const first = fromLast ? events.findLastIndex((event) => fromLast.includes(event.type)) : -1;
        const start = Math.max(0, first);
        const read = events.slice(start, limit === undefined ? undefined : start + limit);
        return [streamId, read.map((event) => this.delivered(event, options.personal))];
      }),
    );
  }

  async lookUp(key: Pick<CommandKey, 'hash' | 'request'>, streamIds: readonly string[]): Promise<KeyLookup> {
    const found = this.recall(key);
    const versions = new Map(streamIds.map((streamId) => [streamId, this.tail(streamId)]));
    return found ? { found, versions } : { versions };
  }

  async head(): Promise<bigint> {
    return BigInt(this.log.length);
  }

  async fetch(positions: readonly bigint[]): Promise<ReadonlyMap<bigint, object>> {
    return new Map(
      positions.flatMap((position) => {
        const row = this.personal.get(position);
        return row ? [[position, stored(row.data)] as const] : [];
      }),
    );
  }

  /** Deletes the personal fields of a subject; answers how many events lost some. */
  async eraseSubject(subjectId: string): Promise<number> {
    const positions = [...this.personal].filter(([, row]) => row.subjectId === subjectId).map(([position]) => position);
    for (const position of positions) this.personal.delete(position);
    return positions.length;
  }

  /** The part of the log that a source reads: events after a position, as stored order has them. */
  slice(after: bigint, count: number): readonly RecordedEvent[] {
    return this.log.slice(Number(after), Number(after) + count).map((event) => this.delivered(event));
  }

  /** Calls `wake` after every append until the answer is called. */
  watch(wake: () => void): () => void {
    this.watchers.add(wake);
    return () => this.watchers.delete(wake);
  }

  private recall(key: Pick<CommandKey, 'hash' | 'request'>): Replay | { readonly outcome: 'key-reused' } | undefined {
    const known = this.commands.get(hex(key.hash));
    if (!known) return undefined;
    return known.request === hex(key.request) ? known.replay : { outcome: 'key-reused' };
  }

  private tail(streamId: string): number {
    return this.streams.get(streamId)?.length ?? 0;
  }

  private record(streamId: string, event: NewEvent, recordedAt: Instant): void {
    const { personal, ...kept } = event;
    const recorded: RecordedEvent = {
      ...stored(kept),
      recordedAt,
      position: BigInt(this.log.length + 1),
      streamId,
      version: this.tail(streamId) + 1,
      shard: shardOf(streamId),
    };
    this.log.push(recorded);
    const stream = this.streams.get(streamId);
    if (stream) stream.push(recorded);
    else this.streams.set(streamId, [recorded]);
    if (personal) this.personal.set(recorded.position, stored(personal));
  }

  private delivered(event: RecordedEvent, withPersonal = false): RecordedEvent {
    const personal = withPersonal ? this.personal.get(event.position)?.data : undefined;
    return this.upcasters.upcast({ ...event, data: stored({ ...event.data, ...personal }) });
  }
}
