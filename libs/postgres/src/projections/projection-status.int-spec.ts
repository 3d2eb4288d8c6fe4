import type { Pool } from 'pg';
import type { StreamWrite } from '@fieldcase/eventsourcing';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { PostgresEventStore } from '../event-store/postgres-event-store';
import { Lease } from '../leases/lease';
import { PostgresLogSource } from '../log-source/postgres-log-source';
import { createPool } from '../pool/pool';
import { Announcer } from '../subscriptions/announcer';
import { ProjectionRunner } from './projection-runner';
import { projectionStatus } from './projection-status';
import { ReadModelStatus, READ_MODELS_CHANNEL } from './read-model-status';
import { Rebuild } from './rebuild';

let database: TestDatabase;
let pool: Pool;
let store: PostgresEventStore;
let source: PostgresLogSource;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
  store = new PostgresEventStore(pool);
  source = new PostgresLogSource(pool);
});
afterEach(async () => {
  await source.close();
  await pool.end();
  await database.drop();
});

const append = (...writes: StreamWrite[]) => Promise.all(writes.map((write) => store.append({ writes: [write] })));
const projection = new CountingProjection();
const followed = async (events: number): Promise<void> => {
  for (let i = 0; i < events; i++) await append(counted('a', 1));
  await runner().catchUp();
};
const runner = (more = {}) => new ProjectionRunner({ pool, source, projection, retryDelayMs: 1, ...more });
const status = async (code: { name: string; version: number } = projection) =>
  (await projectionStatus(pool, [code]))[0];

describe('on the log in PostgreSQL', () => {
  it('tells where a projection stands', async () => {
    await expect(status()).resolves.toMatchObject({ state: 'absent', version: null, position: 0n, lagEvents: 0 });
    await append(counted('a', 1), counted('b', 2), counted('c', 0, 'Poisonous'));
    await runner().catchUp();
    await append(counted('a', 3), counted('a', 4));
    await expect(status()).resolves.toMatchObject({
      state: 'stopped',
      version: 1,
      position: 3n,
      lagEvents: 2,
      parked: 1,
      rebuild: null,
    });
    expect((await status())?.lagSeconds).toBeGreaterThan(0);
    await runner().catchUp();
    await expect(status()).resolves.toMatchObject({ lagEvents: 0, lagSeconds: 0 });
    await expect(status({ name: 'counting', version: 2 })).resolves.toMatchObject({ state: 'needs-rebuild' });
    await expect(status({ name: 'counting', version: 0 })).resolves.toMatchObject({ state: 'code-too-old' });
  });

  it('tells who follows it, what is wrong, and how a rebuild goes on', async () => {
    await followed(5);
    const lease = new Lease(pool, 'subscription:counting', 'spec', 60_000);
    await lease.acquire();
    await expect(status()).resolves.toMatchObject({ state: 'running', problem: null });
    await append(counted('a', 5));
    projection.failure = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    const seen: unknown[] = [];
    const report = (): void => {
      void status().then((now) => {
        seen.push(now?.state);
        if (now?.state === 'failing') projection.failure = undefined;
      });
    };
    await runner({ report }).catchUp();
    expect(seen).toContain('failing');
    await expect(status()).resolves.toMatchObject({ state: 'running', problem: null });

    const stop = new AbortController();
    const onProgress = (): void => stop.abort();
    await new Rebuild({ pool, source, projection, owner: 'spec', batchSize: 2, onProgress }).run(stop.signal);
    await expect(status()).resolves.toMatchObject({ rebuild: { version: 1, position: 2n, target: 6n, active: false } });
    await lease.release();
  });

  it('wakes a waiting query by the worker’s announcement, without polling', async () => {
    await followed(6);
    const waits = new ReadModelStatus(pool, { pollMs: 600_000 });
    // The first wait opens the listening connection; a look at connecting catches what was missed before it.
    await expect(waits.waitFor('counting', 6n, 10_000)).resolves.toBe(true);
    const announcer = new Announcer(pool, READ_MODELS_CHANNEL);
    const waiting = [7n, 8n, 9n].map((position) => waits.waitFor('counting', position, 20_000));
    for (let i = 0; i < 3; i++) {
      await append(counted('a', 1));
      await runner({
        onMoved: (name: string, position: bigint) => announcer.announce(name, String(position)),
      }).catchUp();
    }
    await expect(Promise.all(waiting)).resolves.toEqual([true, true, true]);
    await announcer.stop();
    await waits.close();
  });

  it('fails a wait when the database is away, and ends all waits when it is closed', async () => {
    const waits = new ReadModelStatus(pool, { pollMs: 600_000 });
    const waiting = waits.waitFor('counting', 1_000n, 60_000);
    await waits.close();
    await expect(waiting).resolves.toBe(false);
    const ended = createPool({ url: database.url });
    await ended.end();
    const away = new ReadModelStatus(ended);
    await expect(away.waitFor('counting', 1n, 60_000)).rejects.toThrow();
    await away.close();
  });
});
