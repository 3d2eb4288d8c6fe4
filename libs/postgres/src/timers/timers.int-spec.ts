import type { Pool } from 'pg';
import type { Instant } from '@fieldcase/eventsourcing';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { asSqlClient } from '../subscriptions/sql';
import { SmallClocks } from './small-clocks.fixture';
import { armTimers, type NextDue } from './timer-rows';
import type { Recorded, TimerRunnerOptions } from './timer-runner';
import { TimerMetrics, timerStatus } from './timer-status';

const HOUR = 3_600_000;
let database: TestDatabase;
let pool: Pool;
const clocks = new SmallClocks();
const { now, write, start, stop, clockOf, nextDue, fire, head, runner, follow, armed } = clocks;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => clocks.begin(pool));

describe('the timers subscription', () => {
  it('keeps one row per root with its earliest due instant', async () => {
    const at = (await now()) + HOUR;
    await start('a', at + 2, at);
    await start('b', at + 5);
    await start('c');
    await follow();
    expect(await armed()).toEqual([
      ['a', at],
      ['b', at + 5],
    ]);
    await stop('b');
    await start('a', at - 7);
    await follow();
    expect(await armed()).toEqual([['a', at - 7]]);
  });

  it('never lets an older look at the log overwrite a newer one', async () => {
    const client = asSqlClient(pool);
    await armTimers(
      client,
      10n,
      new Map([
        ['a', 2_000],
        ['b', 2_000],
      ]),
    );
    await armTimers(
      client,
      9n,
      new Map([
        ['a', 9_000],
        ['b', null],
      ]),
    );
    expect(await armed()).toEqual([
      ['a', 2_000],
      ['b', 2_000],
    ]);
    await armTimers(
      client,
      11n,
      new Map([
        ['a', 3_000],
        ['b', null],
      ]),
    );
    expect(await armed()).toEqual([['a', 3_000]]);
    await armTimers(client, 10n, new Map([['a', 4_000]]));
    expect(await armed()).toEqual([['a', 3_000]]);
  });
});

