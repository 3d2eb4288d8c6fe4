import type { LogFault } from '@fieldcase/postgres';
import type { Entry } from '../kills/journal';

/** One event of the log, as far as the checks need it. */
export interface LoggedEvent {
  readonly position: bigint;
  readonly streamId: string;
  readonly shard: number;
  readonly type: string;
  readonly actor: string;
  /** One for all events of one command. */
  readonly commandId: string;
  /** Of a recorded step of a clock: which step of which. */
  readonly step: string | undefined;
  /** Of the record that it has to be in the log's topic, key and value. */
  readonly digest: string;
}

/** One record of a partition, in the order of offsets. */
export interface TopicRecord {
  readonly from: bigint;
  readonly position: bigint;
  /** Undefined: it tells how far the log is, and carries no event. */
  readonly digest: string | undefined;
}

/** One record of a public topic, in the order of offsets; `place` is its position in the log, or its sequence. */
export interface PublicRecord {
  readonly place: bigint;
  readonly digest: string;
}

/** A partition of a public topic, and what the log says that it has to hold, in order. */
export interface PublicPartition {
  readonly name: string;
  readonly expected: readonly PublicRecord[];
  readonly records: readonly PublicRecord[];
}

/** A command that the log remembers. */
export interface RememberedCommand {
  readonly keyHash: string;
  readonly first: bigint;
  readonly last: bigint;
}

export interface ReadModelRows {
  readonly table: string;
  /** As text, in order. */
  readonly live: readonly string[];
  readonly rebuilt: readonly string[];
}

/** Everything that the checks look at, read when all is at rest. They themselves ask nobody. */
export interface Evidence {
  /** The log's, before the first entry of the journal. */
  readonly base: bigint;
  readonly head: bigint;
  readonly journal: readonly Entry[];
  /** What the log's own check has found: positions, versions, times, shards. */
  readonly logFaults: readonly LogFault[];
  readonly events: readonly LoggedEvent[];
  readonly remembered: readonly RememberedCommand[];
  /** By partition; undefined where there is no broker. */
  readonly topic: readonly (readonly TopicRecord[])[] | undefined;
  /** Of the topics of cases and depots. */
  readonly publicTopics: readonly PublicPartition[];
  /** The lowest of each subscription's shards. */
  readonly positions: ReadonlyMap<string, bigint>;
  readonly parked: readonly string[];
  readonly readModels: readonly ReadModelRows[];
  /** What was seen while it ran, and nobody had asked for: processes that ended by themselves, failpoints never hit. */
  readonly surprises: readonly string[];
}

export interface Violation {
  readonly check: string;
  readonly detail: string;
}
