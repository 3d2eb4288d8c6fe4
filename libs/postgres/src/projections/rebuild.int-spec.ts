import type { Pool } from 'pg';
import { InMemoryEventStore, InMemoryLogSource, type LogSource, type SqlClient } from '@fieldcase/eventsourcing';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { ParkedEvents } from '../parking/parked-events';
import { createPool } from '../pool/pool';
import { ProjectionRunner } from './projection-runner';
import { Rebuild, RebuildOfOtherVersion, type RebuildOptions, type RebuildProgress } from './rebuild';

let database: TestDatabase;
let pool: Pool;
let store: InMemoryEventStore;
let source: LogSource;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, lockTimeoutMs: 5_000 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => {
  store = new InMemoryEventStore();
  source = new InMemoryLogSource(store);
});

let made = 0;
const fresh = (name = `rebuilt-${++made}`, version = 1) =>
  new CountingProjection(name, version, name.replace('-', '_'));
const append = async (count: number, roots = 40): Promise<void> => {
  for (let i = 0; i < count; i++) await store.append({ writes: [counted(`r${i % roots}`, i)] });
};
const run = (projection: CountingProjection) => new ProjectionRunner({ pool, source, projection, retryDelayMs: 1 });
const rebuild = (projection: CountingProjection, options: Partial<RebuildOptions> = {}) =>
  new Rebuild({ pool, source, projection, owner: 'spec', batchSize: 20, ...options });
const rowsOf = async (projection: CountingProjection, schema = 'read_models') =>
  (await pool.query(`select * from ${schema}.${projection.tables[0]} order by root`)).rows;

