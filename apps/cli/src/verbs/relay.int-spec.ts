import { createPool, Lease, RelayCheckpoints } from '@fieldcase/postgres';
import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { fieldcase } from '../import/import.fixture';

describe('fieldcase relay restart', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 2 });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  const restart = (more: readonly string[] = [], env: Record<string, string> = {}) =>
    fieldcase(['relay', 'restart', '--url', database.url, ...more], env);
  const brokers = { KAFKA_BROKERS: '127.0.0.1:9', KAFKA_PREFIX: 'spec' };

  it('refuses while a relay is at work, then lets it begin anew', async () => {
    const lease = new Lease(pool, 'subscription:relay', 'worker', 60_000);
    await lease.acquire();
    const progress = new RelayCheckpoints(pool, lease);
    const nothing = await progress.load();
    const published = nothing.map((_, shard) => BigInt(shard));
    await progress.move(nothing, published);
    expect(await restart()).toMatchObject({ code: 1, err: expect.stringContaining('A relay is publishing') as string });
    expect(await progress.load()).toEqual(published);

    await lease.release();
    expect(await restart([], brokers)).toMatchObject({
      code: 0,
      out: 'The relay had published up to 15; it begins anew.\n',
    });
    expect(await progress.load()).toEqual(nothing);
    expect(await lease.acquire()).toBe(true);
  });

  it('lets the topic of cases begin anew, and leaves the log’s own where it is', async () => {
    const cases = new Lease(pool, 'subscription:relay-cases', 'worker', 60_000);
    await cases.acquire();
    const progress = new RelayCheckpoints(pool, cases, 'relay-cases');
    const nothing = await progress.load();
    await progress.move(
      nothing,
      nothing.map(() => 7n),
    );
    await cases.release();
    expect(await restart(['--topic', 'cases'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/up to 7; it begins anew\.\nNo broker is configured here/) as string,
    });
    expect(await progress.load()).toEqual(nothing);
    expect((await restart(['--topic', 'depots'])).code).not.toBe(0);
  });
});
