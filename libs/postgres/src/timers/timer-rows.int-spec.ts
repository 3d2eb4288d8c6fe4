import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { asSqlClient, inTransaction } from '../subscriptions/sql';
import { armEach, armTimers, claimTimers, databaseNow, nextWake, postponeTimers } from './timer-rows';

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

const arm = (due: Record<string, number>) => armTimers(asSqlClient(pool), 1n, new Map(Object.entries(due)));
/** What is claimed so long after now. */
const claim = async (offsetMs = 0, limit = 10): Promise<string[]> => {
  const claimed = await claimTimers(asSqlClient(pool), { offsetMs, claimMs: 60_000, limit });
  return claimed.map(({ root }) => root).sort();
};

describe('claimTimers', () => {
  it('takes what is due and nothing else, the longest due first', async () => {
    await arm({ late: now - 3, later: now - 9, latest: now - 20, notYet: now + HOUR });
    expect(await claim(0, 2)).toEqual(['later', 'latest']);
    expect(await claim()).toEqual(['late']);
    expect(await claim()).toEqual([]);
  });

  it('says for when it was due, and when it was claimed', async () => {
    await arm({ a: now - 5 });
    const [claimed] = await claimTimers(asSqlClient(pool), { offsetMs: HOUR, claimMs: 60_000, limit: 1 });
    expect(claimed).toMatchObject({ root: 'a', dueAt: now - 5 });
    expect(claimed?.claimedAt).toBeGreaterThanOrEqual(now + HOUR);
  });

  it('leaves a claimed one alone until the claim has run out', async () => {
    await arm({ a: now - 5 });
    expect(await claim()).toEqual(['a']);
    expect(await claim(30_000)).toEqual([]);
    expect(await claim(HOUR)).toEqual(['a']);
    expect(await claim(HOUR + 30_000)).toEqual([]);
  });

  it('does not wait for rows that another worker is claiming', async () => {
    await arm({ a: now - 5, b: now - 5 });
    await inTransaction(pool, '', async (other) => {
      await other.query(`select from fieldcase.timers where root = 'a' for update`);
      expect(await claim()).toEqual(['b']);
    });
    expect(await claim()).toEqual(['a']);
  });
});

describe('armTimers', () => {
  it('takes its rows in one order, so that two of them wait for each other and never in a circle', async () => {
    await arm({ a: now, b: now });
    let arming = Promise.resolve();
    await inTransaction(pool, '', async (other) => {
      const held = await other.query<{ pid: number }>(
        `select pg_backend_pid() as pid from fieldcase.timers where root = 'a' for update`,
      );
      arming = arm({ b: now + 1, a: now + 1 });
      const isWaiting = async (): Promise<boolean> => {
        const { rows } = await pool.query('select from pg_stat_activity where $1 = any (pg_blocking_pids(pid))', [
          held.rows[0]?.pid,
        ]);
        return rows.length > 0;
      };
      while (!(await isWaiting())) await pool.query('select');
      // It would wait for the other, which waits for this, had it begun with the row that it was given first.
      await other.query(`select from fieldcase.timers where root = 'b' for update nowait`);
    });
    await arming;
    expect(await claim(HOUR)).toEqual(['a', 'b']);
  });

  it('keeps a claim where the due instant is the same, and ends it where it is another', async () => {
    await arm({ a: now - 5, b: now - 5 });
    expect(await claim()).toEqual(['a', 'b']);
    await arm({ a: now - 5, b: now - 6 });
    expect(await claim()).toEqual(['b']);
  });

  it('takes each root by what its own instant was reckoned from, not by that of the others', async () => {
    await armTimers(asSqlClient(pool), 10n, new Map([...'abcd'].map((root) => [root, now])));
    await armEach(
      asSqlClient(pool),
      new Map([
        ['a', { position: 9n, next: now + 1 }],
        ['b', { position: 11n, next: now + 1 }],
        ['c', { position: 9n, next: null }],
        ['d', { position: 11n, next: null }],
      ]),
    );
    const { rows } = await pool.query(
      `select root, as_of::int, round(extract(epoch from due_at) * 1000)::float8 - $1 as later
        from fieldcase.timers order by root`,
      [now],
    );
    expect(rows).toEqual([
      { root: 'a', as_of: 10, later: 0 },
      { root: 'b', as_of: 11, later: 1 },
      { root: 'c', as_of: 10, later: 0 },
    ]);
  });

  it('keeps the count of attempts where the due instant is the same, and begins anew where it is another', async () => {
    await arm({ a: now - 5, b: now - 5 });
    await postponeTimers(asSqlClient(pool), ['a', 'b'], 0);
    await arm({ a: now - 5, b: now - 6 });
    const { rows } = await pool.query('select root, attempts from fieldcase.timers order by root');
    expect(rows).toEqual([
      { root: 'a', attempts: 1 },
      { root: 'b', attempts: 0 },
    ]);
  });
});

describe('postponeTimers', () => {
  it('waits longer each time', async () => {
    await arm({ a: now - 5 });
    const waits: number[] = [];
    for (let i = 0; i < 3; i++) {
      await postponeTimers(asSqlClient(pool), ['a'], 0);
      const { rows } = await pool.query(
        'select round(extract(epoch from wake_at - clock_timestamp()))::int as seconds from fieldcase.timers',
      );
      waits.push(rows[0].seconds);
    }
    expect(waits[1]).toBeGreaterThan(waits[0] ?? NaN);
    expect(waits[2]).toBeGreaterThan(waits[1] ?? NaN);
    expect(await claim()).toEqual([]);
    expect((await nextWake(asSqlClient(pool), 0)).at).toBeGreaterThan(now);
  });
});
