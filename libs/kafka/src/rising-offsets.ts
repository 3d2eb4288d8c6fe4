import { readRecord, UnreadableRecord, type LogName } from './log-topic';
import { RelayHalted } from './relay-audit';
import {
  NotAcknowledged,
  type IncomingRecord,
  type KafkaTransport,
  type OutgoingRecord,
  type PartitionEnds,
  type Publisher,
} from './transport';

/**
 * A partition only grows. Where a record gets a place that was taken already, earlier ones were not stored, or the topic is
 * not the one that they went to: nothing more is noted, and what lies in the topic is looked at before anything goes on.
 */
export class RisingOffsets implements Publisher {
  private readonly next: bigint[];

  constructor(
    private readonly publisher: Publisher,
    ends: readonly PartitionEnds[],
  ) {
    this.next = ends.map(({ next }) => next);
  }

  async send(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint> {
    const offset = await this.publisher.send(topic, partition, records);
    const expected = this.next[partition] ?? 0n;
    if (offset < expected) {
      throw new NotAcknowledged(
        `${topic}/${partition}: a record is at ${offset}, and others had the places up to ${expected}`,
      );
    }
    this.next[partition] = offset + BigInt(records.length);
    return offset;
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}

const madeAgain = (topic: string, partition: number, from: bigint): string =>
  `partition ${partition} of ${topic} begins after position ${from}: the topic was deleted and made again while the relay ` +
  `was publishing. Stop the workers of role "relay", delete it once more, and let "fieldcase relay restart" publish the ` +
  `log anew`;

/** The first record of all says that nothing lies before it; retention may have taken it, and what follows on it may not. */
export async function checkBeginnings(
  transport: Pick<KafkaTransport, 'recordsAt'>,
  log: LogName,
  topic: string,
  ends: readonly PartitionEnds[],
): Promise<void> {
  const wanted = ends.flatMap(({ first, next }, partition) =>
    first === 0n && next > 0n ? [[partition, first] as const] : [],
  );
  for (const [partition, record] of await transport.recordsAt(topic, new Map(wanted))) {
    const from = beginOf(log, partition, record);
    if (from > 0n) throw new RelayHalted(madeAgain(topic, partition, from));
  }
}

/** Junk of somebody else tells nothing. */
function beginOf(log: LogName, partition: number, record: IncomingRecord): bigint {
  try {
    return readRecord(log, partition, record).from;
  } catch (error) {
    if (error instanceof UnreadableRecord) return 0n;
    throw error;
  }
}
