import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { TestKafka } from './kafka';

export interface ReadRecord {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client as anybody writes one: none of our code is in it. */
export class TopicReader {
  private readonly kafka: Kafka;

  constructor(
    { brokers, admin }: TestKafka,
    private readonly group: string,
  ) {
    this.kafka = new Kafka({
      brokers: [...brokers],
      clientId: 'reader',
      sasl: { mechanism: 'scram-sha-512', ...admin },
      logLevel: logLevel.NOTHING,
    });
  }

  /** From the beginning, until what was read is enough. The topic may not be there yet. */
  async read(
    topic: string,
    isEnough: (records: readonly ReadRecord[], partitions: readonly number[]) => boolean,
  ): Promise<readonly ReadRecord[]> {
    const consumer = this.kafka.consumer({ groupId: `${this.group}.${randomUUID()}`, maxWaitTimeInMs: 100 });
    const records: ReadRecord[] = [];
    let partitions: readonly number[] = [];
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      partitions = payload.memberAssignment[topic] ?? [];
    });
    await consumer.connect();
    try {
      await this.untilThere(topic);
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        const eachMessage = async ({ partition, message }: Parameters<Read>[0]): Promise<void> => {
          const { key, value, headers = {} } = message;
          const texts = Object.entries(headers).map(([name, header]) => [name, String(header)]);
          const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null;
          records.push({ partition, key: text(key), value: text(value), headers: Object.fromEntries(texts) });
          if (isEnough(records, partitions)) resolve();
        };
        consumer.run({ autoCommit: false, eachMessage }).catch(reject);
      });
    } finally {
      await consumer.disconnect();
    }
    return records;
  }

  private async untilThere(topic: string): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    while (!(await admin.listTopics()).includes(topic));
    await admin.disconnect();
  }
}

type Read = (payload: {
  readonly partition: number;
  readonly message: {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers?: Readonly<Record<string, unknown>>;
  };
}) => Promise<void>;
