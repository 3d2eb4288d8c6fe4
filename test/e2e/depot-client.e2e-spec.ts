import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CuttableProxy } from '../support/cuttable-proxy';
import { asked, HARBIN, partStaffOf, stocked, type PartStage } from './http/part-stories';
import { serveOn, startApiOnPostgres, type ApiOnPostgres } from './http/postgres-fixture';
import { done } from './http/stories';

const PROGRAM = path.resolve(__dirname, '../../apps/depot-client/depot-client.mjs');
const FEED = `/api/v1/depots/${HARBIN}/part-requests/feed?limit=200`;
/** Of 20 ms and more. */
const ROUNDS = 1_000;
const portOf = (url: string): number => Number(new URL(url).port);

describe('a depot’s own program', () => {
  let api: ApiOnPostgres;
  let stage: PartStage;
  let proxy: CuttableProxy;
  /** The server that comes after the first. */
  let other: Awaited<ReturnType<typeof serveOn>> | undefined;
  const state = mkdtempSync(path.join(tmpdir(), 'fieldcase-depot-'));
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    api = await startApiOnPostgres();
    stage = { api, staff: await partStaffOf(api) };
    await stocked(stage, HARBIN, 1_000);
    proxy = await CuttableProxy.open(portOf(api.url));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await proxy.close();
    await other?.stop();
    await api.stop();
    rmSync(state, { recursive: true });
  });

  const start = (): ChildProcess => {
    const options = ['--url', proxy.url, '--depot', HARBIN, '--state', state];
    const env = { ...process.env, DEPOT_TOKEN: stage.staff.harbin.token };
    const child = spawn(process.execPath, [PROGRAM, ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
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
    await api.supply();
  };
  /**
   * Asks the server until it is so; every asking gives the others their turn. A program that stands still ends the test
   * and not only fails it: what is asked after its end would keep the process.
   */
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      if (await isSo()) return;
      await api.pool.query('select pg_sleep(0.02)');
    }
    throw new Error(`not so after ${ROUNDS} rounds: ${isSo.toString()}; the ledger has ${ledger().length} lines`);
  };
  const shipped = async (part: string): Promise<boolean> =>
    (await done(stage.staff.harbin.get(part))).body['status'] === 'shipped';

  it('loses and doubles nothing through kills of itself and of the server', async () => {
    await ask(5);
    let client = start();
    await until(() => ledger().length >= 2);
    await kill(client);
    await ask(3);

    // The answer to a shipment is lost, and then the program itself.
    let part = '';
    proxy.onRequest = (text) => {
      part = /POST (\/api\/v1\/part-requests\/[^ ]+)\/shipment/.exec(text)?.[1] ?? part;
      if (part !== '') proxy.swallowing = true;
    };
    client = start();
    await until(async () => part !== '' && (await shipped(part)));
    await kill(client);
    proxy.onRequest = () => undefined;
    proxy.swallowing = false;

    // The server goes away under it, and another comes.
    client = start();
    await until(() => ledger().length >= 6);
    proxy.pointAt(undefined);
    await ask(6);
    other = await serveOn(api.database.url, api.dataDir);
    proxy.pointAt(portOf(other.url));
    await until(() => ledger().length >= 10);
    await kill(client);
    await ask(6);
    client = start();
    await until(() => ledger().length >= requests.length);

    const { body } = await done(stage.staff.harbin.get(FEED));
    await until(() => readFileSync(path.join(state, 'sequence'), 'utf8') === String(body['head']));
    expect(requests).toHaveLength(20);
    for (const one of requests) expect(await shipped(one)).toBe(true);
    const told = ledger().map((line) => line.split('\t')[1]);
    expect([...told].sort()).toEqual(requests.map((one) => one.split('/').at(-1)).sort());
    expect(ledger()[0]).toMatch(/BELT\t1\t双城区永胜农机合作社\t王建国 \+86 451 8888 0101\t哈尔滨市双城区永胜镇$/);

    client.kill('SIGTERM');
    const [code] = (await once(client, 'exit')) as [number | null];
    expect(code).toBe(0);
  }, 60_000);

  it('is a program of under 130 lines, and says how it is used', async () => {
    const files = ['depot-client.mjs', 'by-http.mjs', 'api.mjs', 'state.mjs'];
    const lines = files.map(
      (file) =>
        readFileSync(path.join(PROGRAM, '..', file), 'utf8')
          .trimEnd()
          .split('\n').length,
    );
    expect(lines.reduce((sum, one) => sum + one, 0)).toBeLessThan(130);
    const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'ignore', 'pipe'] });
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, usage: Buffer.concat(said).toString().startsWith('usage: ') }).toEqual({ code: 2, usage: true });
  });
});
