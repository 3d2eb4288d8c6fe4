import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadOrCreateDemoIssuer, signDemoToken } from '@fieldcase/config';
import { describeWith } from '../support/describe-with';
import { kafkaHere } from '../support/kafka';
import { Launched } from '../support/launcher';

const root = resolve(__dirname, '../..');

interface Status {
  readonly log: { readonly head: string };
  readonly subscriptions: readonly { readonly name: string; readonly lagEvents: number; readonly state: string }[];
}

/** Whether something still listens there. */
const listens = (address: string): Promise<boolean> =>
  new Promise((answer) => {
    const [host = '', port = ''] = address.split(':');
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });

/** What a person needs to go and look: an address for each, and for each password the file that holds it. */
async function everythingIsWhereItSays(
  said: string,
  dataDir: string,
  { url, other, brokers }: { readonly url: string; readonly other: string; readonly brokers: readonly string[] },
): Promise<void> {
  const file = (name: string): string => join(dataDir, name);
  const { databaseUrl } = JSON.parse(readFileSync(file('instance.json'), 'utf8')) as { databaseUrl: string };
  const { host, username, password } = new URL(databaseUrl);
  expect(said).toContain(`PostgreSQL at ${host}/fieldcase, user ${username}, the password in ${file('instance.json')}`);
  expect(said).toContain(`API at ${url} and ${other}\n`);
  for (const [at, address] of brokers.entries()) {
    const log = file(`kafka/broker-${at + 1}/broker.log`);
    expect(said).toContain(`Kafka broker ${at + 1} at ${address}, its log ${log}`);
    expect(existsSync(log)).toBe(true);
  }
  const secrets = file('kafka/cluster.json');
  expect(said).toContain(`Kafka user admin, SCRAM-SHA-512, the password in ${secrets} (adminPassword)`);
  const { adminPassword } = JSON.parse(readFileSync(secrets, 'utf8')) as { adminPassword: string };
  for (const secret of [password, adminPassword]) expect(said).not.toContain(secret);
  const workers = [...said.matchAll(/(worker\S*), figures at (\S+), its log (\S+)/g)];
  expect(workers.map(([, name]) => name)).toEqual(['worker', 'worker-2']);
  for (const [, , metrics = '', log = ''] of workers) {
    expect(await (await fetch(metrics)).text()).toContain('fieldcase_relay_published_events_total');
    expect(existsSync(log)).toBe(true);
  }
  expect(said).toContain(`logs in ${file('logs')}`);
}

describeWith('kafka', kafkaHere() !== undefined, 'npm run start:distributed', () => {
  jest.setTimeout(180_000);
  let folder: string;
  let server: Launched;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fieldcase-distributed-'));
    chmodSync(folder, 0o755);
  });
  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is a whole system: what one API takes goes through Kafka to the board of the other, and all of it ends', async () => {
    const dataDir = join(folder, 'data');
    server = new Launched({ root, dataDir, args: ['--empty', '--port', '0', '--distributed'] });
    const url = await server.ready();
    const other = /another API at (\S+),/.exec(server.stdout)?.[1] ?? '';
    const brokers = (/Kafka on (\S+)/.exec(server.stdout)?.[1] ?? '').split(',');
    expect(brokers).toHaveLength(3);
    await everythingIsWhereItSays(server.stdout, dataDir, { url, other, brokers });

    const issuer = await loadOrCreateDemoIssuer(dataDir);
    const call = async (at: string, path: string, role: string, init: RequestInit = {}) => {
      const token = await signDemoToken(issuer, { sub: `demo-${role}`, roles: [role] });
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': 'one',
      };
      const answer = await fetch(`${at}${path}`, { ...init, headers });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const report = {
      siteName: '红旗村合作社',
      contact: { name: '王建国', phone: '13800001234' },
      address: '红旗村1组',
      region: '东北',
      faultDescription: '割台升降无力',
    };
    const reported = await call(url, '/api/v1/cases', 'agent', { method: 'POST', body: JSON.stringify(report) });
    expect(reported.status).toBe(201);
    const path = `/api/v1/cases?after=${String(reported.body['position'])}`;
    let board = await call(other, path, 'supervisor');
    while (board.status === 503) board = await call(other, path, 'supervisor');
    expect(board.body['items']).toMatchObject([{ id: reported.body['id'] }]);

    const relay = async () => {
      const status = (await call(other, '/status', 'operator')).body as unknown as Status;
      return status.subscriptions.find(({ name }) => name === 'relay');
    };
    let now = await relay();
    while (now?.lagEvents !== 0) now = await relay();
    expect(now).toMatchObject({ state: 'running', lagEvents: 0 });

    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    expect(await Promise.all(brokers.map(listens))).toEqual([false, false, false]);
  });
});
