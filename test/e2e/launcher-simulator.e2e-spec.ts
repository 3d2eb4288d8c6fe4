import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, until } from '../../libs/postgres/embedded/processes.mjs';
import { launcherHouse, type House } from '../support/launcher-house';
import { Launched, survivors } from '../support/launcher';

const SAMPLES = ['--port', '0'];

describe('the simulator of npm start', () => {
  jest.setTimeout(90_000);
  let house: House;
  let dataDir: string;
  const launched: Launched[] = [];
  beforeAll(() => {
    house = launcherHouse();
    dataDir = house.dataDir('moving');
  });
  afterEach(async () => {
    for (const each of launched) await each.end();
  });
  afterAll(() => house.remove());

  const start = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Launched> => {
    const each = new Launched({ root: house.root, dataDir, args, env });
    launched.push(each);
    await each.ready();
    return each;
  };
  const simulators = (): readonly number[] => {
    const calls = readFileSync(join(dataDir, 'calls'), 'utf8');
    return [...calls.matchAll(/^simulator (\d+)$/gm)].map(([, pid]) => Number(pid));
  };
  const started = async (count: number): Promise<number> => {
    expect(await until(() => simulators().length === count, 15_000)).toBe(true);
    return simulators().at(-1) ?? 0;
  };

  it('moves sample data, comes again after a crash, ends with the rest, and goes on at the next start', async () => {
    const first = await start(SAMPLES);
    expect(first.stdout).toMatch(/--still · .*--still/);
    process.kill(await started(1), 'SIGKILL');
    const again = await started(2);
    await first.end();
    expect((await first.ended).code).toBe(0);
    expect(await survivors([again], 0)).toEqual([]);

    await start(SAMPLES);
    expect(isAlive(await started(3))).toBe(true);
  });

  it.each([
    ['--still', [...SAMPLES, '--still'], {}],
    ['--empty', [...SAMPLES, '--empty'], {}],
    ['an identity provider of your own', SAMPLES, { AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks' }],
  ])('is off with %s', async (_, args, env) => {
    const before = simulators().length;
    const quiet = await start(args, env);
    expect(quiet.stdout).not.toContain('--still');
    await quiet.end();
    expect(simulators()).toHaveLength(before);
  });

  it('is off where nothing was filled with samples', async () => {
    const moving = dataDir;
    dataDir = house.dataDir('kept');
    await (await start([...SAMPLES, '--empty'])).end();
    const later = await start(SAMPLES);
    expect(later.stdout).not.toContain('--still');
    expect(simulators()).toEqual([]);
    dataDir = moving;
  });

  it('may finish: the rest goes on', async () => {
    const before = simulators().length;
    writeFileSync(join(dataDir, 'simulator-finishes'), '');
    const running = await start(SAMPLES);
    const finished = await started(before + 1);
    expect(await survivors([finished])).toEqual([]);
    expect((await fetch(`${running.instance().url}/health/ready`)).status).toBe(200);
    expect(running.stdout).not.toContain('unexpectedly');
  });
});
