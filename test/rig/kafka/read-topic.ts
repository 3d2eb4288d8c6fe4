import { randomUUID } from 'node:crypto';
import type { IncomingRecord, KafkaTransport } from '@fieldcase/kafka';

/** Every record of a topic from its beginning to where it ends now; by partition in the order of offsets. */
export async function readTopic(
  transport: KafkaTransport,
  topic: string,
  onRecord: (partition: number, record: IncomingRecord) => void,
): Promise<void> {
  const ends = await transport.ends(topic);
  const left = new Set(ends.flatMap(({ first, next }, partition) => (next > first ? [partition] : [])));
  if (left.size === 0) return;
  const next = new Map<number, bigint>();
  let complete = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  const reading = new Promise<void>((resolve, reject) => ([complete, fail] = [resolve, reject]));
  const consumption = await transport.consume({
    group: `${topic}.read.${randomUUID()}`,
    topic,
    onAssigned: () => undefined,
    onCrash: fail,
    onRecords: (partition, records) => {
      for (const record of records) {
        // What comes again after the client has begun anew.
        if (record.offset < (next.get(partition) ?? 0n)) continue;
        next.set(partition, record.offset + 1n);
        onRecord(partition, record);
        if (record.offset + 1n >= (ends[partition]?.next ?? 0n)) left.delete(partition);
      }
      if (left.size === 0) complete();
    },
  });
  try {
    await reading;
  } finally {
    await consumption.close();
  }
}
