import { Client, type Pool } from 'pg';
import {
  InMemoryEventStore,
  InMemoryLogSource,
  type LogSource,
  type RecordedEvent,
  type SqlClient,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import { untilBlocked } from '../../../../test/support/blocked';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { OtherVersion } from '../subscriptions/checkpoints';
import { ProjectionRunner } from '../projections/projection-runner';
import { ParkedEvents } from './parked-events';

let database: TestDatabase;
let pool: Pool;
let owner: Client;
let store: InMemoryEventStore;
let source: LogSource;
let projection: CountingProjection;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, lockTimeoutMs: 20_000, statementTimeoutMs: 20_000 });
  owner = new Client({ connectionString: database.url });
  await owner.connect();
});
beforeEach(async () => {
  await pool.query(
    `drop table if exists read_models.counted; delete from fieldcase.parked; delete from fieldcase.checkpoints;
     delete from fieldcase.subscriptions`,
  );
  store = new InMemoryEventStore();
  source = new InMemoryLogSource(store);
  projection = new CountingProjection();
});
afterAll(async () => {
  await owner.end();
  await pool.end();
  await database.drop();
});

type IsKnown = (event: RecordedEvent) => boolean;
const append = async (...writes: StreamWrite[]): Promise<void> => {
  for (const write of writes) await store.append({ writes: [write] });
};
const follow = (isKnown: IsKnown = () => true) =>
  new ProjectionRunner({ pool, source, projection, isKnown, retryDelayMs: 1 }).catchUp();
const parked = (isKnown: IsKnown = () => true) =>
  new ParkedEvents({ pool, source, projections: [projection], isKnown });
const positions = async () => (await parked().list()).map(({ position }) => position);
const totals = async (): Promise<Record<string, number>> => {
  const { rows } = await pool.query<{ root: string; total: number }>(
    'select root, total::int from read_models.counted order by root',
  );
  return Object.fromEntries(rows.map(({ root, total }) => [root, total]));
};
const poison = (root: string) => counted(root, 0, 'Poisonous');

/** Writes all rows of a batch before it looks at what it cannot take. */
class Careless extends CountingProjection {
  override async apply(client: SqlClient, events: readonly RecordedEvent[]): Promise<void> {
    const healthy = new CountingProjection();
    healthy.heal = true;
    await healthy.apply(client, events);
    if (events.some(({ type }) => type === 'Poisonous')) throw new Error('too late');
  }
}

describe('parking', () => {
  it('takes back what a handler wrote before it failed', async () => {
    projection = new Careless();
    await append(counted('a', 1), poison('b'), counted('a', 2), counted('b', 4), counted('c', 8));
    await follow();
    expect(await totals()).toEqual({ a: 3, c: 8 });
    expect(await positions()).toEqual([2n, 4n]);
    await expect(parked().retry()).resolves.toEqual({ applied: 0, stillParked: 2 });
    expect(await totals()).toEqual({ a: 3, c: 8 });
  });
});

describe('looking for the event to blame', () => {
  it('blames none for a database that is away meanwhile', async () => {
    await append(counted('a', 1));
    const apply = projection.apply.bind(projection);
    const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    const failures = [new Error('once'), new Error('twice'), away, away];
    projection.apply = async (client, events) => {
      const failure = failures.shift();
      if (failure) throw failure;
      await apply(client, events);
    };
    await follow();
    expect([await positions(), await totals()]).toEqual([[], { a: 1 }]);
  });
});

