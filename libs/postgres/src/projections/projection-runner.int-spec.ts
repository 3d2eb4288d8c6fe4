import type { Pool } from 'pg';
import { InMemoryEventStore, InMemoryLogSource, type LogSource, type StreamWrite } from '@fieldcase/eventsourcing';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { ParkedEvents } from '../parking/parked-events';
import { createPool } from '../pool/pool';
import { OtherVersion } from '../subscriptions/checkpoints';
import { ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner';
import { ReadModelStatus } from './read-model-status';

let database: TestDatabase;
let pool: Pool;
let store: InMemoryEventStore;
let source: LogSource;
let projection: CountingProjection;
let name = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
beforeEach(async () => {
  await pool.query('drop table if exists read_models.counted');
  store = new InMemoryEventStore();
  source = new InMemoryLogSource(store);
  projection = new CountingProjection(`counting-${++name}`);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const append = (...writes: StreamWrite[]) =>
  writes.reduce(
    (before, write) => before.then(() => store.append({ writes: [write] })).then(() => undefined),
    Promise.resolve(),
  );
const runner = (options: Partial<ProjectionRunnerOptions> = {}) =>
  new ProjectionRunner({ pool, source, projection, retryDelayMs: 1, ...options });
const rows = async () =>
  (await pool.query('select root, events, total::int, trail from read_models.counted order by root')).rows;

describe('ProjectionRunner', () => {
  it('applies every event exactly once, in batches', async () => {
    await append(...Array.from({ length: 25 }, (_, i) => counted(`r${i % 3}`, i)));
    await expect(runner({ batchSize: 4 }).catchUp()).resolves.toBe(25n);
    await append(counted('r0', 100));
    await expect(runner().catchUp()).resolves.toBe(26n);
    expect(await rows()).toEqual([
      { root: 'r0', events: 10, total: 208, trail: '1,4,7,10,13,16,19,22,25,26' },
      { root: 'r1', events: 8, total: 92, trail: '2,5,8,11,14,17,20,23' },
      { root: 'r2', events: 8, total: 100, trail: '3,6,9,12,15,18,21,24' },
    ]);
  });

  it('has one effect when several run at once', async () => {
    await append(...Array.from({ length: 60 }, (_, i) => counted(`r${i % 2}`, 1)));
    await Promise.all([1, 2, 3, 4].map(() => runner({ batchSize: 3 }).catchUp()));
    expect((await rows()).map((row) => row.events)).toEqual([30, 30]);
  });

  it('writes neither row nor checkpoint when its connection dies before the commit', async () => {
    await append(counted('r', 1), counted('r', 2));
    const apply = projection.apply.bind(projection);
    let kills = 2;
    projection.apply = async (client, events) => {
      await apply(client, events);
      if (kills-- > 0) await client.query('select pg_terminate_backend(pg_backend_pid())');
    };
    await runner().catchUp();
    expect(await rows()).toEqual([{ root: 'r', events: 2, total: 3, trail: '1,2' }]);
  });

  it('retries an infrastructure failure for ever and parks nothing', async () => {
    await append(counted('r', 1));
    projection.failure = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    let failures = 0;
    const report = (): void => {
      if (++failures === 3) projection.failure = undefined;
    };
    await runner({ report, attempts: 1 }).catchUp();
    expect(await rows()).toHaveLength(1);
  });

  it('does not count infrastructure failures as attempts', async () => {
    await append(counted('r', 1));
    const outage = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const failures = [outage, outage, new Error('only once')];
    const next = (): void => void (projection.failure = failures.shift());
    next();
    await runner({ report: next, attempts: 3 }).catchUp();
    await expect(
      new ParkedEvents({ pool, source, projections: [] }).list({ projection: projection.name }),
    ).resolves.toEqual([]);
    expect(await rows()).toMatchObject([{ total: 1 }]);
  });

  it('tries a batch as often as it should, however often another owner was first', async () => {
    await append(counted('r', 1));
    const late = runner({ attempts: 2 });
    await late.catchUp();
    await append(counted('r', 2));
    await runner().catchUp();
    await append(counted('r', 4));
    const apply = projection.apply.bind(projection);
    let failures = 2;
    projection.apply = (client, events) =>
      failures-- > 0 ? Promise.reject(new Error('only twice')) : apply(client, events);
    await late.catchUp();
    await expect(
      new ParkedEvents({ pool, source, projections: [] }).list({ projection: projection.name }),
    ).resolves.toEqual([]);
    expect(await rows()).toMatchObject([{ total: 7 }]);
  });

  it('tries fewer events at once after a statement timeout', async () => {
    await append(...Array.from({ length: 8 }, () => counted('r', 1)));
    const sizes: number[] = [];
    const apply = projection.apply.bind(projection);
    projection.apply = async (client, events) => {
      sizes.push(events.length);
      if (events.length > 2) throw Object.assign(new Error('too slow'), { code: '57014' });
      await apply(client, events);
    };
    await runner({ batchSize: 8 }).catchUp();
    expect(sizes.slice(0, 2)).toEqual([8, 2]);
    expect(await rows()).toMatchObject([{ trail: '1,2,3,4,5,6,7,8' }]);
  });

  it('wakes up for new events and stops when told', async () => {
    const stop = new AbortController();
    const moved: bigint[] = [];
    const running = runner({
      onMoved: (_, position) => {
        moved.push(position);
        if (position >= 2n) stop.abort();
        else void append(counted('r', 2));
      },
    }).run(stop.signal);
    await append(counted('r', 1));
    await running;
    expect(moved.at(-1)).toBe(2n);
    expect(await rows()).toHaveLength(1);
  });

  it.each([
    ['lets the log gather after events that were none of its business', 'Other', 0],
    ['looks again at once after events that were', 'Counted', 1],
  ])('%s', async (_, type, looks) => {
    const [stop, waiting] = [new AbortController(), jest.spyOn(source, 'waitForMore')];
    const write = counted('r', 1);
    await append({ ...write, events: write.events.map((event) => ({ ...event, type })) });
    let running: Promise<void> | undefined;
    await new Promise<void>((onMoved) => {
      running = runner({ onMoved: () => onMoved(), unconcernedMs: 3_600_000 }).run(stop.signal);
    });
    await new Promise(setImmediate);
    expect(waiting).toHaveBeenCalledTimes(looks);
    stop.abort();
    await running;
  });

  it('refuses to mix versions', async () => {
    await append(counted('r', 1));
    await runner().catchUp();
    const stop = new AbortController();
    for (const version of [2, 0]) {
      projection = new CountingProjection(projection.name, version);
      await expect(runner().run(stop.signal)).rejects.toThrow(OtherVersion);
    }
    expect(await rows()).toHaveLength(1);
  });
});

describe('a poison event', () => {
  const parked = () => new ParkedEvents({ pool, source, projections: [projection] });
  const list = async () => (await parked().list({ projection: projection.name })).map((p) => [p.position, p.status]);

  beforeEach(async () => {
    const many = Array.from({ length: 300 }, (_, i) => counted(`r${i % 50}`, 1));
    await append(...many, counted('r7', 0, 'Poisonous'), counted('r7', 5), counted('r8', 5));
  });

  it('parks its root for this projection only; everything else goes on', async () => {
    await runner().catchUp();
    const other = new CountingProjection(`${projection.name}-healthy`, 1, 'counted_well');
    other.heal = true;
    await runner({ projection: other }).catchUp();
    const { rows: healthy } = await pool.query(`select events from read_models.counted_well where root = 'r7'`);
    expect(healthy).toEqual([{ events: 8 }]);

    expect(await list()).toEqual([
      [301n, 'parked'],
      [302n, 'parked'],
    ]);
    expect((await rows()).filter((row) => row.root === 'r7' || row.root === 'r8').map((row) => row.total)).toEqual([
      6, 11,
    ]);
    // A later event of the root waits too, whatever its stream.
    await append(counted('r7', 9, 'Counted', 'other'), counted('r9', 1));
    await runner().catchUp();
    expect((await list()).map(([position]) => position)).toEqual([301n, 302n, 304n]);
    expect((await rows()).find((row) => row.root === 'r9')?.total).toBe(7);
  });

  it('keeps nothing of its content in the parked row', async () => {
    await runner().catchUp();
    const { rows: stored } = await pool.query(
      'select p::text as text from fieldcase.parked p where subscription = $1',
      [projection.name],
    );
    expect(stored[0].text).toContain('cannot read');
    expect(JSON.stringify(stored)).not.toContain('13900001111');
  });

  it('is applied in order by a retry once the code is mended', async () => {
    await runner().catchUp();
    const mine = { projection: projection.name };
    await expect(parked().retry(mine)).resolves.toEqual({ applied: 0, stillParked: 2 });
    expect((await parked().list(mine))[0]?.attempts).toBe(4);
    projection.heal = true;
    await expect(parked().retry({ ...mine, streamId: 'count:r7' })).resolves.toEqual({ applied: 2, stillParked: 0 });
    expect((await rows()).find((row) => row.root === 'r7')).toMatchObject({
      total: 11,
      trail: expect.stringMatching(/,301,302$/),
    });
    await append(counted('r7', 1));
    await runner().catchUp();
    expect((await rows()).find((row) => row.root === 'r7')?.total).toBe(12);
  });

  it('is left out for good when discarded with a reason', async () => {
    await runner().catchUp();
    await expect(parked().discard({ projection: projection.name, position: 301n }, ' ')).rejects.toThrow('reason');
    await expect(parked().discard({ projection: projection.name, position: 301n }, 'no such case')).resolves.toBe(1);
    await expect(parked().retry({ projection: projection.name })).resolves.toEqual({ applied: 1, stillParked: 0 });
    expect((await rows()).find((row) => row.root === 'r7')?.total).toBe(11);
    expect(await parked().list({ projection: projection.name }, true)).toMatchObject([
      { status: 'discarded', reason: 'no such case' },
    ]);
  });

  it('of an unknown type or version is parked, not guessed', async () => {
    const isKnown = (event: { type: string; position: bigint }) => event.type === 'Counted' && event.position !== 303n;
    await runner({ isKnown }).catchUp();
    const [first, second, third] = await parked().list({ projection: projection.name });
    expect([first?.error, second?.error, third?.error]).toEqual([
      'this release does not know Poisonous of schema version 1',
      null,
      'this release does not know Counted of schema version 1',
    ]);
  });
});

describe('ReadModelStatus.waitFor', () => {
  it('answers at once for the past, false after the time limit, and true when the worker announces it', async () => {
    await append(counted('r', 1));
    await runner().catchUp();
    const status = new ReadModelStatus(pool, { pollMs: 20 });
    await expect(status.waitFor(projection.name, 1n, 1_000)).resolves.toBe(true);
    await expect(status.waitFor(projection.name, 2n, 5)).resolves.toBe(false);
    const waiting = status.waitFor(projection.name, 2n, 10_000);
    await append(counted('r', 1));
    await runner().catchUp();
    await expect(waiting).resolves.toBe(true);
    await expect(status.position(projection.name)).resolves.toBe(2n);
    await status.close();
  });

  it('does not count a shard that is ahead for all of them', async () => {
    await append(counted('r', 1));
    await runner().catchUp();
    await pool.query('update fieldcase.checkpoints set position = 5 where subscription = $1 and shard = 3', [
      projection.name,
    ]);
    const status = new ReadModelStatus(pool);
    await expect(status.position(projection.name)).resolves.toBe(1n);
    await expect(status.waitFor(projection.name, 2n, 5)).resolves.toBe(false);
    await status.close();
  });
});
