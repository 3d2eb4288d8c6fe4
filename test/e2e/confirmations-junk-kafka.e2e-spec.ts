import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { KafkaJsTransport } from '@fieldcase/kafka';
import { createPool, ParkedRecords } from '@fieldcase/postgres';
import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { confirmation, DepotOnKafka } from '../support/depot-on-kafka';
import { describeWith } from '../support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../support/kafka';

const root = path.resolve(__dirname, '../..');
const JUNK = 100_000;
/** A run of junk is told of where its reader has caught up: at most once a send. */
const IN_ONE_SEND = 2_000;
const SAMPLES = 100;
/** Two cores do everything here: what is asked is that junk of one depot does not stop the others. */
const WORSE = 20;
const ROUNDS = 6_000;

describeWith('kafka', kafkaHere() !== undefined, 'a depot that sends junk at full speed', () => {
  jest.setTimeout(180_000);
  const kafka = kafkaHere() as TestKafka;
  const prefix = ownPrefix();
  let database: TestDatabase;
  let pool: Pool;
  let worker: ChildProcess;
  let noisy: DepotOnKafka;
  let other: DepotOnKafka;
  let admin: KafkaJsTransport;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 3 });
    noisy = await DepotOnKafka.open(kafka, prefix, 'noisy');
    other = await DepotOnKafka.open(kafka, prefix, 'other');
    admin = new KafkaJsTransport({ brokers: kafka.brokers, clientId: 'spec', sasl: kafka.admin });
    const loader = path.join(root, 'test/rig/load-typescript.cjs');
    worker = spawn(process.execPath, ['-r', loader, path.join(root, 'apps/worker/src/main.ts')], {
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        ROLES: 'processes',
        KAFKA_BROKERS: kafka.brokers.join(),
        KAFKA_PREFIX: prefix,
        KAFKA_REPLICAS: '1',
        KAFKA_SASL_USERNAME: kafka.admin.username,
        KAFKA_SASL_PASSWORD: kafka.admin.password,
      },
      stdio: 'ignore',
    });
  });
  afterAll(async () => {
    worker.kill('SIGTERM');
    if (worker.exitCode === null) await once(worker, 'exit');
    await Promise.all([noisy.close(), other.close(), admin.close()]);
    await pool.end();
    await database.drop();
  });

  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      if (await isSo()) return;
      await pool.query('select pg_sleep(0.002)');
    }
    throw new Error(`not so after ${ROUNDS} rounds: ${isSo.toString()}`);
  };
  /** From sending to the answer, in ms. */
  const roundTrip = async (): Promise<number> => {
    const event = confirmation('acknowledged', 'nobodys.1');
    const began = performance.now();
    await other.confirm(event);
    await until(() => other.answersTo(event).length > 0);
    return performance.now() - began;
  };
  const p99 = (times: readonly number[]): number =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
  /** Not by its own user: no quota slows it. */
  const sendJunk = async (topic: string): Promise<void> => {
    const publisher = await admin.publisher();
    for (let sent = 0; sent < JUNK; sent += IN_ONE_SEND) {
      const records = Array.from({ length: IN_ONE_SEND }, (_, n) => ({
        key: null,
        value: `{"junk":${sent + n},`,
        headers: {},
      }));
      await publisher.send(topic, 0, records);
    }
    await publisher.close();
  };

  it('has a thousand parked and the others counted, in few answers, and no other depot waits long', async () => {
    const quiet: number[] = [];
    await roundTrip();
    // To send as much keeps this process and the broker busy by itself: first where nobody reads it.
    let sent = false;
    const unread = sendJunk(noisy.names.topics.partRequests).finally(() => (sent = true));
    while (!sent || quiet.length < SAMPLES) quiet.push(await roundTrip());
    await unread;

    const records = new ParkedRecords(pool);
    const junk = sendJunk(noisy.names.topics.confirmations);
    const loud: number[] = [];
    const isCounted = async (): Promise<boolean> => {
      const { parked, dropped } = await records.counts();
      return BigInt(parked) + (dropped[0]?.count ?? 0n) >= BigInt(JUNK);
    };
    while (!(await isCounted())) loud.push(await roundTrip());
    await junk;

    const { parked, dropped } = await records.counts();
    expect({ parked, dropped: dropped.map(({ topic, count }) => ({ topic, count })) }).toEqual({
      parked: 1_000,
      dropped: [{ topic: noisy.names.topics.confirmations, count: BigInt(JUNK - 1_000) }],
    });
    const summed = (): number => noisy.replies.reduce((sum, reply) => sum + (reply.dropped?.count ?? 0), 0);
    await until(() => summed() === JUNK - 1_000);
    expect(noisy.replies.filter(({ outcome }) => outcome === 'parked')).toHaveLength(1_000);
    const summaries = noisy.replies.filter(({ outcome }) => outcome === 'dropped').length;
    expect(summaries).toBeLessThan(JUNK / 1_000);

    const event = confirmation('acknowledged', 'nobodys.1');
    await noisy.confirm(event);
    await until(() => noisy.answersTo(event).length > 0);
    expect(worker.exitCode).toBeNull();
    expect(loud.length).toBeGreaterThan(10);
    expect(p99(loud)).toBeLessThan(WORSE * p99(quiet));
  });
});
