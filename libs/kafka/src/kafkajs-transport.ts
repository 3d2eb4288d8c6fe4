/**
 * kafkajs behind the port: it is known to the files `kafkajs-*.ts` and to no other. Which faults it has, and where each
 * has its guard and its test: docs/kafka-client.md.
 */
import { randomUUID } from 'node:crypto';
import type { Consumer, Kafka } from 'kafkajs';
import { Answering, whoTimedOut } from './answering';
import { explained } from './broker-problem';
import { AdminConnection } from './kafkajs-admin-connection';
import { kafkaClient, REQUEST_MS, retrying, type KafkaAccess } from './kafkajs-client';
import { GroupConsumption } from './kafkajs-consumption';
import { offsetsOf } from './kafkajs-offsets';
import { atMost, patiently } from './kafkajs-patiently';
import { CheckedPublisher, explicitPartition } from './kafkajs-publisher';
import { lastOffsets, readRecords, readTails } from './kafkajs-tails';
import { KafkaJsTopics } from './kafkajs-topics';
import {
  type Consumption,
  type ConsumeOptions,
  type IncomingRecord,
  type KafkaTransport,
  type PartitionEnds,
  type Publisher,
  type TopicSpec,
  type TopicTail,
} from './transport';

/**
 * Shorter than a request may take: who joins beside a member that has died waits in SyncGroup until that one's session
 * ends. The client would give up before, come back as a new member, and leave another dead one behind, for ever.
 */
const SESSION_MS = REQUEST_MS - 1_000;
/** A broker that does not answer must not hold up who closes. */
const CLOSE_MS = 3_000;
/** Also how soon a member learns that the partitions are dealt out anew. */
const HEARTBEAT_MS = 1_000;

export class KafkaJsTransport implements KafkaTransport {
  private readonly kafka: Kafka;
  private readonly admin: AdminConnection;
  private readonly specified: KafkaJsTopics;

  constructor(private readonly access: KafkaAccess) {
    this.kafka = kafkaClient(access);
    this.admin = new AdminConnection(this.kafka);
    this.specified = new KafkaJsTopics(this.admin);
  }

  async publisher(): Promise<Publisher> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => explicitPartition,
    });
    const answering = new Answering((onTimeout) =>
      producer.on(producer.events.REQUEST_TIMEOUT, whoTimedOut(onTimeout)),
    );
    await answering.during(producer.connect());
    return new CheckedPublisher({
      send: (records) => answering.during(producer.send(records)),
      disconnect: () => atMost(CLOSE_MS, producer.disconnect()),
    });
  }

  /** A group's coordinator may be loading for some seconds after a broker has started: each try is a consumer of its own. */
  consume(options: ConsumeOptions): Promise<Consumption> {
    return patiently(async () => {
      const consumption = new GroupConsumption((mayRestart) => this.consumer(options, mayRestart), options);
      try {
        await consumption.start();
        return consumption;
      } catch (error) {
        await consumption.close().catch(() => undefined);
        throw error;
      }
    }).catch((error: unknown) => Promise.reject(explained(error)));
  }

  private consumer(
    { group, maxBytesPerPartition, sessionMs = SESSION_MS }: ConsumeOptions,
    mayRestart: () => boolean,
  ): Consumer {
    return this.kafka.consumer({
      groupId: group,
      ...(maxBytesPerPartition === undefined ? {} : { maxBytesPerPartition }),
      retry: { ...retrying(this.access), restartOnFailure: () => Promise.resolve(mayRestart()) },
      sessionTimeout: sessionMs,
      rebalanceTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 100,
    });
  }

  async topics(): Promise<readonly string[]> {
    return patiently(() => this.admin.ask((admin) => admin.listTopics()));
  }

  async ends(topic: string): Promise<readonly PartitionEnds[]> {
    return patiently(() => this.admin.ask((admin) => offsetsOf(admin, topic)));
  }

  async lastRecords(topic: string): Promise<ReadonlyMap<number, IncomingRecord>> {
    return this.recordsAt(topic, lastOffsets(await this.ends(topic)));
  }

  tails(topics: readonly string[]): Promise<ReadonlyMap<string, TopicTail>> {
    return readTails(this.kafka, this.access.clientId, topics);
  }

  /** The group that reads them is gone afterwards. */
  async recordsAt(topic: string, wanted: ReadonlyMap<number, bigint>): Promise<ReadonlyMap<number, IncomingRecord>> {
    const groupId = `${this.access.clientId}.tail.${randomUUID()}`;
    try {
      const found = (await readRecords(this.kafka, groupId, new Map([[topic, wanted]]))).get(topic) ?? new Map();
      if (found.size < wanted.size) throw new Error(`the tail of ${topic} cannot be read`);
      return found;
    } finally {
      if (wanted.size > 0) await this.admin.ask((admin) => admin.deleteGroups([groupId])).catch(() => undefined);
    }
  }

  async reach(): Promise<readonly string[]> {
    // Without a user to sign in, a connection alone says nothing yet.
    const described = this.admin.ask((admin) => admin.describeCluster());
    const { brokers } = await described.catch((error: unknown) => Promise.reject(explained(error)));
    return brokers.map(({ host, port }) => `${host}:${port}`);
  }

  checkTopic(spec: TopicSpec): Promise<boolean> {
    return this.specified.check(spec);
  }

  ensureTopic(spec: TopicSpec): Promise<void> {
    return this.specified.ensure(spec);
  }

  close(): Promise<void> {
    return this.admin.close();
  }
}