describe('ParkedEvents', () => {
  it('finds what shares the root, by streams that have nothing parked themselves', async () => {
    await append(poison('a'), counted('a', 1), poison('b'));
    await follow();
    expect(await parked().list({ streamId: 'other:a' })).toHaveLength(2);
    expect(await parked().list({ streamId: 'other:c' })).toEqual([]);
    projection.heal = true;
    await expect(parked().retry({ streamId: 'other:a' })).resolves.toEqual({ applied: 2, stillParked: 0 });
    await expect(parked().discard({ streamId: 'other:b' }, 'twice')).resolves.toBe(1);
  });

  it('means one projection where one is named', async () => {
    await append(poison('a'));
    await follow();
    await pool.query(`insert into fieldcase.parked (subscription, version, position, root, stream_id, type)
      select 'other', version, position, root, stream_id, type from fieldcase.parked`);
    const of = { projection: projection.name };
    expect((await parked().list(of)).map((event) => event.projection)).toEqual([projection.name]);
    expect(await parked().list()).toHaveLength(2);
    await expect(parked().retry(of)).resolves.toEqual({ applied: 0, stillParked: 1 });
    await expect(parked().discard(of, 'never happened')).resolves.toBe(1);
    expect((await parked().list()).map((event) => event.projection)).toEqual(['other']);
  });

  it('retries of one event all that is parked of its root, and no other root', async () => {
    await append(poison('a'), counted('a', 1), poison('b'));
    await follow();
    projection.heal = true;
    await expect(parked().retry({ position: 2n })).resolves.toEqual({ applied: 2, stillParked: 0 });
    expect(await positions()).toEqual([3n]);
  });

  it('applies no event that this code does not know, and nothing behind it', async () => {
    const isKnown: IsKnown = ({ position }) => position !== 3n;
    projection.heal = true;
    await append(poison('a'), counted('a', 1), counted('a', 2), counted('a', 4));
    await follow(() => false);
    expect(await positions()).toEqual([1n, 2n, 3n, 4n]);
    await expect(parked(isKnown).retry()).resolves.toEqual({ applied: 2, stillParked: 2 });
    expect(await totals()).toEqual({ a: 1 });
    expect(await parked().list()).toMatchObject([
      { position: 3n, error: 'this release does not know Counted of schema version 1', attempts: 1 },
      { position: 4n, error: null },
    ]);
    await expect(parked(isKnown).retry()).resolves.toEqual({ applied: 0, stillParked: 2 });
    await expect(parked().retry()).resolves.toEqual({ applied: 2, stillParked: 0 });
    expect(await totals()).toEqual({ a: 7 });
  });

  it('passes over what it knows by now and has no use for', async () => {
    await append(counted('a', 1, 'Escalated'), counted('a', 2));
    await follow(({ type }) => type !== 'Escalated');
    await expect(parked().retry()).resolves.toEqual({ applied: 2, stillParked: 0 });
    expect(await totals()).toEqual({ a: 2 });
  });

  it('applies nothing to rows of another version', async () => {
    await append(poison('a'));
    await follow();
    const newer = new CountingProjection(projection.name, 2);
    newer.heal = true;
    const retry = new ParkedEvents({ pool, source, projections: [newer] }).retry();
    await expect(retry).rejects.toThrow(OtherVersion);
    expect([await positions(), await totals()]).toEqual([[1n], {}]);
  });

  it('says whose events it cannot retry', async () => {
    await append(poison('a'));
    await follow();
    const ofOthers = new ParkedEvents({ pool, source, projections: [] });
    await expect(ofOthers.retry()).resolves.toEqual({ applied: 0, stillParked: 1, leftAlone: ['counting'] });
    await ofOthers.discard({}, 'no longer kept');
    await expect(ofOthers.retry()).resolves.toEqual({ applied: 0, stillParked: 0 });
  });

  it('holds the live runner back during a retry, so that a new event of the root is not parked behind it', async () => {
    await append(poison('a'), counted('a', 1));
    await follow();
    const healed = new CountingProjection();
    healed.heal = true;
    let live: Promise<unknown> = Promise.resolve();
    const retrying = new CountingProjection();
    retrying.apply = async (client, events) => {
      await healed.apply(client, events);
      await append(counted('a', 2));
      live = follow();
      expect(await untilBlocked(owner, live)).toBe(true);
    };
    const retry = new ParkedEvents({ pool, source, projections: [retrying] }).retry();
    await expect(retry).resolves.toEqual({ applied: 2, stillParked: 0 });
    await live;
    expect(await positions()).toEqual([]);
    expect(await totals()).toEqual({ a: 3 });
  });
});
