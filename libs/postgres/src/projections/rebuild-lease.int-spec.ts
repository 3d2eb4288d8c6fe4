import type { Pool } from 'pg';
import { InMemoryEventStore, InMemoryLogSource, type LogSource } from '@fieldcase/eventsourcing';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { ProjectionRunner } from './projection-runner';
import { Rebuild, RebuildGone, type RebuildOptions } from './rebuild';

let database: TestDatabase;
let pool: Pool;
let source: LogSource;
const never = new AbortController().signal;
/** So long that no renewal notices anything within a spec. */
const LEASE_MS = 3_600_000;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
beforeEach(async () => {
  await pool.query(
    `drop table if exists read_models.counted, read_models_next.counted; delete from fieldcase.checkpoints;
     delete from fieldcase.subscriptions; delete from fieldcase.rebuilds; delete from fieldcase.leases`,
  );
  const store = new InMemoryEventStore();
  source = new InMemoryLogSource(store);
  for (let i = 0; i < 10; i++) await store.append({ writes: [counted('a', 1)] });
  await new ProjectionRunner({ pool, source, projection: new CountingProjection() }).catchUp();
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Halted once, where it asks for the log's head, and something happens meanwhile. */
const haltedWhile = (happens: () => Promise<unknown>): LogSource => {
  let halts = 1;
  return {
    read: (options) => source.read(options),
    waitForMore: (...args) => source.waitForMore(...args),
    head: async () => {
      if (halts-- > 0) await happens();
      return source.head();
    },
  };
};
const rebuild = (options: Partial<RebuildOptions> = {}) =>
  new Rebuild({ pool, source, projection: new CountingProjection(), owner: 'spec', leaseMs: LEASE_MS, ...options });
const state = async () => (await pool.query('select state from fieldcase.rebuilds')).rows[0]?.state;
const leaseTo = (owner: string, expiresInMs: number) =>
  pool.query(
    `update fieldcase.leases set owner = $1, epoch = epoch + 1,
       expires_at = clock_timestamp() + $2 * interval '1 millisecond'`,
    [owner, expiresInMs],
  );

describe('a rebuild whose lease passed to another owner', () => {
  it('does not swap, and the other brings it to its end', async () => {
    const stop = new AbortController();
    const problems: unknown[] = [];
    const report: RebuildOptions['report'] = (_, message, fields) => {
      problems.push([message, fields?.['problem']]);
      stop.abort();
    };
    const halted = rebuild({ source: haltedWhile(() => leaseTo('other', LEASE_MS)), report });
    await expect(halted.run(stop.signal)).resolves.toBe(false);
    expect(problems).toEqual([['swap has to wait', expect.stringContaining('passed to another owner')]]);
    expect(await state()).toBe('building');
    await leaseTo('other', 0);
    await expect(rebuild({ owner: 'other' }).run(never)).resolves.toBe(true);
    expect(await state()).toBe('swapped');
  });

  it('swaps when a renewal took the lease up again that had run out', async () => {
    const runOut = () => pool.query('update fieldcase.leases set expires_at = clock_timestamp()');
    const renewing: Promise<unknown>[] = [];
    const report: RebuildOptions['report'] = (_, message) => {
      const renewal = `update fieldcase.leases set expires_at = clock_timestamp() + interval '1 hour'`;
      if (message === 'swap has to wait') renewing.push(pool.query(renewal));
    };
    await expect(rebuild({ source: haltedWhile(runOut), report }).run(never)).resolves.toBe(true);
    await Promise.all(renewing);
    expect([renewing.length > 0, await state()]).toEqual([true, 'swapped']);
  });
});

describe('a rebuild that another has ended', () => {
  it.each([
    ['before its swap', 100],
    ['on the way', 5],
  ])('%s says so instead of trying for ever', async (_, batchSize) => {
    const ended = () => pool.query(`delete from fieldcase.checkpoints where subscription = 'counting@next'`);
    const halted = rebuild({ source: haltedWhile(ended), batchSize });
    await expect(halted.run(never)).rejects.toThrow(RebuildGone);
    await expect(rebuild().run(never, true)).resolves.toBe(true);
  });
});
