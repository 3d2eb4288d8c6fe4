import type { Pool } from 'pg';
import { InMemoryEventStore, InMemoryLogSource, streamId, type Instant } from '@fieldcase/eventsourcing';
import { counted } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { ProjectionRunner } from '../projections/projection-runner';
import { asSqlClient } from '../subscriptions/sql';
import { armTimers, databaseNow, type NextDue } from './timer-rows';
import { TimerRunner, type Recorded, type TimerRunnerOptions } from './timer-runner';
import { TimerMetrics, timerStatus } from './timer-status';
import { TimersSubscription } from './timers-subscription';

const HOUR = 3_600_000;
let database: TestDatabase;
let pool: Pool;
let store: InMemoryEventStore;
let offsetMs = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  store = new InMemoryEventStore();
  offsetMs = 0;
  await pool.query('delete from fieldcase.timers');
  await pool.query('delete from fieldcase.checkpoints');
  await pool.query('delete from fieldcase.subscriptions');
});

const offset = (): number => offsetMs;
const now = () => databaseNow(asSqlClient(pool), offsetMs);
const write = async (root: string, type: string, data: object): Promise<void> => {
  const given = counted(root, 0, type, 'case');
  await store.append({ writes: [{ ...given, events: given.events.map((event) => ({ ...event, data })) }] });
};
const start = (root: string, ...steps: Instant[]) => write(root, 'ClockStarted', { steps });
const stop = (root: string) => write(root, 'ClockStopped', {});

interface Clock {
  readonly steps: readonly Instant[];
  readonly warned: readonly Instant[];
}
/** A clock in small: steps to be recorded once each, unless it was stopped. */
const clockOf = async (root: string): Promise<Clock> => {
  const id = streamId('case', root);
  const events = (await store.readStreams([id])).get(id) ?? [];
  const of = <T>(type: string) => events.filter((event) => event.type === type).map((event) => event.data as T);
  const stopped = of('ClockStopped').length > 0;
  const warned = of<{ at: Instant }>('Warned').map(({ at }) => at);
  const steps = stopped ? [] : of<{ steps: Instant[] }>('ClockStarted').flatMap((data) => data.steps);
  return { steps: steps.filter((at) => !warned.includes(at)), warned };
};
const nextDue: NextDue = async (roots) => {
  const clocks = await Promise.all(roots.map(clockOf));
  return new Map(roots.map((root, i) => [root, clocks[i]?.steps.reduce<number | null>(earlier, null) ?? null]));
};
const earlier = (a: number | null, b: number): number => (a === null || b < a ? b : a);
const fire = async (roots: readonly string[], at: Instant): Promise<void> => {
  for (const root of roots) {
    for (const step of (await clockOf(root)).steps.filter((due) => due <= at).sort((a, b) => a - b)) {
      await write(root, 'Warned', { at: step });
    }
  }
};

const head = () => store.head();
const runner = (options: Partial<TimerRunnerOptions> = {}) =>
  new TimerRunner({ pool, fire, nextDue, head, offsetMs: offset, ...options });
const follow = () =>
  new ProjectionRunner({
    pool,
    source: new InMemoryLogSource(store),
    projection: new TimersSubscription({
      eventTypes: ['ClockStarted', 'ClockStopped', 'Warned'],
      nextDue,
      head,
      offsetMs: offset,
    }),
    retryDelayMs: 1,
  }).catchUp();
const armed = async (): Promise<[string, number][]> =>
  (
    await pool.query(`select root, extract(epoch from due_at)::float8 * 1000 as at from fieldcase.timers order by root`)
  ).rows.map((row) => [row.root, Math.round(row.at)]);

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
  });
});

describe('TimerRunner', () => {
  it('after nine hours without a worker records every missed step once, with its true instant, in order', async () => {
    const t = await now();
    for (let i = 0; i < 25; i++) await start(`c${i}`, t + HOUR, t + 2 * HOUR, t + 8 * HOUR + i, t + 10 * HOUR);
    await follow();
    await expect(runner().fireDue()).resolves.toBe(0);

    offsetMs = 9 * HOUR;
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
    offsetMs = 2 * HOUR;
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
    offsetMs = 60_000;
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
    offsetMs = 60_000;
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
      const position = await store.head();
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
