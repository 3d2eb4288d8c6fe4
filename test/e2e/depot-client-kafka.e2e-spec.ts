import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEPOT_QUOTAS, depotNames, grantDepot, KafkaJsAdmin, workerAcls } from '@fieldcase/kafka';
import { describeWith } from '../support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../support/kafka';
import { asked, HARBIN, partStaffOf, stocked, type PartStage } from './http/part-stories';
import { startApiOnPostgres, type ApiOnPostgres } from './http/postgres-fixture';
import { done } from './http/stories';

const root = path.resolve(__dirname, '../..');
const CLIENT = path.join(root, 'apps/depot-client');
const FEED = `/api/v1/depots/${HARBIN}/part-requests/feed?limit=200`;
/** Of 20 ms and more: a group waits for a member that was killed. */
const ROUNDS = 3_000;

describeWith('kafka', kafkaHere() !== undefined, 'a depot’s own program through Kafka', () => {
  const kafka = kafkaHere() as TestKafka;
  const prefix = ownPrefix();
  const WORKERS = { username: `${prefix}-workers`, password: randomBytes(12).toString('hex') };
  const state = mkdtempSync(path.join(tmpdir(), 'fieldcase-depot-'));
  const config = path.join(state, 'granted.json');
  let api: ApiOnPostgres;
  let stage: PartStage;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    api = await startApiOnPostgres();
    stage = { api, staff: await partStaffOf(api) };
    await stocked(stage, HARBIN, 1_000);
    const control = new KafkaJsAdmin({ brokers: kafka.brokers, clientId: 'spec', sasl: kafka.admin });
    const options = { replicas: 1, rotate: false, quotas: DEPOT_QUOTAS };
    const { user, password, topics, group } = await grantDepot(control, depotNames(prefix, HARBIN), options);
    // The workers are no administrators either.
    await control.setPassword(WORKERS.username, WORKERS.password);
    await control.allow(WORKERS.username, workerAcls(prefix));
    await control.close();
    const sasl = { mechanism: 'scram-sha-512', username: user, password };
    writeFileSync(config, JSON.stringify({ depotId: HARBIN, brokers: kafka.brokers, tls: false, sasl, topics, group }));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await api.stop();
    rmSync(state, { recursive: true });
  });

  const startChild = (args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', process.env['SHOW_STDERR'] ? 'inherit' : 'ignore'],
    });
    children.push(child);
    return child;
  };
  const startClient = (): ChildProcess =>
    startChild([path.join(CLIENT, 'depot-client.mjs'), '--config', config, '--state', state, '--url', api.url], {
      DEPOT_TOKEN: stage.staff.harbin.token,
    });
  const startWorker = (failpoint?: string): ChildProcess =>
    startChild(['-r', path.join(root, 'test/rig/load-typescript.cjs'), path.join(root, 'apps/worker/src/main.ts')], {
      DATABASE_URL: api.database.url,
      ROLES: 'processes,relay',
      KAFKA_BROKERS: kafka.brokers.join(),
      KAFKA_PREFIX: prefix,
      KAFKA_REPLICAS: '1',
      KAFKA_SASL_USERNAME: WORKERS.username,
      KAFKA_SASL_PASSWORD: WORKERS.password,
      ...(failpoint === undefined ? {} : { FAILPOINT: failpoint }),
    });
  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const ledger = (): readonly string[] => {
    const file = path.join(state, 'ledger.tsv');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  };
  const requests: string[] = [];
  const ask = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) requests.push((await asked(stage, { quantity: 1 })).part);
  };
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      if (await isSo()) return;
      await api.pool.query('select pg_sleep(0.02)');
    }
    throw new Error(`not so after ${ROUNDS} rounds: ${isSo.toString()}; the ledger has ${ledger().length} lines`);
  };
  const status = async (part: string): Promise<unknown> =>
    (await done(stage.staff.supervisor.get(part))).body['status'];

  it('loses and doubles nothing through kills of itself and of the workers', async () => {
    const worker = startWorker('confirmation.executed:4');
    await ask(5);
    let client = startClient();
    await until(() => worker.signalCode === 'SIGKILL');
    await kill(client);
    startWorker();
    client = startClient();
    await ask(5);
    await until(() => ledger().length >= 7);
    await kill(client);
    await ask(5);
    client = startClient();
    await until(() => ledger().length >= requests.length);

    const { body } = await done(stage.staff.harbin.get(FEED));
    await until(() => readFileSync(path.join(state, 'sequence'), 'utf8') === String(body['head']));
    expect(requests).toHaveLength(15);
    for (const one of requests) expect(await status(one)).toBe('shipped');
    const told = ledger().map((line) => line.split('\t')[1]);
    expect([...told].sort()).toEqual(requests.map((one) => one.split('/').at(-1)).sort());
    expect(ledger()[0]).toMatch(/BELT\t1\t双城区永胜农机合作社\t王建国 \+86 451 8888 0101\t哈尔滨市双城区永胜镇$/);
    const { rows } = await api.pool.query<{ count: number }>(
      `select count(*)::int as count from fieldcase.events where type = 'PartShipped'`,
    );
    expect(rows[0]?.count).toBe(15);

    client.kill('SIGTERM');
    const [code] = (await once(client, 'exit')) as [number | null];
    expect(code).toBe(0);
  }, 120_000);

  it('is under 120 lines more', () => {
    const lines = (file: string): number => readFileSync(path.join(CLIENT, file), 'utf8').trimEnd().split('\n').length;
    expect(lines('by-kafka.mjs')).toBeLessThan(120);
  });
});
