/**
 * kafkajs behind the port; beside it only what guards against its faults knows it. Which faults these are, and where
 * each has its guard and its test: docs/kafka-client.md.
 */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { Kafka, KafkaJSNonRetriableError, logLevel, type Consumer, type KafkaMessage } from 'kafkajs';
import { AdminConnection } from './admin-connection';
import { Answering } from './answering';
import { CheckedPublisher, explicitPartition, REQUEST_MS } from './checked-publisher';
import { mendTimers } from './kafkajs-timers';
import { atMost, patiently } from './patience';
import {
  TopicUnfit,
  type Consumption,
  type ConsumeOptions,
  type IncomingRecord,
  type KafkaTransport,
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
  /** Where a connection goes another way than to the address that the broker gives out. Without TLS only. */
  readonly socket?: (host: string, port: number) => Socket;
}

const CONNECT_MS = 5_000;
/**
 * Shorter than a request may take: who joins beside a member that has died waits in SyncGroup until that one's session
 * ends. The client would give up before, come back as a new member, and leave another dead one behind, for ever.
 */
const SESSION_MS = REQUEST_MS - 1_000;
/** Also how soon a member learns that the partitions are dealt out anew. */
const HEARTBEAT_MS = 1_000;
/** A broker that does not answer must not hold up who closes. */
const CLOSE_MS = 3_000;
const RETRY = { retries: 8, initialRetryTime: 100, maxRetryTime: 2_000 };
/** Of one topic's tail; a partition that does not answer by then has none that can be read. */
const TAIL_MS = 20_000;

export class KafkaJsTransport implements KafkaTransport {
  private readonly kafka: Kafka;
  private readonly admin: AdminConnection;

  constructor(private readonly access: KafkaAccess) {
    const { brokers, clientId, sasl, tls, onTrouble, socket } = access;
    mendTimers();
    this.kafka = new Kafka({
      brokers: [...brokers],
      clientId,
      requestTimeout: REQUEST_MS,
      connectionTimeout: CONNECT_MS,
      enforceRequestTimeout: true,
      ...(sasl ? { sasl: { mechanism: 'scram-sha-512', ...sasl } } : {}),
      ...(socket
        ? { socketFactory: ({ host, port, onConnect }) => socket(host, port).once('connect', onConnect) }
        : {}),
      ...(tls ? { ssl: tls === true ? true : { ca: [tls.ca] } } : {}),
      retry: RETRY,
      logLevel: logLevel.WARN,
      logCreator: () => (entry) => onTrouble?.(`${entry.namespace}: ${entry.log.message}`),
    });
    this.admin = new AdminConnection(this.kafka);
  }

  async publisher(): Promise<Publisher> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => explicitPartition,
    });
    const answering = new Answering((onTimeout) => producer.on(producer.events.REQUEST_TIMEOUT, onTimeout));
    await answering.during(producer.connect());
    return new CheckedPublisher({
      send: (records) => answering.during(producer.send(records)),
      disconnect: () => atMost(CLOSE_MS, producer.disconnect()),
    });
  }

  /** A group's coordinator may be loading for some seconds after a broker has started: each try is a consumer of its own. */
  consume(options: ConsumeOptions): Promise<Consumption> {
    return patiently(async () => {
      const consumption = new GroupConsumption((mayRestart) => this.consumer(options.group, mayRestart), options);
      try {
        await consumption.start();
        return consumption;
      } catch (error) {
        await consumption.close().catch(() => undefined);
        throw error;
      }
    });
  }

  private consumer(groupId: string, mayRestart: () => boolean): Consumer {
    return this.kafka.consumer({
      groupId,
      retry: { ...RETRY, restartOnFailure: () => Promise.resolve(mayRestart()) },
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 100,
    });
  }

  async ends(topic: string): Promise<readonly PartitionEnds[]> {
    const offsets = await patiently(() => this.admin.ask((admin) => admin.fetchTopicOffsets(topic)));
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
    return this.recordsAt(topic, wanted);
  }

  /** kafkajs reads in groups only: this one is of a single reader, and gone afterwards. */
  async recordsAt(topic: string, wanted: ReadonlyMap<number, bigint>): Promise<ReadonlyMap<number, IncomingRecord>> {
    if (wanted.size === 0) return new Map();
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
      await this.admin.ask((admin) => admin.deleteGroups([groupId])).catch(() => undefined);
    }
    return found;
  }

  async ensureTopic({ name, partitions, replicas, config = {} }: TopicSpec): Promise<void> {
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
    const topics = [{ topic: name, numPartitions: partitions, replicationFactor: replicas, configEntries }];
    await patiently(() => this.admin.ask((admin) => admin.createTopics({ waitForLeaders: true, topics })));
    const { topics: made } = await patiently(() =>
      this.admin.ask((admin) => admin.fetchTopicMetadata({ topics: [name] })),
    );
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

  close(): Promise<void> {
    return this.admin.close();
  }
}

class GroupConsumption implements Consumption {
  private readonly consumer: Consumer;
  private closed = false;

  /** One that fails while it is being closed would begin anew, and hold its partitions for nobody. */
  constructor(
    open: (mayRestart: () => boolean) => Consumer,
    private readonly options: ConsumeOptions,
  ) {
    this.consumer = open(() => !this.closed);
  }

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
    whileRunning(() => this.consumer.pause([{ topic: this.options.topic, partitions: [partition] }]));
  }

  resume(partition: number): void {
    whileRunning(() => this.consumer.resume([{ topic: this.options.topic, partitions: [partition] }]));
  }

  async close(): Promise<void> {
    this.closed = true;
    await atMost(CLOSE_MS, this.consumer.disconnect());
  }
}

/** Between a crash and the new beginning there is nothing to pause: the client throws, and begins with none paused. */
function whileRunning(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof KafkaJSNonRetriableError)) throw error;
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
