import { Kafka, logLevel, type Admin } from 'kafkajs';
import type { Pool } from 'pg';
import { createPool, PostgresEventStore, readLogIdentity } from '@fieldcase/postgres';
import { KafkaJsTransport, logTopic } from '@fieldcase/kafka';
import { CuttableProxy } from '../../support/cuttable-proxy';
import type { AppProcess } from '../system/app-process';
import type { Brokers } from '../system/brokers';
import { DistributedSystem } from '../system/distributed-system';
import { appendNotes } from './notes';
import { Reporter } from './reporter';
import { proveTopic, type TopicProof } from './topic-proof';

/** A running system and what the scenarios do to it and ask of it. */
export class Bench {
  private constructor(
    readonly system: DistributedSystem,
    readonly kafkaProxy: CuttableProxy | undefined,
    readonly reporter: Reporter,
    readonly full: boolean,
  ) {}

  /** @param full lengths as in the list of failures; else seconds */
  static async open(brokers: 1 | 3, full: boolean): Promise<Bench> {
    const { freePort } = await import('../../../libs/postgres/embedded/ports.mjs');
    const port = brokers === 1 ? await freePort() : undefined;
    const advertised = port === undefined ? {} : { 'advertised.listeners': `CLIENT://127.0.0.1:${port}` };
    // The proxy listens where the broker will say that it is.
    const proxy = port === undefined ? undefined : await CuttableProxy.open(0, port);
    const system = await DistributedSystem.open({
      brokers,
      apis: 1,
      workers: 2,
      samples: 3,
      databaseProxy: true,
      brokerOverrides: advertised,
      onBrokers: (started) => proxy?.pointAt(Number(started.addresses[0]?.split(':')[1])),
    });
    const bench = new Bench(system, proxy, await Reporter.of(system), full);
    await system.untilRecovered();
    return bench;
  }

  get api(): AppProcess {
    return this.system.apis[0] as AppProcess;
  }

  get workers(): readonly AppProcess[] {
    return this.system.workers;
  }

  get brokers(): Brokers {
    return this.system.brokers as Brokers;
  }

  get topic(): string {
    return logTopic(this.system.prefix);
  }

  /** The short form's number, or the full form's. */
  sized(short: number, full: number): number {
    return this.full ? full : short;
  }

  /** Past every proxy. */
  async withPool<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
    const pool = createPool({ url: this.system.database.url, max: 4 });
    try {
      return await work(pool);
    } finally {
      await pool.end();
    }
  }

  /** So many events on cases of their own, past the API. */
  notes(events: number): Promise<void> {
    return this.withPool((pool) => appendNotes(new PostgresEventStore(pool), events));
  }

  async withTransport<T>(work: (transport: KafkaJsTransport) => Promise<T>): Promise<T> {
    const { addresses, admin } = this.brokers;
    const transport = new KafkaJsTransport({ brokers: addresses, clientId: 'rig', sasl: admin });
    try {
      return await work(transport);
    } finally {
      await transport.close();
    }
  }

  async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const { addresses, admin: sasl } = this.brokers;
    const kafka = new Kafka({
      brokers: [...addresses],
      clientId: 'rig',
      sasl: { mechanism: 'scram-sha-512', ...sasl },
      logLevel: logLevel.NOTHING,
    });
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** The whole topic against the whole log: nothing missing, nothing out of order. */
  proveTopic(): Promise<TopicProof> {
    return this.withPool(async (pool) => {
      const { logId, epoch } = await readLogIdentity(pool);
      return this.withTransport((transport) => proveTopic(transport, this.topic, { logId, epoch }, pool));
    });
  }

  /** What a killed holder leaves is free after its time; that it has passed is said here, to wait for nothing. */
  async passLeases(...names: readonly string[]): Promise<void> {
    const which = names.length > 0 ? 'where name = any ($1)' : 'where $1::text[] is not null';
    await this.system.database.query(`update fieldcase.leases set expires_at = clock_timestamp() ${which}`, [names]);
  }

  /** Every process that has ended runs again, and every subscription is at the head. */
  async settle(): Promise<number> {
    for (const app of this.system.apps) if (app.pid === undefined) app.start();
    await Promise.all(this.system.apps.map((app) => app.untilReady()));
    return this.system.untilRecovered();
  }

  /** Logged by any process since it was last asked. */
  saidSince(marks: ReadonlyMap<string, number>, words: string): boolean {
    return this.system.apps.some((app) =>
      app
        .logged()
        .slice(marks.get(app.name) ?? 0)
        .includes(words),
    );
  }

  marks(): ReadonlyMap<string, number> {
    return new Map(this.system.apps.map((app) => [app.name, app.logged().length]));
  }

  async close(failed: boolean): Promise<void> {
    await this.system.close(failed);
    await this.kafkaProxy?.close();
  }
}
