import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { inTransaction } from '../subscriptions/sql';
import { Lease, LeaseLost, underLease } from './lease';

let database: TestDatabase;
let pool: Pool;
let count = 0;
let name = '';

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => {
  name = `lease-${++count}`;
});

const lease = (owner: string, ttlMs = 60_000) => new Lease(pool, name, owner, ttlMs);
/** As if its time had passed without a renewal. */
const runOut = () => pool.query('update fieldcase.leases set expires_at = clock_timestamp() where name = $1', [name]);
const fence = (held: Lease) => inTransaction(pool, '', (client) => held.fence(client));

describe('Lease', () => {
  it('has one owner at a time, and passes on when it is released or has run out', async () => {
    const [a, b] = [lease('a'), lease('b')];
    const first = await Promise.all([a.acquire(), b.acquire()]);
    expect(first.filter(Boolean)).toHaveLength(1);
    const [owner, other] = first[0] ? [a, b] : [b, a];
    await owner.release();
    await expect(other.acquire()).resolves.toBe(true);
    await expect(owner.acquire()).resolves.toBe(false);
    await runOut();
    await expect(owner.acquire()).resolves.toBe(true);
  });

  it('is not had twice under one name either, not even by the same holder', async () => {
    const [first, second] = [lease('a'), lease('a')];
    await expect(first.acquire()).resolves.toBe(true);
    await expect(second.acquire()).resolves.toBe(false);
    await expect(first.acquire()).resolves.toBe(false);
    await expect(fence(first)).resolves.toBeUndefined();
  });

  it('fences an owner that was halted and woke up after another took over', async () => {
    const [halted, next] = [lease('halted'), lease('next')];
    await halted.acquire();
    await expect(fence(halted)).resolves.toBeUndefined();
    await runOut();
    await next.acquire();
    await expect(fence(halted)).rejects.toThrow(LeaseLost);
    await expect(halted.renew()).resolves.toBe(false);
    await halted.release();
    await expect(fence(next)).resolves.toBeUndefined();
  });

  it('does not pass for held when it has run out, and is taken up again by a renewal', async () => {
    const held = lease('a');
    await held.acquire();
    await runOut();
    await expect(fence(held)).rejects.toThrow(LeaseLost);
    await expect(held.renew()).resolves.toBe(true);
    await expect(fence(held)).resolves.toBeUndefined();
  });
});

describe('underLease', () => {
  it('runs the work of one after the other, never of two at once', async () => {
    let [running, most] = [0, 0];
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await pool.query('select 1');
      running--;
    };
    const never = new AbortController().signal;
    await Promise.all(['a', 'b', 'c'].map((owner) => underLease(lease(owner, 900), never, work)));
    expect(most).toBe(1);
  });

  it('ends the work when another owner has taken over, and waits for the lease again', async () => {
    const stop = new AbortController();
    const starts: number[] = [];
    await underLease(lease('a', 30), stop.signal, async (held) => {
      starts.push(starts.length);
      if (starts.length === 2) return;
      const taken = pool.query(`update fieldcase.leases set epoch = epoch + 1, owner = 'b' where name = $1`, [name]);
      await Promise.all([taken, new Promise((resolve) => held.addEventListener('abort', resolve))]);
    });
    expect(starts).toEqual([0, 1]);
  });

  describe('where it cannot be renewed', () => {
    /** @param fails whether the renewal of this number, from 1, does */
    const failing = (fails: (renewal: number) => boolean): Pool => {
      let renewals = 0;
      const query = (text: string, values: unknown[]): Promise<unknown> =>
        text.includes('where name = $1 and epoch = $2') && text.includes('$3') && fails(++renewals)
          ? Promise.reject(new Error('away'))
          : pool.query(text, values);
      return Object.create(pool, { query: { value: query } }) as Pool;
    };
    afterEach(() => jest.restoreAllMocks());

    it('ends the work before another owner starts', async () => {
      let time = 0;
      jest.spyOn(performance, 'now').mockImplementation(() => (time += 25));
      const stop = new AbortController();
      const problems: unknown[] = [];
      const work = (held: AbortSignal): Promise<void> =>
        new Promise((resolve) => held.addEventListener('abort', () => resolve(stop.abort())));
      const held = new Lease(
        failing(() => true),
        name,
        'a',
        60,
      );
      await underLease(held, stop.signal, work, (problem) => problems.push(problem));
      expect(problems.length).toBeGreaterThan(0);
    });

    it('goes on while it lasts', async () => {
      jest.spyOn(performance, 'now').mockReturnValue(0);
      let problems = 0;
      let starts = 0;
      const work = async (held: AbortSignal): Promise<void> => {
        starts++;
        while (problems < 3 && !held.aborted) await pool.query('select 1');
      };
      const held = new Lease(
        failing((renewal) => renewal <= 3),
        name,
        'a',
        60,
      );
      await underLease(held, new AbortController().signal, work, () => problems++);
      expect([problems, starts]).toEqual([3, 1]);
    });

    it('counts from the last time that it could be', async () => {
      let [time, problems, starts] = [0, 0, 0];
      jest.spyOn(performance, 'now').mockImplementation(() => time);
      const everyOther = (renewal: number): boolean => {
        time += 25;
        return renewal % 2 === 1;
      };
      const work = async (held: AbortSignal): Promise<void> => {
        starts++;
        while (problems < 3 && !held.aborted) await pool.query('select 1');
      };
      const held = new Lease(failing(everyOther), name, 'a', 60);
      await underLease(held, new AbortController().signal, work, () => problems++);
      expect(starts).toBe(1);
    });
  });

  it('gives the lease back when the work fails', async () => {
    const never = new AbortController().signal;
    await expect(underLease(lease('a'), never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(lease('b').acquire()).resolves.toBe(true);
  });
});
