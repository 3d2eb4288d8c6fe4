import type { Pool } from 'pg';
import {
  InMemoryEventStore,
  InMemoryLogSource,
  rootOf,
  type LogSource,
  type Projection,
  type RecordedEvent,
  type SqlClient,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import { counted } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { ProjectionRunner } from '../projections/projection-runner';
import { Rebuild } from '../projections/rebuild';
import { ParkedEvents } from './parked-events';

let database: TestDatabase;
let pool: Pool;
let store: InMemoryEventStore;
let source: LogSource;
let projection: Naming;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
beforeEach(async () => {
  await pool.query(
    `drop table if exists read_models.named, read_models_next.named; delete from fieldcase.parked;
     delete from fieldcase.checkpoints; delete from fieldcase.subscriptions; delete from fieldcase.rebuilds`,
  );
  store = new InMemoryEventStore();
  source = new InMemoryLogSource(store);
  projection = new Naming();
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Keeps the last name that was told of each root: the hard case, as the event itself holds it. */
class Naming implements Projection {
  readonly name = 'naming';
  readonly eventTypes: readonly string[] = ['Counted', 'Poisonous'];
  readonly tables = ['named'];
  /** Positions that cannot be applied. */
  failing: readonly bigint[] = [];
  erases = true;

  constructor(readonly version = 1) {}

  async createTables(client: SqlClient): Promise<void> {
    await client.query('create table named (root text primary key, name text)');
  }

  async apply(client: SqlClient, events: readonly RecordedEvent[]): Promise<void> {
    for (const { streamId, position } of events) {
      if (this.failing.includes(position)) throw new Error('cannot apply');
      await client.query(
        `insert into named values ($1, 'n' || $2) on conflict (root) do update set name = excluded.name`,
        [rootOf(streamId), String(position)],
      );
    }
  }

  async erase(client: SqlClient, subjectId: string): Promise<void> {
    if (!this.erases) throw new Error('cannot erase');
    await client.query('update named set name = null where root = $1', [subjectId]);
  }
}

const erased = (root: string): StreamWrite => {
  const write = counted(root, 0, 'SubjectErased', 'subject');
  return { ...write, events: write.events.map((event) => ({ ...event, data: { subjectId: root } })) };
};
const append = async (...writes: StreamWrite[]): Promise<void> => {
  for (const write of writes) await store.append({ writes: [write] });
};
const follow = (batchSize = 100) =>
  new ProjectionRunner({ pool, source, projection, batchSize, retryDelayMs: 1 }).catchUp();
const parked = (projections: readonly Projection[] = [projection]) => new ParkedEvents({ pool, source, projections });
const waiting = async () => (await parked().list()).map(({ position, error }) => [position, error !== null]);
const named = async (): Promise<Record<string, string | null>> => {
  const { rows } = await pool.query<{ root: string; name: string | null }>('select root, name from read_models.named');
  return Object.fromEntries(rows.map(({ root, name }) => [root, name]));
};
const says = (root: string) => counted(root, 1);

describe('an erasure behind a parked event', () => {
  it.each([
    ['of the same batch', 100],
    ['of an earlier batch', 1],
  ])('%s is carried out at once, as in a rebuild', async (_, batchSize) => {
    projection.failing = [2n];
    await append(says('a'), says('a'), erased('a'), says('b'));
    await follow(batchSize);
    expect(await named()).toEqual({ a: null, b: 'n4' });
    expect(await waiting()).toEqual([
      [2n, true],
      [3n, false],
    ]);
    await new Rebuild({ pool, source, projection, owner: 'spec' }).run(never);
    expect(await named()).toEqual({ a: null, b: 'n4' });
  });

  it('is carried out behind an event that this release does not know', async () => {
    const isKnown = ({ position }: RecordedEvent): boolean => position !== 2n;
    await append(says('a'), says('a'), erased('a'));
    await new ProjectionRunner({ pool, source, projection, isKnown, retryDelayMs: 1 }).catchUp();
    expect(await named()).toEqual({ a: null });
  });

  it('keeps its place for a retry: older events bring nothing back, later ones stay', async () => {
    projection.failing = [2n];
    await append(says('a'), says('a'), erased('a'));
    await follow();
    projection.failing = [];
    await expect(parked().retry()).resolves.toEqual({ applied: 2, stillParked: 0 });
    expect(await named()).toEqual({ a: null });

    projection.failing = [4n];
    await append(says('a'), erased('a'), says('a'));
    await follow();
    projection.failing = [];
    await expect(parked().retry()).resolves.toEqual({ applied: 3, stillParked: 0 });
    expect(await named()).toEqual({ a: 'n6' });
  });

  it('holds where a retry comes only as far as an event before it', async () => {
    projection.failing = [2n, 3n];
    await append(says('a'), says('a'), says('a'), erased('a'));
    await follow();
    projection.failing = [3n];
    await expect(parked().retry()).resolves.toEqual({ applied: 1, stillParked: 2 });
    expect(await named()).toEqual({ a: null });
    projection.failing = [];
    await parked().retry();
    expect(await named()).toEqual({ a: null });
  });

  it('that fails says so, holds nothing else up, and is made good by a retry of what is before it', async () => {
    projection.failing = [2n];
    projection.erases = false;
    await append(says('a'), says('a'), erased('a'), says('b'));
    await follow();
    expect(await named()).toEqual({ a: 'n1', b: 'n4' });
    expect(await waiting()).toEqual([
      [2n, true],
      [3n, true],
    ]);
    projection.erases = true;
    await expect(parked().retry()).resolves.toEqual({ applied: 0, stillParked: 2 });
    expect(await named()).toEqual({ a: null, b: 'n4' });
    expect(await waiting()).toEqual([
      [2n, true],
      [3n, false],
    ]);
  });
});

describe('discarding', () => {
  beforeEach(async () => {
    projection.failing = [2n, 3n];
    await append(says('a'), says('a'), says('a'), erased('a'), says('b'));
    projection.erases = false;
    await follow();
    projection.erases = true;
  });

  it('carries an erasure out that waits for nothing more', async () => {
    expect(await named()).toEqual({ a: 'n1', b: 'n5' });
    await expect(parked().discard({ streamId: 'count:a' }, 'never happened')).resolves.toBe(2);
    expect(await named()).toEqual({ a: null, b: 'n5' });
    expect(await waiting()).toEqual([]);
  });

  it('leaves an erasure in its place while something before it is parked', async () => {
    await expect(parked().discard({ position: 4n }, 'never happened')).resolves.toBe(0);
    await expect(parked().discard({ position: 2n }, 'never happened')).resolves.toBe(1);
    expect((await waiting()).map(([position]) => position)).toEqual([3n, 4n]);
    projection.failing = [];
    await parked().retry();
    expect(await named()).toEqual({ a: null, b: 'n5' });
  });

  it.each([
    ['cannot be carried out', () => parked()],
    ['belongs to rows of another version', () => parked([new Naming(2)])],
    ['belongs to a projection that this release does not have', () => parked([])],
  ])('keeps an erasure parked that %s', async (what, of) => {
    projection.erases = what !== 'cannot be carried out';
    await expect(of().discard({}, 'never happened')).resolves.toBe(2);
    expect(await waiting()).toEqual([[4n, true]]);
    projection.erases = true;
    await expect(parked().retry()).resolves.toEqual({ applied: 1, stillParked: 0 });
    expect(await named()).toEqual({ a: null, b: 'n5' });
  });
});
