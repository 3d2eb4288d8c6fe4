import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { lockDataFolder } from '../../libs/postgres/embedded/instance-lock.mjs';
import { signal, startOf } from '../../libs/postgres/embedded/processes.mjs';
import { launcherHouse, type House } from '../support/launcher-house';
import { Launched, survivors } from '../support/launcher';

const ALREADY = /already running on the data folder/;
const IN_BOTH_LANGUAGES = /[\u4e00-\u9fff].* · .*[a-z]/;

/** Of a process that ended just now. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock of a data folder', () => {
  let folder: string;
  const lock = (): string => join(folder, 'launcher.lock');
  const held = (holder: object | string): void =>
    writeFileSync(lock(), typeof holder === 'string' ? holder : JSON.stringify(holder));

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fieldcase-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('knows a process by its number and its beginning', () => {
    const [own, parent] = [process.pid, process.ppid].map(startOf);
    expect(own).toMatch(/\d/);
    expect(startOf(process.pid)).toBe(own);
    expect(parent).not.toBe(own);
  });

  it('is refused while its holder runs, who is named', () => {
    const unlock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(IN_BOTH_LANGUAGES);
    expect(() => lockDataFolder(folder)).toThrow(`(pid ${process.pid})`);
    unlock();
    lockDataFolder(folder)();
    expect(existsSync(lock())).toBe(false);
  });

  it.each<[string, () => object | string]>([
    ['that has ended', () => ({ pid: deadPid(), began: '1' })],
    ['whose number another program has now', () => ({ pid: process.pid, began: `${startOf(process.pid)}0` })],
    ['that was cut off while it wrote its name', () => '{"pid": 1'],
  ])('is taken over from a holder %s', (_, holder) => {
    held(holder());
    const unlock = lockDataFolder(folder);
    expect(JSON.parse(readFileSync(lock(), 'utf8'))).toEqual({ pid: process.pid, began: startOf(process.pid) });
    unlock();
  });

  it('waits for nobody who died while taking over', () => {
    held({ pid: deadPid(), began: '1' });
    mkdirSync(`${lock()}.takeover`);
    expect(() => lockDataFolder(folder)).toThrow(ALREADY);
    utimesSync(`${lock()}.takeover`, 0, 0);
    lockDataFolder(folder)();
  });
});

describe('what an earlier start left', () => {
  jest.setTimeout(90_000);
  const launched: Launched[] = [];
  let house: House;
  let dataDir: string;
  let busy: number | undefined;

  const launch = (): Launched => {
    const started = new Launched({ root: house.root, dataDir });
    launched.push(started);
    return started;
  };

  beforeAll(() => {
    house = launcherHouse();
    dataDir = house.dataDir('data');
  });
  afterEach(async () => {
    await Promise.all(launched.splice(0).map((each) => each.end()));
    if (busy) signal(busy, 'SIGKILL');
  });
  afterAll(() => house.remove());

  it('a stale lock is taken over by one of several that start at once', async () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'launcher.lock'), JSON.stringify({ pid: deadPid(), began: '1' }));
    const all = Array.from({ length: 4 }, launch);
    const ready = await Promise.all(all.map((each) => each.ready().catch((error: Error) => error.message)));
    expect(ready.filter((said) => said.startsWith('http'))).toHaveLength(1);
    expect(ready.filter((said) => ALREADY.test(said))).toHaveLength(3);
  });

  it('a server whose process name is all that tells it apart is ended, without ps', async () => {
    const first = launch();
    await first.ready();
    const [database = 0] = first.children();
    first.child.kill('SIGKILL');
    await first.ended;
    const again = new Launched({ root: house.root, dataDir, env: { PATH: '/nowhere' } });
    launched.push(again);
    await again.ready();
    expect(await survivors([database], 0)).toEqual([]);
  });

  it('a process of a server that was killed is named, and its database left alone', async () => {
    const first = launch();
    await first.ready();
    const [database = 0] = first.children();
    busy = await busyBackend(first.instance().migrationUrl);
    process.kill(database, 'SIGKILL');
    expect(await first.ended).toMatchObject({ code: 1 });
    const second = await launch().ended;
    expect(second).toMatchObject({ code: 1 });
    expect(second.stderr).toMatch(/还有进程在使用 .* · processes of an earlier PostgreSQL still use .*data\/pg/);
    process.kill(busy, 'SIGKILL');
    expect(await survivors([busy])).toEqual([]);
    await launch().ready();
  });

  it('a reader that has gone does not keep a start from ending', async () => {
    const script = join(house.root, 'libs/postgres/embedded/start.mjs');
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${script}" --empty --port 0 | head -n 1`], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], FIELDCASE_DATA_DIR: dataDir },
    });
    const file = join(dataDir, 'instance.json');
    await Promise.race([once(shell, 'close'), untilThere(file)]);
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGTERM');
    const left = await survivors([pid]);
    // Its parent waits for it for ever: it would not end by itself.
    for (const each of left) signal(each, 'SIGKILL');
    expect(left).toEqual([]);
  });
});

/** A backend that notices nothing, not even the death of its server; its process number. */
async function busyBackend(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  // Not for ever: nothing else could end it when this test is killed.
  const soon = `clock_timestamp() + interval '20 seconds'`;
  const loop = `do $$ declare til timestamptz := ${soon}; begin while clock_timestamp() < til loop end loop; end $$`;
  client.query(loop).catch(() => undefined);
  await untilBusy(url, rows[0]?.pid ?? 0);
  return rows[0]?.pid ?? 0;
}

async function untilBusy(url: string, pid: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (let busy = false; !busy;) {
    const { rows } = await client.query<{ state: string }>('select state from pg_stat_activity where pid = $1', [pid]);
    busy = rows[0]?.state === 'active';
  }
  await client.end();
}

async function untilThere(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
}
