import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import type { KafkaConfig } from '@fieldcase/config';
import { KafkaJsTransport, logTopicSpec } from '@fieldcase/kafka';
import { createPool, operatorNeeds, systemStatus } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { describeWith } from '../../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../../test/support/kafka';
import { connect, type Connections } from '../connections';
import { WorkerMetrics } from '../worker-metrics';
import { runProjections } from './projections';
import { runRelayRole } from './publishing';

async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describeWith('kafka', kafkaHere() !== undefined, 'the relay tells operators why nothing is published', () => {
  jest.setTimeout(90_000);
  let database: TestDatabase;
  let pool: Pool;
  let connections: Connections;
  const metrics = new WorkerMetrics();
  const said: string[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 3 });
    const report = metrics.counting((level, message, fields) => {
      if (message !== 'kafka') said.push(`${level} ${message}: ${String(fields?.['problem'] ?? '')}`);
    });
    connections = connect({ databaseUrl: database.url, poolSize: 5 }, report, metrics);
  });
  beforeEach(() => void said.splice(0));
  afterAll(async () => {
    await connections.close();
    await pool.end();
    await database.drop();
  });
  const prefix = ownPrefix();
  const { brokers, admin } = (kafkaHere() ?? { brokers: [], admin: undefined }) as TestKafka;
  const configured: KafkaConfig = { brokers, prefix, replicas: 1, sasl: admin, caFile: undefined };
  const head = { head: async () => 0n };
  const status = () => systemStatus(pool, head, []);

  /** Runs the role until the relay is so, and what operators then read. */
  const until = async (kafka: KafkaConfig | undefined, state: string, words = /^/) => {
    const stopping = new AbortController();
    const running = runRelayRole(connections, { kafka }, stopping.signal);
    let now = await status();
    while (now.relay.state !== state || !words.test(now.relay.problem ?? '')) {
      await pool.query('select pg_sleep(0.02)');
      now = await status();
    }
    stopping.abort();
    await running;
    const noted = now.subscriptions.find(({ name }) => name === 'relay')?.problem;
    return { problem: now.relay.problem, noted, needs: operatorNeeds(now) };
  };

  it('no broker answers: before it has ever published, once in the log, and it goes on trying', async () => {
    const dead = `127.0.0.1:${await deadPort()}`;
    const { problem, noted, needs } = await until({ ...configured, brokers: [dead] }, 'waiting');
    expect(problem).toContain(`no broker answers at ${dead}: does it run?`);
    expect(noted).toBe(problem);
    expect(needs).toEqual([]);
    expect(said).toEqual([`warn the relay cannot publish, and tries again: ${problem}`]);
    expect(await metrics.registry.getSingleMetricAsString('fieldcase_relay_failures_total')).toMatch(
      /reason="unreachable"} [1-9]/,
    );
  });

  it('the password is wrong: it is said, and tried again', async () => {
    const sasl = { username: admin.username, password: 'not-the-password' };
    const { problem } = await until({ ...configured, sasl }, 'waiting', /KAFKA_SASL_PASSWORD/);
    expect(problem).toContain('the broker refuses the user or the password: check KAFKA_SASL_USERNAME');
    expect(said).toEqual([`warn the relay cannot publish, and tries again: ${problem}`]);
  });

  it('the topic has too few partitions: it stands still until somebody has mended it', async () => {
    const transport = new KafkaJsTransport({ brokers, clientId: 'spec', sasl: admin });
    const other = ownPrefix();
    await transport.ensureTopic({ ...logTopicSpec(other, 1), partitions: 2 });
    await transport.close();
    const { problem, needs } = await until({ ...configured, prefix: other }, 'halted');
    expect(problem).toMatch(/has 2 partitions, expected 16: .*delete the topic/);
    expect(needs).toMatchObject([{ of: 'relay', problem: `stands still: ${problem}` }]);
    expect(said.filter((line) => line.startsWith('error'))).toEqual([`error the relay stands still: ${problem}`]);
  });

  it('all is well again, and nothing is left of what was wrong; without a broker it is off', async () => {
    expect(await until(configured, 'running')).toEqual({ problem: null, noted: null, needs: [] });
    expect(said.filter((line) => !line.startsWith('info'))).toEqual([]);
    await pool.query(`update fieldcase.leases set expires_at = now() - interval '2 minutes'`);
    expect(await until(undefined, 'off')).toEqual({ problem: 'no broker is configured', noted: null, needs: [] });
  });

  it('read models that would follow there say the same', async () => {
    const sasl = { username: admin.username, password: 'not-the-password' };
    const stopping = new AbortController();
    const running = runProjections(connections, { sink: undefined, kafka: { ...configured, sasl } }, stopping.signal);
    const board = async () => (await systemStatus(pool, head, [{ name: 'case-board', version: 0 }])).projections[0];
    while ((await board())?.problem == null) await pool.query('select pg_sleep(0.02)');
    expect((await board())?.problem).toContain('the broker refuses the user or the password');
    stopping.abort();
    await running;
  });
});
