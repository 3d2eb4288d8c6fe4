/**
 * kafkajs is known to the files `kafkajs-*.ts` and to no other. Its known faults have their guards in them: one partition
 * per `send()` and every answer checked (it loses the share of a dead leader where one send spans partitions), no topics
 * by accident, offsets committed by hand only, from the earliest record and never from the latest.
 */
import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, Kafka, KafkaMessage, Producer } from 'kafkajs';
import { kafkaClient, patiently, REQUEST_MS, type KafkaAccess } from './kafkajs-client';
import { GroupConsumption, recordOf } from './kafkajs-consumption';
import { readTails } from './kafkajs-tails';
import {
  NotAcknowledged,
  TopicUnfit,
  type Consumption,
  type ConsumeOptions,
  type IncomingRecord,
  type KafkaTransport,
  type OutgoingRecord,
  type PartitionEnds,
  type Publisher,
  type TopicSpec,
  type TopicTail,
} from './transport';

const SESSION_MS = 30_000;
const NO_ERROR = 0;
/** Of one topic's tail; a partition that does not answer by then has none that can be read. */
const TAIL_MS = 20_000;

export class KafkaJsTransport implements KafkaTransport {
  private readonly kafka: Kafka;
  private connecting: Promise<Admin> | undefined;

  constructor(private readonly access: KafkaAccess) {
    this.kafka = kafkaClient(access);
  }

  async publisher(): Promise<Publisher> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => explicitPartition,
    });
    await producer.connect();
    return new CheckedPublisher(producer);
  }

  /** A group's coordinator may be loading for some seconds after a broker has started: each try is a consumer of its own. */
  consume(options: ConsumeOptions): Promise<Consumption> {
    return patiently(async () => {
      const consumption = new GroupConsumption(this.consumer(options), options);
      try {
        await consumption.start();
        return consumption;
      } catch (error) {
        await consumption.close().catch(() => undefined);
        throw error;
      }
    });
  }

  private consumer({ group, maxBytesPerPartition, sessionMs = SESSION_MS }: ConsumeOptions): Consumer {
    return this.kafka.consumer({
      groupId: group,
      ...(maxBytesPerPartition === undefined ? {} : { maxBytesPerPartition }),
      sessionTimeout: sessionMs,
      rebalanceTimeout: SESSION_MS,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 100,
    });
  }

  async topics(): Promise<readonly string[]> {
    const admin = await this.admin();
    return patiently(() => admin.listTopics());
  }

  async ends(topic: string): Promise<readonly PartitionEnds[]> {
    const admin = await this.admin();
    const offsets = await patiently(() => admin.fetchTopicOffsets(topic));
    const ends = offsets.map(({ low, high }) => ({ first: BigInt(low), next: BigInt(high) }));
    return offsets
      .map(({ partition }) => partition)
      .reduce<PartitionEnds[]>((ordered, partition, index) => {
        ordered[partition] = ends[index] as PartitionEnds;
        return ordered;
      }, []);
  }

  async lastRecords(topic: string): Promise<ReadonlyMap<number, IncomingRecord>> {
    const ends = await this.ends(topic);
    const wanted = new Map(
      ends.flatMap(({ first, next }, partition) => (next > first ? [[partition, next - 1n]] : [])),
    );
    if (wanted.size === 0) return new Map();
    return this.readOnce(topic, wanted);
  }

  tails(topics: readonly string[]): Promise<ReadonlyMap<string, TopicTail>> {
    return readTails(this.kafka, this.access.clientId, topics);
  }

  /** kafkajs reads in groups only: this one is of a single reader, and gone afterwards. */
  private async readOnce(
    topic: string,
    wanted: ReadonlyMap<number, bigint>,
  ): Promise<ReadonlyMap<number, IncomingRecord>> {
    const groupId = `${this.access.clientId}.tail.${randomUUID()}`;
    const consumer = this.kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 50 });
    const found = new Map<number, IncomingRecord>();
    await consumer.connect();
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`the tail of ${topic} cannot be read`)), TAIL_MS);
        consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
          if (!restart) reject(error);
        });
        const eachMessage = async ({ partition, message }: { partition: number; message: KafkaMessage }) => {
          const record = recordOf(message);
          if (record.offset === wanted.get(partition)) found.set(partition, record);
          if (found.size < wanted.size) return;
          clearTimeout(late);
          resolve();
        };
        consumer.run({ autoCommit: false, eachMessage }).catch(reject);
        for (const [partition, offset] of wanted) consumer.seek({ topic, partition, offset: String(offset) });
      });
    } finally {
      await consumer.disconnect();
      await (await this.admin()).deleteGroups([groupId]).catch(() => undefined);
    }
    return found;
  }

  async ensureTopic({ name, partitions, replicas, config = {} }: TopicSpec): Promise<void> {
    const admin = await this.admin();
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
    const topics = [{ topic: name, numPartitions: partitions, replicationFactor: replicas, configEntries }];
    await patiently(() => admin.createTopics({ waitForLeaders: true, topics }));
    const { topics: made } = await patiently(() => admin.fetchTopicMetadata({ topics: [name] }));
    const found = made[0]?.partitions ?? [];
    if (found.length !== partitions) {
      throw new TopicUnfit(
        `the topic ${name} has ${found.length} partitions, expected ${partitions}: they are fixed for ever; ` +
          `delete the topic, and it is made anew and filled from the log`,
      );
    }
    const least = Math.min(...found.map((partition) => partition.replicas.length));
    if (least >= replicas) return;
    throw new TopicUnfit(
      `the topic ${name} has ${least} replicas, expected ${replicas}: reassign its partitions to more brokers, or set ` +
        `KAFKA_REPLICAS=${least}`,
    );
  }

  async close(): Promise<void> {
    await (await this.connecting?.catch(() => undefined))?.disconnect();
  }

  private admin(): Promise<Admin> {
    this.connecting ??= this.connectAdmin();
    return this.connecting;
  }

  private async connectAdmin(): Promise<Admin> {
    try {
      const admin = this.kafka.admin({ retry: { retries: 12 } });
      await admin.connect();
      return admin;
    } catch (error) {
      this.connecting = undefined;
      throw error;
    }
  }
}

/** Every message names its own. */
const explicitPartition = ({ message }: { message: { partition?: number } }): number => message.partition ?? 0;

class CheckedPublisher implements Publisher {
  constructor(private readonly producer: Producer) {}

  async send(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint> {
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
