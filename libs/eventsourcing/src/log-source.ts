import type { RecordedEvent } from './message';

export interface ReadLogOptions {
  /** Exclusive. */
  readonly after: bigint;
  readonly limit: number;
  readonly types?: readonly string[];
  /** Of no use to the reader, though they count towards the limit: a source may leave them out. */
  readonly except?: readonly string[];
  /** Inclusive upper bound. */
  readonly upTo?: bigint;
  /** How far each shard is, by its number, where some are further than `after`: what lies before need not be read again. */
  readonly from?: readonly bigint[];
}

export interface LogBatch {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here has been read (types filtered out included): the next `after`. */
  readonly upTo: bigint;
  /** How many lie up to there, where some were left out; absent: as many as `events`. */
  readonly looked?: number;
  /** Only these shards were read: the source's share at that moment. Absent: all. */
  readonly shards?: readonly number[];
}

/** How much of the log a batch is, whatever was left out. */
export const lookedAt = ({ looked, events }: LogBatch): number => looked ?? events.length;

/** Ordered batches after a position. Adapters: PostgreSQL, in-memory, Kafka, one contract suite. */
export interface LogSource {
  /** The shards that it reads now; another list whenever they have changed. Absent: all, for ever. */
  readonly share?: readonly number[];
  read(options: ReadLogOptions): Promise<LogBatch>;
  head(): Promise<bigint>;
  /** Resolves when the log may have grown beyond `after`, or after `timeoutMs` as a net; never rejects on abort. */
  waitForMore(after: bigint, timeoutMs: number, signal: AbortSignal): Promise<void>;
}
