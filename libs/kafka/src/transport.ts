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
  readonly topic: string;
  /** A new share of the partitions; what was delivered before and is not applied comes again. */
  readonly onAssigned: (partitions: readonly number[]) => void;
  /** In order within a partition; from its earliest record on, or from what was committed. */
  readonly onRecords: (partition: number, records: readonly IncomingRecord[]) => void;
  /** The client has given up: nothing comes any more. */
  readonly onCrash: (error: Error) => void;
}

export interface Consumption {
  /** A hint of where to begin the next time: the offset of the next record to read, by partition. */
  commit(next: ReadonlyMap<number, bigint>): Promise<void>;
  pause(partition: number): void;
  resume(partition: number): void;
  close(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config?: Readonly<Record<string, string>>;
}

/** `first` is the earliest record that is still there, `next` the offset that the next one will have. */
export interface PartitionEnds {
  readonly first: bigint;
  readonly next: bigint;
}

export interface KafkaTransport {
  publisher(): Promise<Publisher>;
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** By partition. */
  ends(topic: string): Promise<readonly PartitionEnds[]>;
  /** Those at these offsets, by partition. */
  recordsAt(topic: string, offsets: ReadonlyMap<number, bigint>): Promise<ReadonlyMap<number, IncomingRecord>>;
  /** The record before each partition's end, where there is one. */
  lastRecords(topic: string): Promise<ReadonlyMap<number, IncomingRecord>>;
  /** Makes it where it is not there. Throws TopicUnfit. */
  ensureTopic(spec: TopicSpec): Promise<void>;
  close(): Promise<void>;
}
