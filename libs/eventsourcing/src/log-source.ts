import type { RecordedEvent } from './message';

export interface ReadLogOptions {
  /** Exclusive. */
  readonly after: bigint;
  readonly limit: number;
  readonly types?: readonly string[];
  /** Inclusive upper bound. */
  readonly upTo?: bigint;
}

export interface LogBatch {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here has been read (types filtered out included): the next `after`. */
  readonly upTo: bigint;
}

/** Ordered batches after a position. Adapters: PostgreSQL, in-memory (and Kafka later), one contract suite. */
export interface LogSource {
  read(options: ReadLogOptions): Promise<LogBatch>;
  head(): Promise<bigint>;
  /** Resolves when the log may have grown beyond `after`, or after `timeoutMs` as a net; never rejects on abort. */
  waitForMore(after: bigint, timeoutMs: number, signal: AbortSignal): Promise<void>;
}
