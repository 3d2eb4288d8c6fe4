import { InMemoryEventStore, InMemoryLogSource } from '@fieldcase/eventsourcing';
import { createPool, ProjectionRunner } from '@fieldcase/postgres';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase } from '../../../../test/support/database';
import { StandIn } from './stand-in';

/** By itself it would never step back. */
const TIMES = { afterMs: 1, lookEveryMs: 5, atMostMs: 600_000 };

describe('who stands in for members that are gone', () => {
  it('steps back at once when the partitions are dealt out anew', async () => {
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url });
    const store = new InMemoryEventStore();
    const source = new InMemoryLogSource(store);
    const projection = new CountingProjection();
    await new ProjectionRunner({ pool, source, projection }).prepare();
    await store.append({ writes: [counted('a', 1)] });
    const said: string[] = [];
    const standIn = new StandIn({
      ...{ pool, source, projection, owner: 'spec', leaseMs: 60_000, standIn: TIMES },
      report: (_, message) => void said.push(message),
    });
    const until = async (sql: string): Promise<void> => {
      while ((await pool.query(sql)).rowCount === 0) await pool.query('select pg_sleep(0.02)');
    };
    const stop = new AbortController();
    const running = standIn.run(stop.signal);
    await until('select from fieldcase.checkpoints having min(position) = 1');
    await until(`select from fieldcase.leases where name = 'subscription:counting' and expires_at > clock_timestamp()`);
    standIn.joined();
    await until(
      `select from fieldcase.leases where name = 'subscription:counting' and expires_at <= clock_timestamp()`,
    );
    expect(said).toEqual(['the log itself is read']);
    stop.abort();
    await running;
    await pool.end();
    await database.drop();
  });
});
