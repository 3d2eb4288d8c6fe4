import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPool } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';

const root = path.resolve(__dirname, '../../..');
const loader = path.join(root, 'test/rig/load-typescript.cjs');
const children: ChildProcess[] = [];
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.drop();
  rmSync(folder, { recursive: true });
});

interface Line {
  readonly level: string;
  readonly message: string;
  readonly problem?: string;
}

/** So that a spec can make something go wrong that nobody awaits. */
const folder = mkdtempSync(path.join(tmpdir(), 'worker-process-'));
const trouble = path.join(folder, 'trouble.cjs');
writeFileSync(trouble, `process.on('SIGUSR2', () => Promise.reject(new Error('lost')));`);

/** The worker as a process of its own; `said` resolves with the first log line of that message. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['-r', trouble, '-r', loader, path.join(root, 'apps/worker/src/main.ts')], {
    env: { ...process.env, DATABASE_URL: database.url, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  const lines: Line[] = [];
  const waiting: (() => void)[] = [];
  let rest = '';
  child.stderr.on('data', (chunk: Buffer) => {
    const [last = '', ...complete] = `${rest}${chunk.toString()}`.split('\n').reverse();
    rest = last;
    for (const line of complete.reverse()) if (line.startsWith('{')) lines.push(JSON.parse(line) as Line);
    for (const look of waiting) look();
  });
  const said = (message: string): Promise<Line> =>
    new Promise((resolve) => {
      const look = (): void => {
        const line = lines.find((candidate) => candidate.message.includes(message));
        if (line) resolve(line);
      };
      waiting.push(look);
      look();
    });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, said, exited, lines };
}

describe('the worker process', () => {
  it('follows the log, and on SIGTERM gives its leases back and exits 0', async () => {
    const worker = start({ ROLES: 'projections,processes,timers,relay' });
    await worker.said('no broker is configured, nothing is published');
    const pool = createPool({ url: database.url, max: 1 });
    const held = async (): Promise<string[]> => {
      const { rows } = await pool.query<{ name: string }>(
        'select name from fieldcase.leases where expires_at > clock_timestamp() order by name',
      );
      return rows.map(({ name }) => name);
    };
    const followed = ['case-board', 'depot-stock', 'part-supply', 'satisfaction', 'sla-facts', 'timers'];
    const all = [...followed.map((name) => `subscription:${name}`), 'surveys'];
    while ((await held()).length < all.length) await pool.query('select pg_sleep(0.01)');
    expect(await held()).toEqual(all);
    worker.child.kill('SIGTERM');
    await expect(worker.exited).resolves.toBe(0);
    expect(worker.lines.at(-1)).toMatchObject({ message: 'worker stopped' });
    expect(worker.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await held()).toEqual([]);
    await pool.end();
  });

  it('logs what nobody awaited, stops in order and exits 1', async () => {
    const worker = start({ ROLES: 'relay' });
    await worker.said('no broker is configured, nothing is published');
    worker.child.kill('SIGUSR2');
    await expect(worker.exited).resolves.toBe(1);
    expect((await worker.said('unexpected failure')).problem).toContain('Error: lost');
    expect(worker.lines.at(-1)).toMatchObject({ message: 'worker stopped' });
  });

  it('refuses a wrong setting by name and exits 1', async () => {
    const worker = start({ ROLES: 'cook' });
    await expect(worker.exited).resolves.toBe(1);
    expect((await worker.said('cannot start')).problem).toContain('ROLES');
  });
});
