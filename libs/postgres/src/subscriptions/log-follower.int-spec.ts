import type { Pool } from 'pg';
import {
  InMemoryEventStore,
  InMemoryLogSource,
  shardOf,
  type LogSource,
  type Projection,
  type RecordedEvent,
  type SqlClient,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { ParkedEvents } from '../parking/parked-events';
import { createPool } from '../pool/pool';
import { ProjectionRunner, type ProjectionRunnerOptions } from '../projections/projection-runner';
import { OtherVersion } from './checkpoints';

let database: TestDatabase;
let pool: Pool;
let store: InMemoryEventStore;
let source: LogSource;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
beforeEach(async () => {
  await pool.query(
    `drop table if exists read_models.counted, read_models.named; delete from fieldcase.parked;
     delete from fieldcase.checkpoints; delete from fieldcase.subscriptions`,
  );
  store = new InMemoryEventStore();
  source = new InMemoryLogSource(store);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const append = async (...writes: StreamWrite[]): Promise<void> => {
  for (const write of writes) await store.append({ writes: [write] });
};
const runner = (options: Partial<ProjectionRunnerOptions> = {}) =>
  new ProjectionRunner({ pool, source, projection: new CountingProjection(), retryDelayMs: 1, ...options });
const trails = async (): Promise<Record<string, string>> => {
  const { rows } = await pool.query<{ root: string; trail: string }>(
    'select root, trail from read_models.counted order by root',
  );
  return Object.fromEntries(rows.map(({ root, trail }) => [root, trail]));
};

it('prepares the statements of its batches, those of a rebuild not', async () => {
  const one = createPool({ url: database.url, max: 1 });
  const prepared = async (): Promise<string[]> => {
    const { rows } = await one.query<{ statement: string }>('select statement from pg_prepared_statements');
    return rows.map(({ statement }) => statement.trim().split(/\s+/, 2).join(' ')).sort();
  };
  await append(counted('a', 1), counted('b', 1));
  await runner({ pool: one, schema: 'read_models_next', batchSize: 1 }).catchUp();
  expect(await prepared()).toEqual([]);
  await runner({ pool: one, batchSize: 1 }).catchUp();
  expect(await prepared()).toEqual(['insert into', 'select distinct', 'with held']);
  expect(await trails()).toEqual({ a: '1', b: '2' });
  await one.query('drop table read_models_next.counted');
  await one.end();
});

it('need not read what is known and none of its business; all else it has to see', async () => {
  const reading = jest.spyOn(source, 'read');
  class Erasing extends CountingProjection {
    async erase(): Promise<void> {
      // Nothing is personal here.
    }
  }
  const knownTypes = ['Counted', 'Poisonous', 'Seen', 'SubjectErased'];
  await runner({ knownTypes }).catchUp();
  await runner({ knownTypes, projection: new Erasing() }).catchUp();
  await runner({}).catchUp();
  expect(reading.mock.calls.map(([{ except }]) => except)).toEqual([['Seen', 'SubjectErased'], ['Seen'], []]);
});

it('counts a batch by how much of the log it is, whatever the source left out of it', async () => {
  await append(counted('a', 1), counted('a', 1, 'Other'), counted('a', 1, 'Other'), counted('b', 1));
  const read = source.read.bind(source);
  source.read = async (options) => {
    const { events, ...batch } = await read(options);
    const kept = events.filter(({ type }) => type !== 'Other');
    return { ...batch, events: kept, looked: events.length };
  };
  const following = runner();
  await following.prepare();
  expect(await following.advance(never)).toMatchObject({ position: 4n, events: 4, wanted: 2 });
});

it('parks nothing of a type that is none of its business, though it be of a newer version and was not left out', async () => {
  const newer = counted('r', 1, 'Other');
  await append({ ...newer, events: newer.events.map((event) => ({ ...event, schemaVersion: 2 })) }, counted('r', 5));
  const isKnown = ({ schemaVersion }: RecordedEvent): boolean => schemaVersion === 1;
  await runner({ knownTypes: ['Counted', 'Poisonous', 'Other'], isKnown }).catchUp();
  expect(await trails()).toEqual({ r: '2' });
});

it('plans what it keeps by indexes, though the table be small as yet', async () => {
  const one = createPool({ url: database.url, max: 1 });
  const planned: string[] = [];
  class Planned extends CountingProjection {
    override async apply(client: SqlClient, events: readonly RecordedEvent[]): Promise<void> {
      const { rows } = await client.query<{ enable_seqscan: string }>('show enable_seqscan');
      planned.push(rows[0]?.enable_seqscan ?? '');
      await super.apply(client, events);
    }
  }
  await append(counted('a', 1));
  await runner({ pool: one, projection: new Planned() }).catchUp();
  expect(planned).toEqual(['off']);
  expect((await one.query('show enable_seqscan')).rows).toEqual([{ enable_seqscan: 'on' }]);
  await one.end();
});

describe('the checkpoint', () => {
  it('is one per shard: what a shard that is ahead has seen is not applied again for one that is behind', async () => {
    const [ahead, behind] = ['a', 'b'];
    expect(shardOf(`count:${ahead}`)).not.toBe(shardOf(`count:${behind}`));
    await append(counted(ahead, 1), counted(behind, 1), counted(ahead, 1), counted(behind, 1));
    await runner().catchUp();
    // As a source that delivers each shard by itself leaves it.
    await pool.query('update fieldcase.checkpoints set position = 1 where shard = $1', [shardOf(`count:${behind}`)]);
    await pool.query('delete from read_models.counted where root = $1', [behind]);
    await append(counted(ahead, 1), counted(behind, 1));
    await runner({ batchSize: 1 }).catchUp();
    expect(await trails()).toEqual({ a: '1,3,5', b: '2,4,6' });
  });

  it('of another version is not moved by a runner that knows its positions', async () => {
    await append(counted('a', 1));
    const old = runner();
    await old.catchUp();
    await pool.query('update fieldcase.checkpoints set version = 2');
    await append(counted('a', 1));
    await expect(old.advance(never)).rejects.toThrow(OtherVersion);
    expect(await trails()).toEqual({ a: '1' });
    const { rows } = await pool.query('select distinct position::int as at, version from fieldcase.checkpoints');
    expect(rows).toEqual([{ at: 1, version: 2 }]);
  });

  it('whose rows are gone is waited for with pauses, and the problem told', async () => {
    await append(counted('a', 1));
    const problems: unknown[] = [];
    let put: Promise<unknown> = Promise.resolve();
    const report: ProjectionRunnerOptions['report'] = (_, message, fields) => {
      problems.push([message, fields?.['problem']]);
      if (problems.length > 1) return;
      put = pool.query(
        `insert into fieldcase.checkpoints select 'counting', shard, 0, 1 from generate_series(0, 15) shard`,
      );
    };
    const following = runner({ report });
    await following.prepare();
    await pool.query('delete from fieldcase.checkpoints');
    await following.advance(never);
    await put;
    expect(problems[0]).toEqual([
      'subscription fails, trying again',
      expect.stringContaining('the checkpoint of counting has 0 rows instead of 16'),
    ]);
    expect(await trails()).toEqual({ a: '1' });
  });
});

/** Keeps the last name that was told of each root, until it is erased. */
class Naming implements Projection {
  readonly name = 'naming';
  readonly version = 1;
  readonly tables = ['named'];
  readonly calls: string[] = [];
  failing = false;

  constructor(readonly eventTypes: readonly string[] = ['Counted']) {}

  async createTables(client: SqlClient): Promise<void> {
    await client.query('create table named (root text primary key, name text, seen integer not null)');
  }

  async apply(client: SqlClient, events: Parameters<Projection['apply']>[1]): Promise<void> {
    this.calls.push(`apply ${events.map(({ position }) => position).join()}`);
    for (const { streamId, position } of events) {
      await client.query(
        `insert into named values ($1, 'n' || $2, $2::integer)
         on conflict (root) do update set name = excluded.name, seen = excluded.seen`,
        [streamId.slice('count:'.length), String(position)],
      );
    }
  }

  async erase(client: SqlClient, subjectId: string): Promise<void> {
    this.calls.push(`erase ${subjectId}`);
    if (this.failing) throw new Error('cannot erase');
    await client.query('update named set name = null where root = $1', [subjectId]);
  }
}

describe('SubjectErased', () => {
  const erased = (root: string): StreamWrite => {
    const write = counted(root, 0, 'SubjectErased');
    return { ...write, events: write.events.map((event) => ({ ...event, data: { subjectId: root } })) };
  };
  const names = async () =>
    Object.fromEntries(
      (await pool.query('select root, name, seen from read_models.named order by root')).rows.map((row) => [
        row.root,
        [row.name, row.seen],
      ]),
    );

  it('has the personal columns nulled where it passes, in the order of its root', async () => {
    await append(counted('a', 1), counted('b', 1), erased('a'), counted('b', 1), erased('b'), counted('a', 1));
    const projection = new Naming();
    await runner({ projection }).catchUp();
    expect(await names()).toEqual({ a: ['n6', 6], b: [null, 4] });
    // Few calls, however many roots there are: rows of different roots do not touch.
    expect(projection.calls).toEqual(['apply 1,2,4', 'erase a', 'erase b', 'apply 6']);
    await append(erased('a'));
    await runner({ projection }).catchUp();
    expect(await names()).toEqual({ a: [null, 6], b: [null, 4] });
  });

  it('is applied as well where the projection wants it, and passes by one that keeps nothing personal', async () => {
    await append(counted('a', 1), erased('a'));
    await runner({ projection: new Naming(['Counted', 'SubjectErased']) }).catchUp();
    expect(await names()).toEqual({ a: [null, 2] });
    await runner().catchUp();
    expect(await trails()).toEqual({ a: '1' });
  });

  it('is known to every release; what came of later versions is not guessed', async () => {
    const isKnown = ({ type }: { type: string }) => type === 'Counted';
    await append(counted('a', 1), erased('a'), counted('b', 1));
    const projection = new Naming();
    await runner({ projection, isKnown }).catchUp();
    await runner({ isKnown }).catchUp();
    expect(await names()).toEqual({ a: [null, 1], b: ['n3', 3] });
    const later = erased('b');
    await append({ ...later, events: later.events.map((event) => ({ ...event, schemaVersion: 2 })) });
    await runner({ projection, isKnown }).catchUp();
    const parked = new ParkedEvents({ pool, source, projections: [projection], isKnown });
    await expect(parked.retry()).resolves.toEqual({ applied: 0, stillParked: 1 });
    expect(await names()).toEqual({ a: [null, 1], b: ['n3', 3] });
  });

  it('parks its root where erasing fails, and erases on a retry', async () => {
    await append(counted('a', 1), erased('a'), counted('b', 1));
    const projection = new Naming();
    projection.failing = true;
    await runner({ projection }).catchUp();
    expect(await names()).toEqual({ a: ['n1', 1], b: ['n3', 3] });
    projection.failing = false;
    const parked = new ParkedEvents({ pool, source, projections: [projection] });
    await expect(parked.retry()).resolves.toEqual({ applied: 1, stillParked: 0 });
    expect(await names()).toEqual({ a: [null, 1], b: ['n3', 3] });
  });
});
