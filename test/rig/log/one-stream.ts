import assert from 'node:assert/strict';
import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import { sized, write, type Bench, type Figures } from './commands';

const CLIENTS = 64;

/** 64 clients in two stores append to one stream at the version they know; who loses takes the winner's version. */
export async function oneStream({ url, scale }: Bench): Promise<Figures> {
  const streamId = `case:one-stream-${scale}`;
  const wanted = sized(10_000, scale);
  const pools = [createPool({ url, max: 2 }), createPool({ url, max: 2 })];
  const stores = pools.map((pool) => new PostgresEventStore(pool));
  let left = wanted;
  let conflicts = 0;
  const taken = new Set<number>();
  const client = async (index: number): Promise<void> => {
    const store = stores[index % stores.length];
    assert(store);
    let version = 0;
    while (left > 0) {
      left -= 1;
      for (;;) {
        const result = await store.append({ writes: [write(streamId, version)] });
        if (result.outcome === 'appended') {
          version = result.versions.get(streamId) ?? 0;
          assert(!taken.has(version), `version ${version} was given twice`);
          taken.add(version);
          break;
        }
        assert.equal(result.outcome, 'conflict');
        assert(result.actual > version, `a conflict at ${version} must show a later version, not ${result.actual}`);
        version = result.actual;
        conflicts += 1;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)));
    const events = (await stores[0]?.readStreams([streamId]))?.get(streamId) ?? [];
    assert.deepEqual(
      events.map((event) => event.version),
      Array.from({ length: wanted }, (_, n) => n + 1),
    );
    assert.equal(taken.size, wanted);
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
  }
  return { clients: CLIENTS, appends: wanted, conflicts };
}
