import type { Pool } from 'pg';
import type { LogSource } from '@fieldcase/eventsourcing';
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
import { KafkaLogSource } from './kafka-log-source';
import { logTopic, logTopicSpec, type LogName } from './log-topic';
import { runRelay, type RunRelayOptions } from './run-relay';

const LEASE_MS = 60_000;

/** A log in PostgreSQL, its relay, and the topic on the broker of the test run. */
export class LogOnKafka {
  readonly prefix = ownPrefix();
  readonly topic = logTopic(this.prefix);
  readonly reports: string[] = [];
  private readonly stopping = new AbortController();
  private readonly sources: KafkaLogSource[] = [];
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

  /** @param store what is read where the topic has a hole */
  async startSource(group: string, store: LogSource = this.source, onFailure?: (error: Error) => void) {
    const { transport, log, topic } = this;
    const failed = onFailure ?? ((error: Error) => void this.reports.push(`failed ${error.message}`));
    let assigned = (): void => undefined;
    const joined = new Promise<void>((resolve) => (assigned = resolve));
    const options = { transport, log, topic, group: `${this.prefix}.${group}`, store, onFailure: failed };
    const source = new KafkaLogSource({ ...options, onAssigned: () => assigned() });
    this.sources.push(source);
    await source.start();
    await joined;
    return source;
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
