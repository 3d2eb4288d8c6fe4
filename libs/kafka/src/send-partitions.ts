import type { RecordedEvent } from '@fieldcase/eventsourcing';
import type { OutgoingRecord, Publisher } from './transport';

/** Partitions beside each other, one batch of each in flight. Waits for all, so that nothing goes on after a failure. */
export async function sendPartitions(
  publisher: Publisher,
  topic: string,
  records: ReadonlyMap<number, readonly OutgoingRecord[]>,
): Promise<void> {
  const sending = [...records].map(([partition, of]) => publisher.send(topic, partition, of));
  const failed = (await Promise.allSettled(sending)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * By partition, in order; what `covered` has already is left out, and it is moved on to what is made.
 * @param covered position of the last record of each partition
 */
export function recordsByPartition(
  events: readonly RecordedEvent[],
  covered: bigint[],
  recordOf: (from: bigint, event: RecordedEvent) => OutgoingRecord,
): Map<number, OutgoingRecord[]> {
  const records = new Map<number, OutgoingRecord[]>();
  for (const event of events) {
    const from = covered[event.shard] ?? 0n;
    // After a step whose end is not known, or that was not noted, some partitions are further than the reading.
    if (event.position <= from) continue;
    const record = recordOf(from, event);
    const known = records.get(event.shard);
    if (known) known.push(record);
    else records.set(event.shard, [record]);
    covered[event.shard] = event.position;
  }
  return records;
}
