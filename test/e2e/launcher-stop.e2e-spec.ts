import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stampOf } from '../../libs/postgres/embedded/build.mjs';
import { isAlive, until } from '../../libs/postgres/embedded/processes.mjs';
import { writeFakeApps } from '../support/fake-apps';
import { launcherHouse, type House } from '../support/launcher-house';
import { commandsNaming, groupOf } from '../support/process-tree.mjs';
import { Launched, survivors, type RunningInstance } from '../support/launcher';

const REPOSITORY = resolve(__dirname, '../..');
/** Answers, and takes no notice of being asked to end. */
const DEAF_API = `
require('node:fs').appendFileSync(process.env.FIELDCASE_DATA_DIR + '/calls', 'api ' + process.pid + '\\n');
require('node:http').createServer((_, response) => response.end()).listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => undefined);
`;

interface NpmStart {
  readonly npm: ChildProcess;
  readonly url: string;
  readonly code: Promise<number | null>;
}

describe('stopping npm start', () => {
  jest.setTimeout(90_000);
  let house: House;
  let dataDir: string;
  let running: ChildProcess | undefined;

  beforeAll(() => {
    house = launcherHouse();
    copyFileSync(join(REPOSITORY, 'package.json'), join(house.root, 'package.json'));
    writeFileSync(join(house.root, 'dist', '.stamp'), stampOf(house.root));
    dataDir = house.dataDir('data');
  });
  beforeEach(() => {
    writeFakeApps(house.root);
    rmSync(join(dataDir, 'calls'), { force: true });
  });
  afterEach(async () => {
    if (running?.exitCode === null && running.signalCode === null) {
      running.kill('SIGTERM');
      await once(running, 'close');
    }
  });
  afterAll(() => house.remove());

  const npmStart = async (): Promise<NpmStart> => {
    const npm = spawn('npm', ['start', '--', '--empty', '--port', '0'], {
      cwd: house.root,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], HOME: house.root, FIELDCASE_DATA_DIR: dataDir },
    });
    running = npm;
    let out = '';
    npm.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const code = once(npm, 'close').then(([status]) => status as number | null);
    await until(() => /^ready /m.test(out) || npm.exitCode !== null, 60_000);
    const url = /^ready (\S+)$/m.exec(out)?.[1];
    if (!url) throw new Error(`no ready line:\n${out}`);
    return { npm, url, code };
  };

  /** Launcher, database, applications. */
  const processes = (): number[] => {
    const { pid } = JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8')) as RunningInstance;
    const database = Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);
    const calls = readFileSync(join(dataDir, 'calls'), 'utf8');
    const apps = [...calls.matchAll(/^(?:api|worker) (\d+)$/gm)].map(([, number]) => Number(number));
    return [pid, database, ...apps.filter((each) => isAlive(each))];
  };

  it.each<[string, (npm: ChildProcess) => void]>([
    ['SIGTERM to npm', (npm) => npm.kill('SIGTERM')],
    ['SIGTERM to the process group', ({ pid = 0 }) => process.kill(-pid, 'SIGTERM')],
    [
      'Ctrl-C, which reaches the launcher from the terminal and from npm',
      ({ pid = 0 }) => process.kill(-pid, 'SIGINT'),
    ],
  ])('%s ends all that was started, without haste, with exit code 0', async (_, stop) => {
    const { npm, code } = await npmStart();
    const started = processes();
    expect(started).toHaveLength(4);
    const [launcher = 0, ...others] = started;
    if (process.platform === 'linux') expect(others.map(groupOf)).not.toContain(groupOf(launcher));
    stop(npm);
    expect(await code).toBe(0);
    expect(await survivors(started)).toEqual([]);
    // Both were asked, and had their time.
    expect(ended()).toEqual(started.slice(2).sort());
    expect(existsSync(join(dataDir, 'instance.json'))).toBe(false);
    expect(shutdowns().at(-1)).toBe('fast');
  });

  it('the death of npm ends all that was started', async () => {
    const { npm } = await npmStart();
    const started = processes();
    npm.kill('SIGKILL');
    expect(await survivors(started)).toEqual([]);
  });

  it('a second signal, a while after the first, ends what does not want to end', async () => {
    writeFileSync(join(house.root, 'dist/apps/api/main.js'), DEAF_API);
    const launched = new Launched({ root: house.root, dataDir });
    await launched.ready();
    const started = processes();
    // Those of the first moment do not count: all but the first would be Ctrl-C passed on.
    const insisting = setInterval(() => launched.child.kill('SIGTERM'), 100);
    expect((await launched.ended).code).toBe(0);
    clearInterval(insisting);
    expect(await survivors(started, 0)).toEqual([]);
    expect(shutdowns().at(-1)).toBe('immediate');
  });

  it.each(['starting the embedded PostgreSQL', 'migrating the database', 'starting API and worker'])(
    'a signal while it is %s leaves nothing either',
    async (step) => {
      const launched = new Launched({ root: house.root, dataDir });
      await launched.says(step);
      launched.child.kill('SIGTERM');
      expect((await launched.ended).code).toBe(0);
      expect(commandsNaming(house.root)).toEqual([]);
    },
  );

  /** Applications that were told to end. */
  const ended = (): number[] => {
    const calls = readFileSync(join(dataDir, 'calls'), 'utf8');
    return [...calls.matchAll(/^ended (\d+)$/gm)].map(([, number]) => Number(number)).sort();
  };

  const shutdowns = (): (string | undefined)[] => {
    const log = readFileSync(join(dataDir, 'logs', 'postgres.log'), 'utf8');
    return [...log.matchAll(/received (\w+) shutdown request/g)].map(([, how]) => how);
  };
});
