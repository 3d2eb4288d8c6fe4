import { Client, type Pool } from 'pg';
import { InMemoryEventStore, InMemoryLogSource, type LogSource } from '@fieldcase/eventsourcing';
import { untilBlocked } from '../../../../test/support/blocked';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { ParkedEvents } from '../parking/parked-events';
import { createPool } from '../pool/pool';
import { ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner';
import { Rebuild, type RebuildOptions } from './rebuild';

let database: TestDatabase;
let pool: Pool;
let owner: Client;
let store: InMemoryEventStore;
let source: LogSource;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, lockTimeoutMs: 20_000, statementTimeoutMs: 20_000 });
  owner = new Client({ connectionString: database.url });
  await owner.connect();
});
/** Position 3 is poison; 2 and 4 are of its root as well. */
beforeEach(async () => {
  await pool.query(
    `drop table if exists read_models.counted, read_models_next.counted; delete from fieldcase.parked;
     delete from fieldcase.checkpoints; delete from fieldcase.subscriptions; delete from fieldcase.rebuilds`,
  );
  store = new InMemoryEventStore();
  source = new InMemoryLogSource(store);
  for (const write of [counted('b', 1), counted('a', 1), counted('a', 0, 'Poisonous'), counted('a', 2)]) {
    await store.append({ writes: [write] });
  }
  await run().catchUp();
});
afterAll(async () => {
  await owner.end();
  await pool.end();
  await database.drop();
});

const projectionOf = (version = 1, heal = false): CountingProjection => {
  const projection = new CountingProjection('counting', version);
  projection.heal = heal;
  return projection;
};
const run = (options: Partial<ProjectionRunnerOptions> = {}) =>
  new ProjectionRunner({ pool, source, projection: projectionOf(), retryDelayMs: 1, ...options });
const rebuild = (options: Partial<RebuildOptions> = {}) =>
  new Rebuild({ pool, source, projection: projectionOf(), owner: 'spec', lockTimeoutMs: 20_000, ...options });
/** Has applied or parked all there is, and was ended before the swap. */
const begun = async (projection = projectionOf()): Promise<void> => {
  const stop = new AbortController();
  const options = { projection, batchSize: 4, onProgress: () => stop.abort() };
  await expect(rebuild(options).run(stop.signal)).resolves.toBe(false);
};
const parked = () => new ParkedEvents({ pool, source, projections: [projectionOf()] });
const listed = async () => (await parked().list({}, true)).map(({ position, status }) => [position, status]);
const trails = async () =>
  Object.fromEntries(
    (await pool.query('select root, trail from read_models.counted')).rows.map(({ root, trail }) => [root, trail]),
  );
/** Work at the moment when the swap reads the rest of the log. */
const inSwap = (work: () => Promise<unknown>): LogSource => ({
  head: () => source.head(),
  waitForMore: (...args) => source.waitForMore(...args),
  read: async (options) => {
    if (options.upTo !== undefined) await work();
    return source.read(options);
  },
});

describe('discarding while a rebuild is under way', () => {
  it('holds for the new rows too, and what the rebuild parked behind it is applied', async () => {
    await begun();
    await expect(parked().list()).resolves.toHaveLength(2);
    await expect(parked().discard({ position: 3n }, 'never happened')).resolves.toBe(1);
    await expect(rebuild().run(never)).resolves.toBe(true);
    expect(await listed()).toEqual([[3n, 'discarded']]);
    expect((await parked().list({}, true))[0]?.reason).toBe('never happened');
    expect(await trails()).toEqual({ a: '2,4', b: '1' });
  });

  it('builds anew what the rebuild had applied', async () => {
    await begun(projectionOf(1, true));
    await parked().discard({ position: 3n }, 'never happened');
    const told: string[] = [];
    const report = (_: string, message: string) => void told.push(message);
    await expect(rebuild({ projection: projectionOf(1, true), report }).run(never)).resolves.toBe(true);
    expect(told).toEqual(['events were discarded meanwhile: building anew', 'rebuilt']);
    expect(await listed()).toEqual([[3n, 'discarded']]);
    expect(await trails()).toEqual({ a: '2,4', b: '1' });
  });

  it('leaves it to a newer version to try again what an older one could not take', async () => {
    await parked().discard({ position: 3n }, 'cannot be read');
    await begun(projectionOf(2, true));
    await parked().discard({ position: 4n }, 'cannot be read either');
    await expect(rebuild({ projection: projectionOf(2, true) }).run(never)).resolves.toBe(true);
    expect(await listed()).toEqual([]);
    expect(await trails()).toEqual({ a: '2,3,4', b: '1' });
  });

  it('does not hold for a newer version that cannot take it either', async () => {
    await begun(projectionOf(2));
    await parked().discard({}, 'cannot be read');
    await expect(rebuild({ projection: projectionOf(2) }).run(never)).resolves.toBe(true);
    expect(await listed()).toEqual([
      [3n, 'parked'],
      [4n, 'parked'],
    ]);
  });

  it('waits for a swap, and then means the new rows', async () => {
    let discarding: Promise<number> | undefined;
    const afterSwap = async (): Promise<void> => {
      discarding = parked().discard({}, 'never happened');
      expect(await untilBlocked(owner, discarding)).toBe(true);
    };
    await expect(rebuild({ afterSwap }).run(never)).resolves.toBe(true);
    await expect(discarding).resolves.toBe(2);
    expect(await listed()).toEqual([
      [3n, 'discarded'],
      [4n, 'discarded'],
    ]);
  });

  it('is waited for by a swap', async () => {
    const client = await pool.connect();
    await client.query(`begin; select from fieldcase.checkpoints where subscription = 'counting' for update;
      update fieldcase.parked set status = 'discarded', reason = 'r' where subscription = 'counting'`);
    const swapping = rebuild().run(never);
    expect(await untilBlocked(owner, swapping)).toBe(true);
    await client.query('commit');
    client.release();
    await swapping;
    expect(await listed()).toEqual([
      [3n, 'discarded'],
      [4n, 'discarded'],
    ]);
  });
});

describe('the swap', () => {
  it.each([
    ['the live runner', 'read_models'],
    ['a rebuild that has lost its lease', 'read_models_next'],
  ] as const)('holds %s back', async (_, schema) => {
    const stop = new AbortController();
    let other: Promise<unknown> | undefined;
    const held = inSwap(async () => {
      if (other) return;
      await store.append({ writes: [counted('b', 1)] });
      other = run({ schema }).advance(stop.signal);
      expect(await untilBlocked(owner, other)).toBe(true);
    });
    await expect(rebuild({ source: held }).run(never)).resolves.toBe(true);
    stop.abort();
    await other;
    await run().catchUp();
    expect(await trails()).toEqual({ a: '2', b: '1,5' });
  });
});
