import type { Pool } from 'pg';
import {
  InMemoryEventStore,
  InMemoryLogSource,
  LogOfShards,
  shardOf,
  SHARDS,
  type LogSource,
} from '@fieldcase/eventsourcing';
import { counted, CountingProjection } from '../../../../test/support/counting-projection';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { Lease } from '../leases/lease';
import { whilePresent } from '../leases/present';
import { createPool } from '../pool/pool';
import { ProjectionRunner } from '../projections/projection-runner';
import { projectionStatus } from '../projections/projection-status';
import { Rebuild } from '../projections/rebuild';
import { CheckpointMoved } from './checkpoints';
import { Standstill } from './standstill';

let database: TestDatabase;
let pool: Pool;
let store: InMemoryEventStore;
let log: InMemoryLogSource;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
  store = new InMemoryEventStore();
  log = new InMemoryLogSource(store);
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const roots = ['a', 'b', 'c', 'd', 'e'];
const grow = async (): Promise<void> => {
  for (const root of roots) await store.append({ writes: [counted(root, 1)] });
};
const shardsOf = (...some: readonly string[]): number[] => some.map((root) => shardOf(`count:${root}`));
const projection = new CountingProjection();
const runner = (source: LogSource, more = {}) =>
  new ProjectionRunner({ pool, source, projection, retryDelayMs: 1, ...more });
const trails = async (): Promise<Record<string, string>> => {
  const { rows } = await pool.query<{ root: string; trail: string }>(
    'select root, trail from read_models.counted order by root',
  );
  return Object.fromEntries(rows.map(({ root, trail }) => [root, trail]));
};
/** Deals the shards out as Kafka does: another list each time. */
class Dealt extends LogOfShards {
  override share: readonly number[];

  constructor(shards: readonly number[]) {
    super(log, shards);
    this.share = shards;
  }
}

