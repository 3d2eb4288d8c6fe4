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
