import type { Producer } from 'kafkajs';
import { REQUEST_MS } from './kafkajs-client';
import { NotAcknowledged, type OutgoingRecord, type Publisher } from './transport';

const NO_ERROR = 0;
/** Of one batch; a broker refuses more than 1 MiB as it is set up, and a case may have many events. */
const MOST_BYTES = 800_000;
const BYTES_OF_HEADERS = 200;

/** Every message names its own. */
export const explicitPartition = ({ message }: { message: { partition?: number } }): number => message.partition ?? 0;

/**
 * One partition per `send()`, and one batch of it in flight: kafkajs loses the share of a dead leader where one send
 * spans partitions, and idempotent sends beside each other on one partition.
 */
export class CheckedPublisher implements Publisher {
  private readonly sending = new Map<string, Promise<unknown>>();

  constructor(private readonly producer: Pick<Producer, 'send' | 'disconnect'>) {}

  async send(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint> {
    const place = `${topic}/${partition}`;
    const before = this.sending.get(place) ?? Promise.resolve();
    const sent = before.then(
      () => this.sendNow(topic, partition, records),
      () => this.sendNow(topic, partition, records),
    );
    this.sending.set(place, sent);
    try {
      return await sent;
    } finally {
      if (this.sending.get(place) === sent) this.sending.delete(place);
    }
  }

  private async sendNow(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint> {
    const [first = [], ...more] = inBatches(records);
    const offset = await this.sendBatch(topic, partition, first);
    for (const batch of more) await this.sendBatch(topic, partition, batch);
    return offset;
  }

  private async sendBatch(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint> {
    const messages = records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers }, partition }));
    const answers = await this.producer.send({ topic, messages, acks: -1, timeout: REQUEST_MS });
    const [answer] = answers;
    const { baseOffset } = answer ?? {};
    const named = answers.length === 1 && answer?.topicName === topic && answer.partition === partition;
    if (!named || answer?.errorCode !== NO_ERROR || baseOffset === undefined || BigInt(baseOffset) < 0n) {
      throw new NotAcknowledged(
        `${topic}/${partition}: ${records.length} records were sent, and the answer does not name them`,
      );
    }
    return BigInt(baseOffset);
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}

function inBatches(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const batches: OutgoingRecord[][] = [];
  let left = 0;
  for (const record of records) {
    const bytes = Buffer.byteLength(record.value ?? '') + Buffer.byteLength(record.key ?? '') + BYTES_OF_HEADERS;
    if (bytes > left || batches.length === 0) {
      batches.push([]);
      left = MOST_BYTES;
    }
    batches.at(-1)?.push(record);
    left -= bytes;
  }
  return batches;
}
