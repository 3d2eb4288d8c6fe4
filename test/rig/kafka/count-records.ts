import type { KafkaTransport } from '@fieldcase/kafka';

/** What of `infra/kafka/cluster.mjs` a rig needs. */
export interface Cluster {
  readonly addresses: readonly string[];
  readonly admin: { readonly username: string; readonly password: string };
  readonly brokers: readonly { kill(): Promise<void>; launch(): void; untilListening(): Promise<void> }[];
  stop(): Promise<void>;
}

/** How often each value is in a topic, read from its beginning to its end. */
export async function countRecords(transport: KafkaTransport, topic: string): Promise<ReadonlyMap<string, number>> {
  const ends = await transport.ends(topic);
  const left = new Set(ends.flatMap(({ first, next }, partition) => (next > first ? [partition] : [])));
  const counts = new Map<string, number>();
  if (left.size === 0) return counts;
  const complete = resolvers();
  const consumption = await transport.consume({
    group: `${topic}.count`,
    topics: [topic],
    onCrash: complete.reject,
    onRecords: (_, partition, records) => {
      for (const { value, offset } of records) {
        if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
        if (offset + 1n >= (ends[partition]?.next ?? 0n)) left.delete(partition);
      }
      if (left.size === 0) complete.resolve();
    },
  });
  try {
    await complete.promise;
  } finally {
    await consumption.close();
  }
  return counts;
}

function resolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = (): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
