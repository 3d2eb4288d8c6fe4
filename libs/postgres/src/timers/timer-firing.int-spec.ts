import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { asSqlClient } from '../subscriptions/sql';
import type { Recorded } from './timer-firing';
import { armTimers, databaseNow } from './timer-rows';
import { TimerRunner, type TimerRunnerOptions } from './timer-runner';

const HOUR = 3_600_000;
let database: TestDatabase;
let pool: Pool;
let now: number;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
beforeEach(async () => {
  await pool.query('delete from fieldcase.timers');
  now = await databaseNow(asSqlClient(pool), 0);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const arm = (roots: readonly string[]) =>
  armTimers(asSqlClient(pool), 1n, new Map(roots.map((root, n) => [root, now - 1_000 + n])));
const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `case ${n}`);
const runner = (options: Partial<TimerRunnerOptions>) =>
  new TimerRunner({
    pool,
    head: async () => 7n,
    nextDue: async (roots) => new Map(roots.map((root) => [root, null])),
    fire: async () => undefined,
    ...options,
  });
const rows = async () =>
  (
    await pool.query(
      `select root, round(extract(epoch from due_at) * 1000)::float8 as due, as_of::int, attempts
       from fieldcase.timers order by due_at`,
    )
  ).rows;

describe('a batch of timers', () => {
  it('is moved as firing tells it, and by a look at the log where it tells nothing', async () => {
    await arm(['a', 'b', 'c']);
    const looked: string[] = [];
    const fire = async (): Promise<Recorded> =>
      new Map([
        ['a', { position: 5n, next: now + HOUR }],
        ['b', { position: 4n, next: null }],
      ]);
    const nextDue: TimerRunnerOptions['nextDue'] = async (roots) => {
      looked.push(...roots);
      return new Map([['c', now + 2 * HOUR]]);
    };
    await runner({ fire, nextDue }).fireDue();
    expect(looked).toEqual(['c']);
    expect(await rows()).toEqual([
      { root: 'a', due: now + HOUR, as_of: 4, attempts: 0 },
      { root: 'c', due: now + 2 * HOUR, as_of: 7, attempts: 0 },
    ]);
  });

  it('is due as it was, and a little later, when its transaction is lost', async () => {
    await arm(['a']);
    const before = await rows();
    const sessions = async (): Promise<number> =>
      (await pool.query('select from pg_stat_activity where datname = current_database()')).rowCount ?? 0;
    const losing = async (): Promise<void> => {
      const some = await sessions();
      while ((await sessions()) >= some);
    };
    await expect(runner({ fire: losing, claimMs: 500 }).fireDue()).rejects.toThrow(/connection|terminat/i);
    expect(await rows()).toEqual(before.map((row) => ({ ...row, attempts: 1 })));
  });

  it('is the last one where it has failed', async () => {
    await arm(many(20));
    let batches = 0;
    const fire = async (): Promise<void> => {
      if (++batches === 2) throw Object.assign(new Error('away'), { code: '57P01' });
    };
    await expect(runner({ batchSize: 2, fire }).fireDue()).rejects.toThrow('away');
    expect(batches).toBe(2);
    expect(await rows()).toHaveLength(18);
  });
});
