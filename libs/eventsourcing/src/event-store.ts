import type { Instant, NewEvent, RecordedEvent } from './message';

/** Expected version of a stream: a number (0 = must not exist), or `any` for a blind append numbered by the store. */
export type ExpectedVersion = number | 'any';

export interface StreamWrite {
  readonly streamId: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly NewEvent[];
}

/** A stream that a command only read: the append is refused when it has moved on. */
export interface StreamCheck {
  readonly streamId: string;
  readonly expected: number;
}

/** Idempotency of an HTTP command or a process manager. */
export interface CommandKey {
  /** 16 bytes: SHA-256 of `sub` and the client's key, truncated. */
  readonly hash: Uint8Array;
  /** HMAC of method, path, body and If-Match. */
  readonly request: Uint8Array;
  /** The answer to give again, without position. JSON. */
  readonly answer: object;
}

export interface AppendRequest {
  readonly writes: readonly StreamWrite[];
  readonly checks?: readonly StreamCheck[];
  readonly key?: CommandKey;
}

export type AppendResult =
  | {
      readonly outcome: 'appended';
      readonly firstPosition: bigint;
      readonly lastPosition: bigint;
      readonly recordedAt: Instant;
      /** New version per written stream. */
      readonly versions: ReadonlyMap<string, number>;
    }
  /** Nothing of this request was written. `actual` is the stream's version now. */
  | { readonly outcome: 'conflict'; readonly streamId: string; readonly actual: number }
  | Replay
  /** The key was used for another request. */
  | { readonly outcome: 'key-reused' };

/** The key was used before for the same request: its stored answer. */
export interface Replay {
  readonly outcome: 'replayed';
  readonly answer: object;
  readonly firstPosition: bigint;
  readonly lastPosition: bigint;
}

export interface ReadOptions {
  /** Exclusive. A map tells it of each stream; one that it does not name is read from its beginning. */
  readonly afterVersion?: number | ReadonlyMap<string, number>;
  /** Merge the personal fields back into `data`. Never while loading for `decide`. */
  readonly personal?: boolean;
  /** Inclusive: the log as it stood at this position. */
  readonly upToPosition?: bigint;
  /** Begin each stream with its last event of one of these types, which carries the whole state before it. */
  readonly fromLast?: readonly string[];
  /** At most so many events of each stream, the earliest. */
  readonly limit?: number;
}

/** Of one of the streams that are read. */
export function afterVersionOf(streamId: string, { afterVersion = 0 }: ReadOptions): number {
  return typeof afterVersion === 'number' ? afterVersion : (afterVersion.get(streamId) ?? 0);
}

export interface KeyLookup {
  /** Absent when the key is unknown. */
  readonly found?: Replay | { readonly outcome: 'key-reused' };
  /** Current version of every asked stream, 0 = absent. */
  readonly versions: ReadonlyMap<string, number>;
}

/** The log. Adapters: PostgreSQL and in-memory, one contract suite (`testing/event-store.contract.ts`). */
export interface EventStore {
  /** All or nothing. Throws StoreUnavailable when the outcome is unknown or nothing was written for lack of a server. */
  append(request: AppendRequest): Promise<AppendResult>;
  /** Events of several streams in one round trip, each ordered by version. Upcast. */
  readStreams(
    streamIds: readonly string[],
    options?: ReadOptions,
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>>;
  /** One query: was this key used, and how far are these streams. Asked before any refusal is answered. */
  lookUp(key: Pick<CommandKey, 'hash' | 'request'>, streamIds: readonly string[]): Promise<KeyLookup>;
  /** Highest position, 0n when empty. */
  head(): Promise<bigint>;
}

/** Personal fields of stored events by position (board search, exports). Erased ones are absent. */
export interface PersonalData {
  fetch(positions: readonly bigint[]): Promise<ReadonlyMap<bigint, object>>;
}

/** The server could not be asked, or it is unknown whether it did it: try again with the same key. */
export class StoreUnavailable extends Error {
  constructor(
    message: string,
    readonly outcomeUnknown: boolean,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}
