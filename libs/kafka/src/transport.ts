/** What this house asks of a Kafka client. The client itself is behind it, in one file. */

export type RecordHeaders = Readonly<Record<string, string>>;

export interface OutgoingRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: RecordHeaders;
}

export interface IncomingRecord extends OutgoingRecord {
  readonly offset: bigint;
}

/** As a group reads it. */
export interface ConsumedRecord extends IncomingRecord {
  /** What `value` was made of; a text need not have been sent. */
  readonly bytes: Uint8Array | null;
  /** Epoch ms: the sender's, or the broker's where the topic has it so. */
  readonly timestamp: number;
}

/** The broker has said less than that everything is stored. Sent again, it may be there twice. */
export class NotAcknowledged extends Error {
  override readonly name = 'NotAcknowledged';
}

/** A topic that is there, but not as it must be; says what to do. */
export class TopicUnfit extends Error {
  override readonly name = 'TopicUnfit';
}

export interface Publisher {
  /**
   * Records of one partition, in order, on all replicas in sync.
   * @returns the offset of the first. Throws NotAcknowledged, or what the client throws
   */
  send(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint>;
  close(): Promise<void>;
}

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** A new share of the partitions, by topic; what was delivered before and is not applied comes again. */
  readonly onAssigned?: (share: ReadonlyMap<string, readonly number[]>) => void;
  /**
   * In order within a partition; from its earliest record on, or from what was committed. A promise is waited for: nothing
   * more of this partition comes meanwhile, and the group keeps its member. It tells how many were handled, the others
   * come again: who does little at a time lets other partitions have their turn.
   * @param end the offset after the newest record of the partition
   */
  readonly onRecords: (
    topic: string,
    partition: number,
    records: readonly ConsumedRecord[],
    end: bigint,
  ) => void | Promise<number>;
  /** The client has given up: nothing comes any more. */
  readonly onCrash: (error: Error) => void;
  /** Of one partition in one fetch; a record that is larger comes all the same. */
  readonly maxBytesPerPartition?: number;
  /** What a member that was killed had is another's after so long. */
  readonly sessionMs?: number;
}

export interface Consumption {
  /** Where to begin the next time: the offset of the next record to read, by partition. */
  commit(topic: string, next: ReadonlyMap<number, bigint>): Promise<void>;
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  close(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config?: Readonly<Record<string, string>>;
}

/** `replicas` of the partition that has the fewest. */
export interface TopicFacts {
  readonly partitions: number;
  readonly replicas: number;
}

/** `first` is the earliest record that is still there, `next` the offset that the next one will have. */
export interface PartitionEnds {
  readonly first: bigint;
  readonly next: bigint;
}

/** By partition: where it ends, and the record before its end, where there is one. */
export interface TopicTail {
  readonly ends: readonly PartitionEnds[];
  readonly last: ReadonlyMap<number, IncomingRecord>;
}

export interface KafkaTransport {
  /**
   * A broker has answered and let this user in. The addresses at which it says that the cluster's brokers are: of one that
   * has just died too, and without a majority of controllers of all that have died since. Throws BrokerProblem.
   */
  reach(): Promise<readonly string[]>;
  publisher(): Promise<Publisher>;
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** All that this user may know of. */
  topics(): Promise<readonly string[]>;
  /** By partition. */
  ends(topic: string): Promise<readonly PartitionEnds[]>;
  /** Those at these offsets, by partition. */
  recordsAt(topic: string, offsets: ReadonlyMap<number, bigint>): Promise<ReadonlyMap<number, IncomingRecord>>;
  /** The record before each partition's end, where there is one. */
  lastRecords(topic: string): Promise<ReadonlyMap<number, IncomingRecord>>;
  /** Of many topics at once; one that is not there, or does not answer, is left out. */
  tails(topics: readonly string[]): Promise<ReadonlyMap<string, TopicTail>>;
  /** Without any effect: true where it is there and fits, false where it could be made. Throws TopicUnfit. */
  checkTopic(spec: TopicSpec): Promise<boolean>;
  /** Makes it where it is not there. Throws TopicUnfit. */
  ensureTopic(spec: TopicSpec): Promise<void>;
  close(): Promise<void>;
}