describe('TimerRunner', () => {
  it('after nine hours without a worker records every missed step once, with its true instant, in order', async () => {
    const t = await now();
    for (let i = 0; i < 25; i++) await start(`c${i}`, t + HOUR, t + 2 * HOUR, t + 8 * HOUR + i, t + 10 * HOUR);
    await follow();
    await expect(runner().fireDue()).resolves.toBe(0);

    clocks.offsetMs = 9 * HOUR;
    await expect(runner({ batchSize: 10 }).fireDue()).resolves.toBe(25);
    await follow();
    await expect(runner().fireDue()).resolves.toBe(0);
    for (let i = 0; i < 25; i++) {
      expect((await clockOf(`c${i}`)).warned).toEqual([t + HOUR, t + 2 * HOUR, t + 8 * HOUR + i]);
    }
    expect(await armed()).toHaveLength(25);
    expect((await armed())[0]).toEqual(['c0', t + 10 * HOUR]);
  });

  it('fires nothing for a clock that stopped, even before the subscription has seen it', async () => {
    await start('a', (await now()) + HOUR);
    await follow();
    await stop('a');
    clocks.offsetMs = 2 * HOUR;
    await runner().fireDue();
    expect((await clockOf('a')).warned).toEqual([]);
    expect(await armed()).toEqual([]);
  });

  it('claims nothing more once it is told to end', async () => {
    for (const root of ['a', 'b']) await start(root, (await now()) - 5);
    await follow();
    const stopping = new AbortController();
    const last: typeof fire = (roots, at) => {
      stopping.abort();
      return fire(roots, at);
    };
    await expect(runner({ batchSize: 1, fire: last }).fireDue(stopping.signal)).resolves.toBe(1);
    await expect(runner().fireDue(stopping.signal)).resolves.toBe(0);
    await expect(runner().fireDue()).resolves.toBe(1);
  });

  it('shares the work between workers, every timer taken once', async () => {
    const t = await now();
    for (let i = 0; i < 120; i++) await start(`c${i}`, t - 1_000 + i);
    await follow();
    const fired: string[] = [];
    const noting: typeof fire = async (roots, at) => {
      fired.push(...roots);
      await fire(roots, at);
    };
    await Promise.all([1, 2, 3].map(() => runner({ batchSize: 7, fire: noting }).fireDue()));
    expect(fired).toHaveLength(120);
    expect(new Set(fired).size).toBe(120);
    expect(await armed()).toEqual([]);
  });

  it('fires again what a killed worker had claimed, once in effect', async () => {
    await start('a', (await now()) - 1);
    await follow();
    const killed = runner({
      fire: async (roots, at) => {
        await fire(roots, at);
        throw Object.assign(new Error('killed after the append'), { code: '57P01' });
      },
    });
    await expect(killed.fireDue()).rejects.toThrow('killed');
    await expect(runner().fireDue()).resolves.toBe(0);
    clocks.offsetMs = 60_000;
    await expect(runner().fireDue()).resolves.toBe(1);
    expect((await clockOf('a')).warned).toHaveLength(1);
  });

  it('keeps a root that cannot be fired from holding back the others, and tries it again later', async () => {
    const t = await now();
    for (const root of ['a', 'bad', 'c']) await start(root, t - 5);
    await follow();
    const broken: typeof fire = (roots, at) =>
      roots.includes('bad') ? Promise.reject(new Error('cannot fold')) : fire(roots, at);
    await runner({ fire: broken }).fireDue();
    expect([(await clockOf('a')).warned, (await clockOf('c')).warned]).toEqual([[t - 5], [t - 5]]);
    expect(await armed()).toEqual([['bad', t - 5]]);
    clocks.offsetMs = 60_000;
    await runner().fireDue();
    expect((await clockOf('bad')).warned).toEqual([t - 5]);
  });

  it('moves the row of a root of which firing tells, and looks at the log for the others', async () => {
    const t = await now();
    for (const root of ['a', 'b', 'c']) await start(root, t - 5, t + HOUR);
    await follow();
    const looked: string[] = [];
    const telling = async (roots: readonly string[], at: Instant): Promise<Recorded> => {
      await fire(roots, at);
      const position = await head();
      return new Map([
        ['a', { position, next: t + HOUR }],
        ['b', { position, next: null }],
      ]);
    };
    const look: NextDue = (roots, at) => {
      looked.push(...roots);
      return nextDue(roots, at);
    };
    await runner({ fire: telling, nextDue: look }).fireDue();
    expect(looked).toEqual(['c']);
    expect(await armed()).toEqual([
      ['a', t + HOUR],
      ['c', t + HOUR],
    ]);
  });

  it('moves the row of a root of which something else was seen while its batch was fired', async () => {
    const t = await now();
    const followed = () => follow(({ type }) => type === 'Warned');
    await start('x', t - 5, t + 2_000);
    await start('y', t - 5);
    await followed();
    const warned = async (root: string, next: Instant | null) => {
      await write(root, 'Warned', { at: t - 5 });
      return [root, { position: await head(), next }] as const;
    };
    const telling: TimerRunnerOptions['fire'] = async () => {
      const first = await warned('y', null);
      await start('x', t + HOUR);
      await followed();
      return new Map([first, await warned('x', t + 2_000)]);
    };
    await runner({ fire: telling }).fireDue();
    await followed();
    expect(await armed()).toEqual([['x', t + 2_000]]);
  });

  it('does not spin on a timer whose firing changes nothing', async () => {
    await start('a', (await now()) - 5);
    await follow();
    let calls = 0;
    await runner({
      fire: async () => {
        calls++;
      },
    }).fireDue();
    expect(calls).toBe(1);
    expect(await armed()).toHaveLength(1);
    // It counts as a firing in vain and waits by that, not as a claim that has to run out.
    const { rows } = await pool.query(
      `select attempts, wake_at < clock_timestamp() + interval '10 seconds' as soon from fieldcase.timers`,
    );
    expect(rows).toEqual([{ attempts: 1, soon: true }]);
  });

  it('wakes for a timer that is armed while it sleeps, long before its net', async () => {
    const ended = new AbortController();
    const fired = new Promise<void>((resolve) => {
      const running = runner({
        idleMs: 60_000,
        fire: async (roots, at) => {
          await fire(roots, at);
          resolve();
        },
      });
      void running.run(ended.signal);
      void (async () => {
        await start('a', (await now()) + 30);
        await follow();
        await pool.query(`select pg_notify('fieldcase_timers', 'earliest ' || $1)`, [String((await now()) - 1)]);
      })();
    });
    await fired;
    ended.abort();
    expect((await clockOf('a')).warned).toHaveLength(1);
  });

  it('counts what is open, due and how late it was', async () => {
    const t = await now();
    await start('a', t - 5_000);
    await start('b', t + HOUR);
    await follow();
    await expect(timerStatus(pool)).resolves.toMatchObject({ open: 2, due: 1, nextDueAt: t - 5_000, fired: null });
    const metrics = new TimerMetrics(pool, 'spec');
    await runner({ onFired: (lateness) => metrics.fired(lateness) }).fireDue();
    await metrics.write();
    const status = await timerStatus(pool);
    expect(status).toMatchObject({ open: 1, due: 0, oldestLatenessMs: 0, fired: { total: 1 } });
    expect(status.fired?.max).toBeGreaterThanOrEqual(5_000);
  });
});
