import type { Pool } from 'pg';
import type { LogSource, RecordedEvent } from '@fieldcase/eventsourcing';
import { contractWrite } from '@fieldcase/eventsourcing/testing';
import {
  createPool,
  Lease,
  Notifier,
  PostgresEventStore,
  PostgresLogSource,
  readLogIdentity,
  RelayCheckpoints,
  type LogIdentity,
} from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { ownPrefix, type TestKafka } from '../../../test/support/kafka';
import { KafkaJsTransport } from './kafkajs-transport';
import { KafkaLogSource, type KafkaLogSourceOptions } from './kafka-log-source';
import { logTopic, logTopicSpec, type LogName } from './log-topic';
import type { OutgoingRecord } from './transport';
import { Relay } from './relay';
import { runRelay, type RunRelayOptions } from './run-relay';

const LEASE_MS = 60_000;

/** A log in PostgreSQL, its relay, and the topic on the broker of the test run. */
export class LogOnKafka {
  readonly prefix = ownPrefix();
  readonly topic = logTopic(this.prefix);
  readonly reports: string[] = [];
  private readonly stopping = new AbortController();
  private readonly sources: KafkaLogSource[] = [];
  private readonly looks = new Set<() => void>();
  private relaying: Promise<void> = Promise.resolve();

  private constructor(
    readonly database: TestDatabase,
    readonly pool: Pool,
    readonly store: PostgresEventStore,
    readonly source: PostgresLogSource,
    readonly transport: KafkaJsTransport,
    readonly log: LogName,
    readonly progress: RelayCheckpoints,
    private readonly notifier: Notifier,
  ) {}

  static async open(kafka: TestKafka): Promise<LogOnKafka> {
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url, max: 6 });
    const notifier = new Notifier(pool);
    const store = new PostgresEventStore(pool, { onCommitted: notifier.announce });
    const transport = new KafkaJsTransport({ brokers: kafka.brokers, clientId: 'spec', sasl: kafka.admin });
    const { logId, epoch }: LogIdentity = await readLogIdentity(pool);
    const lease = new Lease(pool, 'relay', 'spec', LEASE_MS);
    await lease.acquire();
    const progress = new RelayCheckpoints(pool, lease);
    const source = new PostgresLogSource(pool);
    const log = new LogOnKafka(database, pool, store, source, transport, { logId, epoch }, progress, notifier);
    await transport.ensureTopic(logTopicSpec(log.prefix, 1));
    return log;
  }

  options(): RunRelayOptions {
    const { log, source, progress, transport, prefix } = this;
    const report: RunRelayOptions['report'] = (level, message) => void this.reports.push(`${level} ${message}`);
    return { log, source, progress, transport, prefix, replicas: 1, report };
  }

  startRelay(options: Partial<RunRelayOptions> = {}): void {
    this.relaying = runRelay({ ...this.options(), ...options }, this.stopping.signal);
    this.relaying.catch(() => undefined);
  }

  /** @param options what is not given: the log itself as the store, failures among the reports */
  async startSource(group: string, options: Partial<KafkaLogSourceOptions> = {}): Promise<KafkaLogSource> {
    const { transport, log, topic, source: store } = this;
    let assigned = (): void => undefined;
    const joined = new Promise<void>((resolve) => (assigned = resolve));
    const source = new KafkaLogSource({
      ...{ transport, log, topic, group: `${this.prefix}.${group}`, store },
      onFailure: (error) => void this.reports.push(`failed ${error.message}`),
      ...options,
      onAssigned: () => {
        assigned();
        for (const look of this.looks) look();
      },
    });
    this.sources.push(source);
    await source.start();
    await joined;
    return source;
  }

  /** Like a worker that stops: its partitions pass on. */
  async stopSource(source: KafkaLogSource): Promise<void> {
    this.sources.splice(this.sources.indexOf(source), 1);
    await source.close();
  }

  /** As soon as the shares of the sources, oldest first, are such; looked at whenever one is dealt out. */
  shares(areSo: (shares: readonly (readonly number[])[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!areSo(this.sources.map(({ share }) => share))) return;
        this.looks.delete(look);
        resolve();
      };
      this.looks.add(look);
      look();
    });
  }

  /** Appends one stream's events at a time, `Odd` and `Even`. */
  async append(streams: number, name = 'kafka'): Promise<void> {
    for (let n = 0; n < streams; n += 1) {
      await this.store.append({ writes: [contractWrite(`case:${name}-${n}`, 'any', 'Odd', 'Even')] });
    }
  }

  /** Once up to the log's head, and no relay goes on. */
  async publish(): Promise<void> {
    const publisher = await this.transport.publisher();
    const relay = new Relay({ ...this.options(), topic: this.topic }, publisher);
    while ((await relay.step()) > 0);
    await publisher.close();
  }

  /** Records as anybody with the right to write could put them there. */
  async write(partition: number, ...records: readonly OutgoingRecord[]): Promise<void> {
    const publisher = await this.transport.publisher();
    try {
      await publisher.send(this.topic, partition, records);
    } finally {
      await publisher.close();
    }
  }

  /** Knows the head, and must not be read. */
  headOnly(): LogSource {
    return {
      head: () => this.source.head(),
      read: () => Promise.reject(new Error('the log was read, not the topic')),
      waitForMore: () => Promise.resolve(),
    };
  }

  /** Everything up to the head of this moment, as a reader of it comes by it. */
  async readAll(source: LogSource): Promise<readonly RecordedEvent[]> {
    const head = await this.source.head();
    const events: RecordedEvent[] = [];
    for (let after = 0n; after < head;) {
      await source.waitForMore(after, LEASE_MS, this.stopping.signal);
      const batch = await source.read({ after, limit: 500 });
      events.push(...batch.events);
      after = batch.upTo;
    }
    return events;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.relaying.catch(() => undefined);
    for (const source of this.sources) await source.close();
    await this.transport.close();
    await this.notifier.close();
    await this.source.close();
    await this.pool.end();
    await this.database.drop();
  }
}
