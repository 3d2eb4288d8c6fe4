import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { isAlive, until } from '../../libs/postgres/embedded/processes.mjs';
import { createTestDatabase } from '../support/database';
import { describeWith } from '../support/describe-with';
import { launcherHouse, type House } from '../support/launcher-house';
import { Launched, survivors, type LaunchOptions } from '../support/launcher';

const NOBODY = 65_534;
const BOTH_LANGUAGES = /[\u4e00-\u9fff].* · .*[a-z]/;

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('npm start', () => {
  jest.setTimeout(90_000);
  const launched: Launched[] = [];
  let house: House;

  const launch = (options: Partial<LaunchOptions> & { dataDir: string }): Launched => {
    const started = new Launched({ root: house.root, ...options });
    launched.push(started);
    return started;
  };

  // Making a database is the slow part of a first start: it is done once, and copied.
  const seeded = (name: string): string => {
    const dataDir = house.dataDir(name);
    expect(spawnSync('cp', ['-a', house.dataDir('seed'), dataDir]).status).toBe(0);
    rmSync(join(dataDir, 'calls'));
    return dataDir;
  };

  beforeAll(async () => {
    house = launcherHouse();
    const seed = launch({ dataDir: house.dataDir('seed') });
    await seed.ready();
    await seed.end();
  });
  afterEach(async () => {
    await Promise.all(launched.splice(0).map((each) => each.end()));
  });
  afterAll(() => house.remove());

  it('starts a database of its own, says so in two languages, keeps data over a restart, and ends all of it', async () => {
    const dataDir = house.dataDir('kept');
    const first = launch({ dataDir });
    const url = await first.ready();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const steps = first.stdout.trimEnd().split('\n');
    expect(steps.pop()).toBe(`ready ${url}`);
    for (const step of steps) expect(step).toMatch(BOTH_LANGUAGES);

    const { databaseUrl, migrationUrl, pid } = first.instance();
    expect(pid).toBe(first.pid);
    expect(statSync(join(dataDir, 'instance.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'secrets', 'postgres.json')).mode & 0o777).toBe(0o600);
    expect(await query(migrationUrl, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(migrationUrl, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await query(migrationUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await expect(query(databaseUrl, 'create table refused (id int)')).rejects.toThrow('permission denied');
    await query(migrationUrl, `create table kept as select '收割机' as word`);

    const second = await launch({ dataDir }).ended;
    expect(second).toMatchObject({ code: 1 });
    expect(second.stderr).toMatch(/已有一个 Fieldcase 在运行.*already running on the data folder/);

    const children = first.children();
    expect(children).toHaveLength(3);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
    expect(await survivors([first.pid, ...children], 0)).toEqual([]);
    expect(existsSync(join(dataDir, 'instance.json'))).toBe(false);

    const again = launch({ dataDir });
    await again.ready();
    expect(await query(again.instance().migrationUrl, 'select word from kept')).toEqual([{ word: '收割机' }]);
    // Ctrl-C as npm passes it on: twice in the same moment.
    again.signalGroup('SIGINT');
    again.child.kill('SIGINT');
    expect((await again.ended).code).toBe(0);
    expect(await survivors([...again.children()], 0)).toEqual([]);
  });

  it('loads sample data once, into an empty log, unless --empty', async () => {
    const calls = (dataDir: string): string[] =>
      readFileSync(join(dataDir, 'calls'), 'utf8')
        .split('\n')
        .filter((line) => /^[a-z ]+(--wait \d+ )?(--json)?$/.test(line) && line !== '');
    // "ready" waits until the samples are on the board.
    const filled = ['demo', 'projections status --wait 60 --json', 'shown'];
    const dataDir = seeded('samples');
    rmSync(join(dataDir, 'sample-data.json'));
    for (const round of [1, 2]) {
      const each = launch({ dataDir, args: ['--port=0'] });
      await each.ready();
      const again = round === 1 ? [] : ['migrate'];
      expect(calls(dataDir)).toEqual(['migrate', 'log head --json', ...filled, ...again]);
      await each.end();
    }
    const decided = JSON.parse(readFileSync(join(dataDir, 'sample-data.json'), 'utf8')) as object;
    writeFileSync(join(dataDir, 'sample-data.json'), JSON.stringify({ ...decided, loading: true }));
    const interrupted = launch({ dataDir, args: ['--port=0'] });
    await interrupted.ready();
    expect(calls(dataDir).slice(-4)).toEqual(['migrate', ...filled]);
    const empty = seeded('empty');
    rmSync(join(empty, 'sample-data.json'));
    const none = launch({ dataDir: empty });
    await none.ready();
    expect(calls(empty)).toEqual(['migrate']);
  });

  it('after kill -9 leaves no application behind, and starts again over the database that was left', async () => {
    const dataDir = seeded('killed');
    const first = launch({ dataDir });
    await first.ready();
    const [database = 0, ...apps] = first.children();
    await query(first.instance().migrationUrl, 'create table kept as select 1 as one');
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await survivors(apps)).toEqual([]);
    expect(isAlive(database)).toBe(true);

    const again = launch({ dataDir });
    await again.ready();
    expect(isAlive(database)).toBe(false);
    expect(await query(again.instance().migrationUrl, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  it('takes no notice of a pid file whose number belongs to another program', async () => {
    const dataDir = seeded('stale');
    const first = launch({ dataDir });
    await first.ready();
    await first.end();
    writeFileSync(join(dataDir, 'pg', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'pg')}\n`);
    await launch({ dataDir }).ready();
    expect(isAlive(process.pid)).toBe(true);
  });

  it('stops when the process that started it has gone', async () => {
    const dataDir = seeded('orphan');
    const script = join(house.root, 'libs/postgres/embedded/start.mjs');
    const starter = `require('node:child_process').spawn(process.execPath, ${JSON.stringify([script, '--empty', '--port', '0'])},
      { stdio: ['ignore', 'inherit', 'inherit'] }); setInterval(() => undefined, 1000)`;
    const parent = spawn(process.execPath, ['-e', starter], {
      env: { PATH: process.env['PATH'], FIELDCASE_DATA_DIR: dataDir },
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const file = join(dataDir, 'instance.json');
    expect(await until(() => existsSync(file), 60_000)).toBe(true);
    const probe = new Launched({ root: house.root, dataDir });
    const children = probe.children();
    await probe.ended;
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
    parent.kill('SIGKILL');
    expect(await survivors([pid, ...children])).toEqual([]);
  });

  it('starts an application again that has ended, and gives up on one that cannot start, with its last words', async () => {
    const dataDir = seeded('crash');
    const running = launch({ dataDir });
    await running.ready();
    const before = running.children();
    process.kill(before.at(-1) ?? 0, 'SIGKILL');
    expect(await until(() => running.children().length > before.length, 15_000)).toBe(true);
    await running.end();

    writeFileSync(join(dataDir, 'broken-worker'), '');
    const failed = await launch({ dataDir }).ended;
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('worker says: no heart');
    expect(failed.stdout).not.toMatch(/^ready|again in/m);
    expect(await survivors(running.children(), 0)).toEqual([]);
  });

  it('uses the server of DATABASE_URL, and starts none', async () => {
    const database = await createTestDatabase();
    try {
      const dataDir = house.dataDir('own-server');
      const started = launch({ dataDir, env: { DATABASE_URL: database.url } });
      await started.ready();
      expect(started.instance()).toMatchObject({ databaseUrl: database.url, migrationUrl: database.url });
      expect(existsSync(join(dataDir, 'pg'))).toBe(false);
    } finally {
      await database.drop();
    }
  });

  it('refuses a taken port and an unknown argument, and starts nothing', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const port = String((taken.address() as AddressInfo).port);
    const dataDir = house.dataDir('refused');
    const [onPort, onArgument] = await Promise.all([
      launch({ dataDir, args: ['--port', port] }).ended,
      launch({ dataDir: house.dataDir('other'), args: ['--emtpy'] }).ended,
    ]);
    taken.close();
    expect(onPort).toMatchObject({ code: 1, stderr: expect.stringContaining(`port ${port} is taken`) as string });
    expect(onArgument).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('unknown argument --emtpy') as string,
    });
    expect(existsSync(join(dataDir, 'pg'))).toBe(false);
  });

  describeWith('another user', process.getuid?.() === 0, 'as root and as another user', () => {
    it('runs as another user from packages whose install scripts were blocked', async () => {
      const own = launcherHouse({ packageCopy: 'without-links', owner: NOBODY });
      try {
        const started = launch({ root: own.root, dataDir: own.dataDir('data'), uid: NOBODY });
        await started.ready();
        expect(statSync(own.dataDir('data/pg')).uid).toBe(NOBODY);
        const children = started.children();
        await started.end();
        expect(await survivors(children, 0)).toEqual([]);
      } finally {
        own.remove();
      }
    });

    it('runs as root on a folder that the database user cannot enter', async () => {
      const closed = mkdtempSync(join(tmpdir(), 'fieldcase-closed-'));
      mkdirSync(join(closed, 'inner'));
      const dataDir = join(closed, 'inner', 'data');
      const started = launch({ dataDir });
      await started.ready();
      const { path } = JSON.parse(readFileSync(join(dataDir, 'pg-location.json'), 'utf8')) as { path: string };
      expect(statSync(path).uid).not.toBe(0);
      await query(started.instance().migrationUrl, 'create table kept as select 1 as one');
      await started.end();
      const again = launch({ dataDir });
      await again.ready();
      expect(await query(again.instance().migrationUrl, 'select one from kept')).toEqual([{ one: 1 }]);
      await again.end();
      rmSync(path, { recursive: true });
      rmSync(closed, { recursive: true });
    });
  });
});
