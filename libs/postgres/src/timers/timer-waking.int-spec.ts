import { Client, type Pool } from 'pg';
import { InMemoryEventStore, InMemoryLogSource } from '@fieldcase/eventsourcing';
import { counted } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { ProjectionRunner } from '../projections/projection-runner';
import { asSqlClient } from '../subscriptions/sql';
import { armTimers, databaseNow } from './timer-rows';
import { TimerRunner, type TimerRunnerOptions } from './timer-runner';
import { earliestAnnouncer, TimersSubscription, TIMERS_CHANNEL } from './timers-subscription';

interface Listening {
  readonly onNotification: (payload: string) => void;
  readonly onConnected: () => void;
}
/** The runner that listens: hears what a spec tells it, at the very moment. */
let listening: Listening | undefined;
jest.mock('../subscriptions/channel-listener', () => ({
  ChannelListener: class {
    constructor(options: Listening) {
      listening = options;
    }
    start(): void {}
    async stop(): Promise<void> {}
  },
}));

const HOUR = 3_600_000;
let database: TestDatabase;
let pool: Pool;
let listener: Client;
let heard: string[];
let onHeard: () => void;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
beforeEach(async () => {
  await pool.query('delete from fieldcase.timers');
  [heard, onHeard] = [[], () => undefined];
  listener = new Client({ connectionString: database.url });
  listener.on('notification', ({ payload = '' }) => {
    heard.push(payload);
    onHeard();
  });
  await listener.connect();
  await listener.query(`listen ${TIMERS_CHANNEL}`);
});
afterEach(() => listener.end());
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const armed = async (root: string, inMs: number): Promise<number> => {
  const at = (await databaseNow(asSqlClient(pool), 0)) + inMs;
  await armTimers(asSqlClient(pool), 1n, new Map([[root, at]]));
  return at;
};
const runner = (options: Partial<TimerRunnerOptions> = {}) =>
  new TimerRunner({
    pool,
    idleMs: 60_000,
    head: async () => 1n,
    nextDue: async (roots) => new Map(roots.map((root) => [root, null])),
    fire: async () => undefined,
    ...options,
  });
const recordedIn = async (store: InMemoryEventStore) =>
  (await new InMemoryLogSource(store).read({ after: 0n, limit: 100 })).events;
/** The pool of a runner; `asked` runs before it gets the answer when the next timer wakes. */
const watched = (asked: () => Promise<void>): Pool => {
  const query = async (text: string, values: unknown[]): Promise<unknown> => {
    const answer = await pool.query(text, values);
    if (text.includes('min(wake_at)')) await asked();
    return answer;
  };
  return Object.create(pool, { query: { value: query } }) as Pool;
};

describe('earliestAnnouncer', () => {
  it('tells the earliest of those that come together', async () => {
    const announcer = earliestAnnouncer(pool);
    const told = new Promise<void>((resolve) => (onHeard = resolve));
    for (const at of ['200', '1000', '99', '300']) announcer.announce('earliest', at);
    await announcer.stop();
    await told;
    expect(heard).toEqual(['earliest 99']);
  });
});

describe('a sleeping TimerRunner', () => {
  it('misses no timer that is armed while it asks when to wake', async () => {
    const stop = new AbortController();
    const asked = async (): Promise<void> => listening?.onNotification(`earliest ${await armed('a', 5)}`);
    await runner({ pool: watched(asked), fire: async () => stop.abort() }).run(stop.signal);
    expect(stop.signal.aborted).toBe(true);
  });

  it('is woken by what comes before its planned waking only', async () => {
    const stop = new AbortController();
    let [asks, asksBefore] = [0, 0];
    const fire = async (): Promise<void> => {
      asksBefore = asks;
      stop.abort();
    };
    let running: Promise<void> = Promise.resolve();
    await new Promise<void>((resolve) => {
      const asked = async (): Promise<void> => {
        asks++;
        setImmediate(resolve);
      };
      running = runner({ pool: watched(asked), fire }).run(stop.signal);
    });
    listening?.onNotification(`earliest ${await armed('later', 2 * HOUR)}`);
    // It would have asked again by the end of these, on a connection that is open.
    for (let i = 0; i < 20; i++) await Promise.all([1, 2, 3].map(() => pool.query('select 1')));
    listening?.onNotification(`earliest ${await armed('a', -1)}`);
    await running;
    expect(asksBefore).toBe(1);
  });

  it('looks again when it has connected: it may have missed a word before', async () => {
    const stop = new AbortController();
    let asks = 0;
    const asked = async (): Promise<void> => {
      if (++asks > 1) return;
      await armed('a', -1);
      setImmediate(() => listening?.onConnected());
    };
    await runner({ pool: watched(asked), fire: async () => stop.abort() }).run(stop.signal);
    expect(stop.signal.aborted).toBe(true);
  });
});