describe('Rebuild', () => {
  it('equals live row for row while events arrive and the live runner goes on', async () => {
    const projection = fresh();
    await append(200);
    const stop = new AbortController();
    const live = run(projection).run(stop.signal);
    const writing = append(300);
    await expect(rebuild(projection).run(never)).resolves.toBe(true);
    await writing;
    await append(50);
    stop.abort();
    await live;
    await run(projection).catchUp();

    const reference = fresh();
    await run(reference).catchUp();
    expect(await rowsOf(projection)).toEqual(await rowsOf(reference));
    expect(await rowsOf(projection)).toHaveLength(40);
  });

  it('goes on after being killed three times on the way, in the swap too', async () => {
    const live = fresh();
    await append(300);
    await run(live).catchUp();
    let [applied, swaps] = [0, 0];
    const killedAt = [2, 3, 4];
    const attempt = async (): Promise<boolean> => {
      const projection = fresh(live.name);
      const apply = projection.apply.bind(projection);
      const kill = killedAt.shift();
      let batches = 0;
      projection.apply = async (client, events) => {
        await apply(client, events);
        applied += events.length;
        if (++batches === kill) throw new Killed();
      };
      const afterSwap = (): Promise<void> => (swaps++ === 0 ? Promise.reject(new Killed()) : Promise.resolve());
      return rebuild(projection, { afterSwap, report: dies }).run(never);
    };
    const before = await rowsOf(live);
    let kills = 0;
    for (;;) {
      try {
        if (await attempt()) break;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        kills++;
        expect(await rowsOf(live)).toEqual(before);
      }
    }
    expect(kills).toBe(4);
    // It went on where it was: what was committed is not applied again.
    expect(applied).toBeLessThan(600);
    expect(await rowsOf(live)).toEqual(before);
  });

  it('makes indexes when all rows are there, though it is killed on the way, and live tables have them at once', async () => {
    const projection = fresh();
    await append(300);
    const rowsThen: number[] = [];
    const indexing = (kill: boolean): CountingProjection => {
      const next = fresh(projection.name);
      const createIndexes = next.createIndexes.bind(next);
      next.createIndexes = async (client) => {
        await createIndexes(client);
        rowsThen.push((await client.query(`select from ${next.tables[0]}`)).rowCount);
        if (kill) throw new Killed();
      };
      return next;
    };
    await expect(rebuild(indexing(true)).run(never)).rejects.toThrow(Killed);
    const dies = { afterSwap: () => Promise.reject(new Killed()) };
    await expect(rebuild(indexing(false), dies).run(never)).rejects.toThrow(Killed);
    await rebuild(indexing(false)).run(never);
    expect(rowsThen).toEqual([40, 40]);
    await run(fresh()).catchUp();
    const { rows } = await pool.query(
      'select count(*)::int as indexes from pg_indexes where tablename = any($1) group by tablename',
      [[...projection.tables, `rebuilt_${made}`]],
    );
    expect(rows).toEqual([{ indexes: 2 }, { indexes: 2 }]);
  });

  it('brings a newer version in beside the running old one, which then writes nothing more', async () => {
    const old = fresh();
    await append(30);
    await run(old).catchUp();
    const next = fresh(old.name, 2);
    next.createTables = async (client: SqlClient) => {
      await client.query(`create table ${old.tables[0]} (root text primary key, events integer, total bigint, trail text,
        added text not null default 'new')`);
    };
    await expect(rebuild(next).run(never)).resolves.toBe(true);
    await append(1);
    await expect(run(old).catchUp()).rejects.toThrow('this code is only version 1');
    await run(next).catchUp();
    const rows = await rowsOf(next);
    expect(rows[0]).toMatchObject({ added: 'new' });
    expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(31);
  });

  it('refuses to go on with other code, unless it starts anew', async () => {
    const projection = fresh();
    await append(100);
    const stop = new AbortController();
    await expect(rebuild(projection, { onProgress: () => stop.abort() }).run(stop.signal)).resolves.toBe(false);
    const other = fresh(projection.name, 2);
    await expect(rebuild(other).run(never)).rejects.toThrow(RebuildOfOtherVersion);
    await expect(rebuild(other).run(never, true)).resolves.toBe(true);
    expect(await rowsOf(projection)).toHaveLength(40);
  });

  it('keeps grants of the live tables, and waits for a reader that holds them', async () => {
    const projection = fresh();
    await append(10);
    await run(projection).catchUp();
    const table = `read_models.${projection.tables[0]}`;
    await pool.query(`grant select on ${table} to public`);
    const reader = await pool.connect();
    await reader.query(`begin; select * from ${table}`);
    const waits: string[] = [];
    const report = (_: string, message: string): void => {
      waits.push(message);
      if (message === 'swap has to wait') void reader.query('commit');
    };
    await expect(rebuild(projection, { lockTimeoutMs: 20, report }).run(never)).resolves.toBe(true);
    reader.release();
    expect(waits).toEqual(['swap has to wait', 'rebuilt']);
    const { rows } = await pool.query(`select has_table_privilege('pg_monitor', $1, 'select') as kept`, [table]);
    expect(rows).toEqual([{ kept: true }]);
  });

  it('parks a poison event as live does, and leaves out what was discarded', async () => {
    const projection = fresh();
    await append(30, 3);
    await store.append({ writes: [counted('r1', 0, 'Poisonous')] });
    await append(3, 3);
    await run(projection).catchUp();
    const parked = new ParkedEvents({ pool, source, projections: [projection] });
    const before = await rowsOf(projection);
    await rebuild(projection).run(never);
    expect(await rowsOf(projection)).toEqual(before);
    expect(await parked.list({ projection: projection.name })).toHaveLength(2);
    await parked.discard({ position: 31n }, 'never happened');
    await parked.retry();
    const after = await rowsOf(projection);
    await rebuild(projection).run(never);
    expect(await rowsOf(projection)).toEqual(after);
    expect(await parked.list({ projection: projection.name })).toEqual([]);
  });

  it('tells rate and time left', async () => {
    const projection = fresh();
    await append(100);
    const seen: RebuildProgress[] = [];
    await rebuild(projection, { onProgress: (progress) => seen.push(progress) }).run(never);
    expect(seen[0]).toMatchObject({ projection: projection.name, version: 1, position: 20n, target: 100n });
    expect(seen[0]?.eventsPerSecond).toBeGreaterThan(0);
    expect(seen[0]?.etaMs).toBeGreaterThanOrEqual(0);
    expect(seen.at(-1)).toMatchObject({ position: 100n, etaMs: 0 });
  });
});

/** A process that is killed runs no retry: the report that announces one ends it as well. */
class Killed extends Error {}
function dies(_: string, message: string, fields?: Readonly<Record<string, unknown>>): void {
  if (message.includes('trying again') && String(fields?.['problem']).startsWith('Error')) throw new Killed();
}
