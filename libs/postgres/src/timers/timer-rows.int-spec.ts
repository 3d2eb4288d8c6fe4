import { Client, type Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { asSqlClient, inTransaction } from '../subscriptions/sql';
import { armTimers, claimTimers, databaseNow, nextWake, postponeTimers, putBackTimers } from './timer-rows';

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
const claim = async (offsetMs = 0, limit = 10, client = asSqlClient(pool)): Promise<string[]> => {
  const claimed = await claimTimers(client, { offsetMs, limit });
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
    const [claimed] = await claimTimers(asSqlClient(pool), { offsetMs: HOUR, limit: 1 });
    expect(claimed).toMatchObject({ root: 'a', dueAt: now - 5, asOf: 1n, attempts: 0 });
    expect(claimed?.claimedAt).toBeGreaterThanOrEqual(now + HOUR);
  });

  it('leaves a claimed one alone until its transaction ends, and has it again if that came to nothing', async () => {
    await arm({ a: now - 5 });
    const failing = inTransaction(pool, '', async (other) => {
      expect(await claim(0, 10, other)).toEqual(['a']);
      expect(await claim(HOUR)).toEqual([]);
      throw new Error('came to nothing');
    });
    await expect(failing).rejects.toThrow('came to nothing');
    await inTransaction(pool, '', async (other) => {
      expect(await claim(0, 10, other)).toEqual(['a']);
    });
    expect(await claim(HOUR)).toEqual([]);
  });

  it('has again at once what a worker held that died', async () => {
    await arm({ a: now - 5 });
    const [dying, killer] = [new Client(database.url), new Client(database.url)];
    dying.on('error', () => undefined);
    await Promise.all([dying.connect(), killer.connect()]);
    await dying.query('begin');
    expect(await claim(0, 10, asSqlClient(dying))).toEqual(['a']);
    const { rows } = await dying.query('select pg_backend_pid() as pid');
    await killer.query('select pg_terminate_backend($1, 5000)', [rows[0].pid]);
    await killer.end();
    expect(await claim()).toEqual(['a']);
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
  it('keeps a pause where the due instant is the same, and ends it where it is another', async () => {
    await arm({ a: now - 5, b: now - 5 });
    await postponeTimers(asSqlClient(pool), ['a', 'b'], 0);
    await arm({ a: now - 5, b: now - 6 });
    expect(await claim()).toEqual(['b']);
  });

  it('waits for a row that is claimed, so that neither the claim nor it is lost', async () => {
    await arm({ a: now - 5 });
    let arming: Promise<void> = Promise.resolve();
    await inTransaction(pool, '', async (other) => {
      expect(await claim(0, 10, other)).toEqual(['a']);
      arming = arm({ a: now + HOUR });
      await armTimers(other, 1n, new Map([['a', now + 2 * HOUR]]));
    });
    await arming;
    expect(await claim(HOUR + 60_000)).toEqual(['a']);
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

describe('putBackTimers', () => {
  it('leaves them as they were', async () => {
    const all = 'select root, due_at, as_of, attempts from fieldcase.timers order by root';
    await arm({ a: now - 5, b: now - 6 });
    await postponeTimers(asSqlClient(pool), ['a'], -HOUR);
    const before = await pool.query(all);
    await inTransaction(pool, '', async (client) => {
      const claimed = await claimTimers(client, { offsetMs: 0, limit: 10 });
      expect(claimed).toHaveLength(2);
      await putBackTimers(client, claimed);
    });
    expect((await pool.query(all)).rows).toEqual(before.rows);
    expect(await claim()).toEqual(['a', 'b']);
  });
});

describe('nextWake', () => {
  it('passes over what somebody else is firing: it would be asked for again and again', async () => {
    await arm({ a: now - 5, b: now + HOUR });
    const at = async () => (await nextWake(asSqlClient(pool), 0)).at;
    expect(await at()).toBe(now - 5);
    await inTransaction(pool, '', async (other) => {
      await claim(0, 10, other);
      expect(await at()).toBe(now + HOUR);
    });
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