describe('TimerRunner', () => {
  it('looks for no root to blame when the database is away', async () => {
    await armed('a', -5);
    await armed('b', -5);
    const fired: (readonly string[])[] = [];
    const fire = (roots: readonly string[]): Promise<void> => {
      fired.push(roots);
      return Promise.reject(Object.assign(new Error('away'), { code: '57P01' }));
    };
    await expect(runner({ fire }).fireDue()).rejects.toThrow('away');
    expect(fired.map((roots) => [...roots].sort())).toEqual([['a', 'b']]);
    const { rows } = await pool.query('select attempts from fieldcase.timers');
    expect(rows).toEqual([{ attempts: 1 }, { attempts: 1 }]);
  });

  it('blames no root when the database goes away while it looks for one', async () => {
    await armed('a', -5);
    await armed('b', -5);
    const fire = (roots: readonly string[]): Promise<void> =>
      Promise.reject(roots.length > 1 ? new Error('cannot fold') : Object.assign(new Error('away'), { code: '57P01' }));
    const report = jest.fn();
    await expect(runner({ fire, report }).fireDue()).rejects.toThrow('away');
    expect(report).not.toHaveBeenCalled();
  });
});

describe('the timers subscription', () => {
  it('tells the earliest of what it armed, once', async () => {
    const nextDue = async () => new Map([...'abc'].map((root, i) => [root, [700, 500, 900][i] ?? null]));
    const projection = new TimersSubscription({ eventTypes: [], nextDue, head: async () => 1n });
    const store = new InMemoryEventStore();
    await store.append({ writes: [counted('a', 1)] });
    await projection.apply(asSqlClient(pool), await recordedIn(store));
    expect([projection.takeEarliest(), projection.takeEarliest()]).toEqual([500, undefined]);
  });

  it('looks at no root of which there is nothing but what firing has moved', async () => {
    const store = new InMemoryEventStore();
    for (const root of ['a', 'b']) await store.append({ writes: [counted(root, 1)] });
    await store.append({ writes: [counted('b', 1, 'Fired')] });
    await store.append({ writes: [counted('c', 1, 'Fired')] });
    const looked: string[] = [];
    const nextDue = async (roots: readonly string[]): Promise<Map<string, null>> => {
      looked.push(...roots);
      return new Map();
    };
    const projection = new TimersSubscription({
      eventTypes: ['Counted', 'Fired'],
      nextDue,
      movedByFiring: ({ type }) => type === 'Fired',
      head: () => store.head(),
    });
    await projection.apply(asSqlClient(pool), await recordedIn(store));
    expect(looked.sort()).toEqual(['a', 'b']);
  });

  it('says of its rows how far the log was before it looked', async () => {
    const store = new InMemoryEventStore();
    await store.append({ writes: [counted('a', 1)] });
    await store.append({ writes: [counted('b', 1)] });
    const head = () => store.head();
    const nextDue = async (): Promise<Map<string, number>> => {
      await store.append({ writes: [counted('a', 1)] });
      return new Map([['a', 1]]);
    };
    const projection = new TimersSubscription({ eventTypes: ['Counted'], nextDue, head });
    await new ProjectionRunner({ pool, source: new InMemoryLogSource(store), projection }).catchUp();
    const { rows } = await pool.query('select as_of::int from fieldcase.timers');
    expect(rows).toEqual([{ as_of: 2 }]);
  });
});
