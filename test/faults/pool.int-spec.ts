import { Client, type Pool } from 'pg';
import { StoreUnavailable } from '@fieldcase/eventsourcing';
import { contractKey, contractWrite } from '@fieldcase/eventsourcing/testing';
import { createPool, Lease, PostgresEventStore, RelayCheckpoints } from '@fieldcase/postgres';
import { untilBlocked } from '../support/blocked';
import { createTestDatabase, type TestDatabase } from '../support/database';

const CONNECTIONS = 3;
const REQUESTS = 1_000;

/** B8-B11: nothing that goes wrong on a connection costs the pool one. */
describe('the pool of connections', () => {
  jest.setTimeout(60_000);
  let database: TestDatabase;
  let pool: Pool;
  let side: Client;
  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: CONNECTIONS });
    side = new Client({ connectionString: database.url });
    await side.connect();
  });
  afterEach(async () => {
    await side.end();
    await pool.end();
    await database.drop();
  });

  const append = (store: PostgresEventStore, n: number) =>
    store.append({ writes: [contractWrite(`case:pool-${n}`, 'any', 'Odd')], key: contractKey(`pool-${n}`) });
  const settled = async (): Promise<void> => {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.query('select 1')));
    expect([pool.idleCount, pool.waitingCount]).toEqual([pool.totalCount, 0]);
    expect(pool.totalCount).toBeLessThanOrEqual(CONNECTIONS);
  };

  it('has every connection back after 1,000 transactions that fail at one step or the other', async () => {
    const lease = new Lease(pool, 'relay', 'spec', 60_000);
    await lease.acquire();
    const nothing = await new RelayCheckpoints(pool, lease).load();
    const faults: readonly (() => never | Promise<unknown>)[] = [
      () => Promise.reject(new Error('thrown at the first step')),
      () => {
        throw new Error('thrown without a promise');
      },
    ];
    const attempt = (n: number): Promise<unknown> => {
      const fence = n % 3 === 0 ? faults[n % 2] : undefined;
      const progress = new RelayCheckpoints(pool, { fence: fence ?? ((client) => lease.fence(client)) } as Lease);
      // Every third throws at its first step, every third in the statement, every third is accepted and changes nothing.
      return progress.move(n % 3 === 1 ? nothing.map(() => 7n) : nothing, nothing).catch((error: unknown) => error);
    };
    for (let n = 0; n < REQUESTS; n += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => attempt(n + index)));
    }
    await settled();
  });

  it('says so in two seconds where none is free, and goes on when one is', async () => {
    const store = new PostgresEventStore(pool);
    const held = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
    const refused = await append(store, 1).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreUnavailable);
    expect((refused as StoreUnavailable).outcomeUnknown).toBe(false);
    for (const client of held) client.release();
    expect(await append(store, 1)).toMatchObject({ outcome: 'appended' });
    await settled();
  });

  it('gives no connection out again whose backend was ended', async () => {
    const store = new PostgresEventStore(pool);
    for (let n = 0; n < 50; n += 1) {
      const appends = Array.from({ length: 8 }, (_, index) => append(store, n * 8 + index));
      await side.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      const ends = await Promise.allSettled(appends);
      for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(StoreUnavailable);
      // With their keys again: one effect each, whatever had become of the first try.
      for (const [index, end] of ends.entries()) if (end.status === 'rejected') await append(store, n * 8 + index);
    }
    const { rows } = await side.query('select count(*)::int as events from fieldcase.events');
    expect(rows).toEqual([{ events: 400 }]);
    await settled();
  });

  it('takes a deadlock for a busy server: nothing was written, and the next try is', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await side.query(`alter database ${name} set deadlock_timeout = '50ms'`);
    await side.query(`set deadlock_timeout = '30s'`);
    const store = new PostgresEventStore(pool);
    await append(store, 1);
    await side.query('begin; lock table fieldcase.commands in access exclusive mode');
    const appending = append(store, 2).catch((error: unknown) => error);
    await untilBlocked(side, appending);
    // The append has read the events and waits for the commands; who holds the commands now waits for the events.
    await side.query('lock table fieldcase.events in access exclusive mode');
    const refused = await appending;
    expect(refused).toBeInstanceOf(StoreUnavailable);
    expect(refused).toMatchObject({ outcomeUnknown: false, cause: { code: '40P01' } });
    await side.query('rollback');
    expect(await append(store, 2)).toMatchObject({ outcome: 'appended' });
    await settled();
  });

  it('waits for no table that an analyst has locked: busy, and nothing was written', async () => {
    const store = new PostgresEventStore(pool);
    await side.query('begin; lock table fieldcase.events in access exclusive mode');
    const refused = await append(store, 1).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreUnavailable);
    expect((refused as StoreUnavailable).outcomeUnknown).toBe(false);
    await side.query('rollback');
    expect(await append(store, 1)).toMatchObject({ outcome: 'appended' });
    await settled();
  });
});
