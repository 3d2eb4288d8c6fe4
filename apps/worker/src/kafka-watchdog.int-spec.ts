import { connect as connectTo } from 'node:net';
import { contractEvent } from '@fieldcase/eventsourcing/testing';
import { ConsumerStalled, KafkaJsTransport, type KafkaTransport } from '@fieldcase/kafka';
import type { KafkaConfig } from '@fieldcase/config';
import { CountingProjection } from '../../../test/support/counting-projection';
import { CuttableProxy } from '../../../test/support/cuttable-proxy';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../test/support/kafka';
import { connect, type Connections } from './connections';
import { kafkaSources } from './kafka';
import { runRelayRole } from './roles/publishing';
import { keepFollowing } from './roles/subscription';

class Notes extends CountingProjection {
  override readonly eventTypes = ['NoteAdded'] as never;
}

/** Kafka's number for the request that asks for records; it has a connection of its own. */
const FETCH = 1;
const asksForRecords = (request: Buffer): boolean => request.length > 6 && request.readInt16BE(4) === FETCH;
const STALLED_MS = 1_000;
/** Only what is said of Kafka: nothing stands in before. */
const NEVER = { afterMs: 600_000, lookEveryMs: 600_000, atMostMs: 600_000 };

describeWith('kafka', kafkaHere() !== undefined, 'a consumer that lives and reads nothing', () => {
  jest.setTimeout(60_000);
  let database: TestDatabase;
  let connections: Connections;
  let proxy: CuttableProxy;
  let transports: KafkaJsTransport[];
  const told: string[] = [];
  let stop: AbortController;
  let running: Promise<unknown>;

  beforeEach(async () => {
    told.length = 0;
    stop = new AbortController();
    transports = [];
    database = await createTestDatabase();
    connections = connect({ databaseUrl: database.url, poolSize: 10 }, (level, message, fields) => {
      told.push(`${level} ${message} ${String(fields?.['problem'] ?? '')}`);
    });
    const { brokers } = kafkaHere() as TestKafka;
    proxy = await CuttableProxy.open(Number(brokers[0]?.split(':')[1]));
  });
  afterEach(async () => {
    proxy.withholds = () => false;
    stop.abort();
    await running;
    for (const transport of transports) await transport.close();
    await proxy.close();
    await connections.close();
    await database.drop();
  });

  /** Consumers go through the proxy; all else, the ends of the topic for one, does not. */
  const throughProxy = (kafka: KafkaConfig): KafkaTransport => {
    const { brokers, sasl } = kafka;
    const access = { brokers, clientId: 'spec', ...(sasl ? { sasl } : {}) };
    const direct = new KafkaJsTransport(access);
    const proxied = new KafkaJsTransport({ ...access, socket: () => connectTo(proxy.port, '127.0.0.1') });
    transports = [direct, proxied];
    const consume: KafkaTransport['consume'] = (options) => proxied.consume(options);
    return Object.assign(Object.create(direct) as KafkaTransport, { consume });
  };
  const start = async (): Promise<{ following: Promise<void> }> => {
    const { brokers, admin: sasl } = kafkaHere() as TestKafka;
    const kafka: KafkaConfig = { brokers, prefix: ownPrefix(), replicas: 1, sasl, caFile: undefined };
    const relaying = runRelayRole(connections, { kafka }, stop.signal);
    const transport = throughProxy(kafka);
    const openSource = await kafkaSources({
      prefix: kafka.prefix,
      transport,
      log: connections,
      stalledMs: STALLED_MS,
    });
    const following = keepFollowing(connections, new Notes(), () => undefined, stop.signal, {
      openSource,
      standIn: NEVER,
      tryAgainMs: 1,
    });
    running = Promise.allSettled([relaying, following]);
    return { following };
  };
  const note = async (): Promise<void> => {
    const events = [contractEvent('NoteAdded', { amount: 1 })];
    await connections.store.append({ writes: [{ streamId: 'case:watched', expected: 'any', events }] });
  };
  const followed = async (): Promise<boolean> => {
    const { rows } = await connections.pool.query<{ reached: boolean }>(
      `select min(position) >= (select max(position) from fieldcase.events) as reached
       from fieldcase.checkpoints where subscription = 'counting'`,
    );
    return rows[0]?.reached ?? false;
  };
  const untilFollowed = async (): Promise<void> => {
    while (!(await followed())) await connections.pool.query('select pg_sleep(0.02)');
  };
  /** The log goes on growing until it is said. */
  const growUntil = async (isSaid: () => boolean): Promise<void> => {
    while (!isSaid()) {
      await note();
      await connections.pool.query('select pg_sleep(0.05)');
    }
  };
  const complaints = (): string[] => told.filter((line) => line.startsWith('error'));

  it('is ended and opened anew, and the log itself is read meanwhile', async () => {
    await start();
    await note();
    await untilFollowed();
    proxy.withholds = asksForRecords;
    await growUntil(() => complaints().length > 0);
    expect(complaints()[0]).toMatch(/^error Kafka is not followed, the log itself is partition \d+ has grown for 1 s/);
    proxy.withholds = () => false;
    await note();
    await untilFollowed();
  });

  it('fails its role the second time that nothing at all came', async () => {
    proxy.withholds = asksForRecords;
    let failure: unknown;
    const { following } = await start();
    following.catch((error: unknown) => (failure = error));
    await growUntil(() => failure !== undefined);
    expect(failure).toBeInstanceOf(ConsumerStalled);
    expect(complaints()).toHaveLength(1);
  });
});
