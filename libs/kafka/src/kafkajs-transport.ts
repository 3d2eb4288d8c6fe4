/**
 * The only file that knows kafkajs. Its known faults have their guards here: one partition per `send()` and every
 * answer checked (it loses the share of a dead leader where one send spans partitions), no topics by accident, offsets
 * committed by hand only, from the earliest record and never from the latest.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Kafka,
  KafkaJSProtocolError,
  logLevel,
  type Admin,
  type Consumer,
  type KafkaMessage,
  type Producer,
} from 'kafkajs';
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
} from './transport';

export interface KafkaAccess {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly sasl?: { readonly username: string; readonly password: string };
  /** PEM of the authority that the brokers' certificates are checked by; `true`: the system's. Absent: no TLS. */
  readonly tls?: true | { readonly ca: string };
  /** What the client complains of; without it nothing is said. */
  readonly onTrouble?: (message: string) => void;
}

const REQUEST_MS = 10_000;
const CONNECT_MS = 5_000;
/**
 * Shorter than a request may take: who joins beside a member that has died waits in SyncGroup until that one's session
 * ends. The client would give up before, come back as a new member, and leave another dead one behind, for ever.
 */
const SESSION_MS = REQUEST_MS - 1_000;
const NO_ERROR = 0;
const ATTEMPTS = 20;
/** Of one topic's tail; a partition that does not answer by then has none that can be read. */
const TAIL_MS = 20_000;

export class KafkaJsTransport implements KafkaTransport {
  private readonly kafka: Kafka;
  private connecting: Promise<Admin> | undefined;

  constructor(private readonly access: KafkaAccess) {
    const { brokers, clientId, sasl, tls, onTrouble } = access;
    this.kafka = new Kafka({
      brokers: [...brokers],
      clientId,
      requestTimeout: REQUEST_MS,
      connectionTimeout: CONNECT_MS,
      enforceRequestTimeout: true,
      ...(sasl ? { sasl: { mechanism: 'scram-sha-512', ...sasl } } : {}),
      ...(tls ? { ssl: tls === true ? true : { ca: [tls.ca] } } : {}),
      retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 2_000 },
      logLevel: logLevel.WARN,
      logCreator: () => (entry) => onTrouble?.(`${entry.namespace}: ${entry.log.message}`),
    });
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
      const consumption = new GroupConsumption(this.consumer(options.group), options);
      try {
        await consumption.start();
        return consumption;
      } catch (error) {
        await consumption.close().catch(() => undefined);
        throw error;
      }
    });
  }

  private consumer(groupId: string): Consumer {
    return this.kafka.consumer({
      groupId,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: SESSION_MS,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 100,
    });
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

/** A topic that was just made, or a leader that was just chosen, is not known to every broker yet. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof KafkaJSProtocolError && error.retriable)) throw error;
      await sleep(100 * attempt);
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

class GroupConsumption implements Consumption {
  constructor(
    private readonly consumer: Consumer,
    private readonly options: ConsumeOptions,
  ) {}

  async start(): Promise<void> {
    const { consumer, options } = this;
    const { topic } = options;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      options.onAssigned(payload.memberAssignment[topic] ?? []);
    });
    // After most failures, a coordinator that is loading for one, the client begins anew by itself.
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) options.onCrash(error);
    });
    await consumer.connect();
    await patiently(() => consumer.subscribe({ topic, fromBeginning: true }));
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: async ({ batch, resolveOffset, heartbeat, isRunning, isStale }) => {
        if (!isRunning() || isStale()) return;
        options.onRecords(batch.partition, batch.messages.map(recordOf));
        resolveOffset(batch.lastOffset());
        await heartbeat();
      },
    });
  }

  async commit(next: ReadonlyMap<number, bigint>): Promise<void> {
    const { topic } = this.options;
    await this.consumer.commitOffsets(
      [...next].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
    );
  }

  pause(partition: number): void {
    this.consumer.pause([{ topic: this.options.topic, partitions: [partition] }]);
  }

  resume(partition: number): void {
    this.consumer.resume([{ topic: this.options.topic, partitions: [partition] }]);
  }

  async close(): Promise<void> {
    await this.consumer.disconnect();
  }
}

function recordOf({ offset, key, value, headers }: KafkaMessage): IncomingRecord {
  return {
    offset: BigInt(offset),
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, header]) => [name, String(header)])),
  };
}