describe('followers that share a read model', () => {
  it('move the checkpoints of their own shards, and tell the position of all', async () => {
    await grow();
    const own = shardsOf('a', 'b');
    const others = Array.from({ length: SHARDS }, (_, shard) => shard).filter((shard) => !own.includes(shard));
    const told: bigint[] = [];
    const onMoved = (_: string, position: bigint): void => void told.push(position);
    await runner(new LogOfShards(log, own), { onMoved }).catchUp();
    expect(await trails()).toEqual({ a: '1', b: '2' });
    expect(told).toEqual([0n]);
    await runner(new LogOfShards(log, others), { onMoved }).catchUp();
    expect(await trails()).toEqual({ a: '1', b: '2', c: '3', d: '4', e: '5' });
    expect(told.at(-1)).toBe(5n);
  });

  it('forget what they knew when the share is another one, and apply nothing of what passed on', async () => {
    await grow();
    const source = new Dealt(shardsOf('a', 'b'));
    const [first, second] = [runner(source), runner(new Dealt(shardsOf('c', 'd', 'e')))];
    await Promise.all([first.catchUp(), second.catchUp()]);
    await grow();
    await second.catchUp();
    source.share = shardsOf('b', 'c');
    await first.catchUp();
    expect(await trails()).toEqual({ a: '1', b: '2,7', c: '3,8', d: '4,9', e: '5,10' });
    source.share = shardsOf('a', 'b', 'c');
    await first.catchUp();
    expect(await trails()).toEqual({ a: '1,6', b: '2,7', c: '3,8', d: '4,9', e: '5,10' });
    source.share = [];
    await grow();
    await first.catchUp();
    expect((await trails())['a']).toBe('1,6');
  });

  it('leave alone what was read while the share became another one: where that one stands was not looked at', async () => {
    await grow();
    const source = new Dealt(shardsOf('a'));
    const first = runner(source);
    await first.catchUp();
    await grow();
    jest.spyOn(source, 'read').mockImplementationOnce(async (options) => {
      source.share = shardsOf('b');
      const { events, upTo } = await log.read(options);
      return { events: events.filter(({ shard }) => source.share.includes(shard)), upTo, shards: source.share };
    });
    await first.advance(new AbortController().signal);
    await first.catchUp();
    expect(await trails()).toEqual({ a: '1', b: '2,7' });
  });

  it('whose shares overlap apply everything once', async () => {
    const all = Array.from({ length: SHARDS }, (_, shard) => shard);
    for (let n = 0; n < 10; n += 1) await grow();
    const shares = [all, all.slice(0, 10), all.slice(5), all];
    const following = shares.map((share) => runner(new Dealt(share), { batchSize: 7 }));
    await following[0]?.prepare();
    await Promise.all(following.map((one) => one.catchUp()));
    await following[0]?.catchUp();
    const positions = Object.values(await trails()).flatMap((trail) => trail.split(',').map(Number));
    expect(positions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  it('go on beside a rebuild, which brings all shards to the furthest', async () => {
    await grow();
    await runner(new LogOfShards(log, shardsOf('a', 'b'))).catchUp();
    const following = runner(new LogOfShards(log, shardsOf('c', 'd', 'e')));
    expect(await new Rebuild({ pool, source: log, projection, owner: 'spec' }).run(new AbortController().signal)).toBe(
      true,
    );
    await grow();
    await following.catchUp();
    await runner(new LogOfShards(log, shardsOf('a', 'b'))).catchUp();
    expect(await trails()).toEqual({ a: '1,6', b: '2,7', c: '3,8', d: '4,9', e: '5,10' });
  });

  it('may be told to end where another moves the checkpoint', async () => {
    await grow();
    const guest = runner(log, { endsWhenMoved: true });
    await guest.catchUp();
    await grow();
    await runner(new LogOfShards(log, shardsOf('a'))).catchUp();
    await expect(guest.catchUp()).rejects.toThrow(CheckpointMoved);
    expect((await trails())['a']).toBe('1,6');
  });
});

describe('Standstill', () => {
  it('finds what is behind and is not moved, from one look to the next', async () => {
    await grow();
    await runner(log).catchUp();
    let now = 0;
    const standstill = new Standstill({ pool, source: log, subscription: 'counting', afterMs: 100, clock: () => now });
    expect(await standstill.look()).toEqual([]);
    await grow();
    expect(await standstill.look()).toEqual([]);
    now = 99;
    expect(await standstill.look()).toEqual([]);
    const [moved] = shardsOf('a');
    await runner(new LogOfShards(log, shardsOf('a'))).catchUp();
    now = 100;
    const standing = await standstill.look();
    expect(standing).toEqual(Array.from({ length: SHARDS }, (_, shard) => shard).filter((shard) => shard !== moved));
    await runner(log).catchUp();
    now = 500;
    expect(await standstill.look()).toEqual([]);
  });

  it('does not take one for standing that is far behind and moves', async () => {
    const moving = runner(log, { batchSize: 1 });
    await moving.prepare();
    await grow();
    let now = 0;
    const standstill = new Standstill({ pool, source: log, subscription: 'counting', afterMs: 100, clock: () => now });
    for (; now < 400; now += 100) {
      expect(await standstill.look()).toEqual([]);
      await moving.advance(new AbortController().signal);
    }
  });
});

describe('who follows', () => {
  it('is told of one under the lease and of all that share, and of nobody who has left', async () => {
    await runner(log).prepare();
    const followers = async (): Promise<unknown> => {
      const [status] = await projectionStatus(pool, [projection]);
      return [status?.state, status?.followedBy];
    };
    expect(await followers()).toEqual(['stopped', []]);
    const presence = (owner: string) => ({ pool, name: 'subscription:counting', owner, ttlMs: 60_000 });
    const seen: unknown[] = [];
    await whilePresent(presence('host/1'), new AbortController().signal, () =>
      whilePresent(presence('host/2'), new AbortController().signal, async () => {
        seen.push(await followers());
      }),
    );
    expect(seen).toEqual([['running', ['host/1', 'host/2']]]);
    expect(await followers()).toEqual(['stopped', []]);
    // Another read model whose name begins with this one's.
    const other = new Lease(pool, 'subscription:counting-more/host/3', 'host/3', 60_000);
    await other.acquire();
    expect(await followers()).toEqual(['stopped', []]);
    const { rows } = await pool.query('select name from fieldcase.leases');
    expect(rows).toEqual([{ name: 'subscription:counting-more/host/3' }]);
  });
});
