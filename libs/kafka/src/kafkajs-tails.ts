import { randomUUID } from 'node:crypto';
import type { Admin, Kafka, KafkaMessage } from 'kafkajs';
import { recordOf } from './kafkajs-consumption';
import { offsetsOf } from './kafkajs-offsets';
import type { IncomingRecord, PartitionEnds, TopicTail } from './transport';

/** A topic that does not answer by then is left out. */
const TAILS_MS = 20_000;
/** Topics that are asked about at once. */
const BESIDE = 8;

/** A topic, and the offsets of its last records by partition. */
type Wanted = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

/**
 * As `KafkaTransport.tails`. With connections of its own: kafkajs asks about every topic that it was ever asked about, and
 * one that was deleted would spoil the answers about all others.
 */
export async function readTails(
  kafka: Kafka,
  clientId: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicTail>> {
  const admin = kafka.admin({ retry: { retries: 2 } });
  const groupId = `${clientId}.tails.${randomUUID()}`;
  await admin.connect();
  try {
    const ends = await endsOf(admin, topics);
    const wanted = new Map([...ends].map(([topic, partitions]) => [topic, lastOffsets(partitions)] as const));
    const found = await readRecords(kafka, groupId, wanted);
    const isComplete = (topic: string): boolean => found.get(topic)?.size === wanted.get(topic)?.size;
    return new Map(
      [...ends].flatMap(([topic, of]) =>
        isComplete(topic) ? [[topic, { ends: of, last: found.get(topic) ?? new Map() }] as const] : [],
      ),
    );
  } finally {
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

async function endsOf(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, readonly PartitionEnds[]>> {
  const ends = new Map<string, readonly PartitionEnds[]>();
  for (let begin = 0; begin < topics.length; begin += BESIDE) {
    const asked = topics.slice(begin, begin + BESIDE);
    const answers = await Promise.allSettled(asked.map((topic) => offsetsOf(admin, topic)));
    answers.forEach((answer, index) => {
      if (answer.status === 'rejected') return;
      ends.set(asked[index] as string, answer.value);
    });
  }
  return ends;
}

export const lastOffsets = (ends: readonly PartitionEnds[]): ReadonlyMap<number, bigint> =>
  new Map(ends.flatMap(({ first, next }, partition) => (next > first ? [[partition, next - 1n] as const] : [])));

/** kafkajs reads in groups only: this one is of a single reader. What does not come in time is not among what is found. */
export async function readRecords(
  kafka: Kafka,
  groupId: string,
  wanted: Wanted,
): Promise<ReadonlyMap<string, ReadonlyMap<number, IncomingRecord>>> {
  const found = new Map([...wanted.keys()].map((topic) => [topic, new Map<number, IncomingRecord>()]));
  const topics = [...wanted].flatMap(([topic, offsets]) => (offsets.size > 0 ? [topic] : []));
  let missing = [...wanted.values()].reduce((sum, { size }) => sum + size, 0);
  if (missing === 0) return found;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 50 });
  let late: NodeJS.Timeout | undefined;
  await consumer.connect();
  try {
    await consumer.subscribe({ topics, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      late = setTimeout(resolve, TAILS_MS);
      consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
        if (!restart) reject(error);
      });
      const eachMessage = async (read: { topic: string; partition: number; message: KafkaMessage }): Promise<void> => {
        const { topic, partition, message } = read;
        const records = found.get(topic);
        if (!records || records.has(partition) || BigInt(message.offset) !== wanted.get(topic)?.get(partition)) return;
        records.set(partition, recordOf(message));
        missing -= 1;
        if (missing === 0) resolve();
      };
      consumer.run({ autoCommit: false, eachMessage }).catch(reject);
      for (const topic of topics) {
        for (const [partition, offset] of wanted.get(topic) ?? []) {
          consumer.seek({ topic, partition, offset: String(offset) });
        }
      }
    });
  } finally {
    clearTimeout(late);
    await consumer.disconnect();
  }
  return found;
}
