import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import type { AppendResult, EventStore } from '@fieldcase/eventsourcing';
import { keyOf, sized, write, type Bench, type Figures } from './commands';

const count = (results: readonly AppendResult[], outcome: AppendResult['outcome']): number =>
  results.filter((result) => result.outcome === outcome).length;

/** Two appends that each check what the other writes; a key sent 50 times; one conflict among many. Two stores at once. */
export async function oneBatch({ url, scale }: Bench): Promise<Figures> {
  const pools = [createPool({ url, max: 2 }), createPool({ url, max: 2 })];
  const [one, other] = pools.map((pool) => new PostgresEventStore(pool));
  assert(one && other);
  const rounds = sized(500, scale);
  try {
    for (let round = 0; round < rounds; round += 1) {
      await noWriteSkew(one, round % 2 === 0 ? one : other);
      await oneEffectPerKey(one, other);
      await conflictsAlone(one);
    }
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
  }
  return { rounds };
}

async function noWriteSkew(left: EventStore, right: EventStore): Promise<void> {
  const [a, b] = [`case:${randomUUID()}`, `case:${randomUUID()}`];
  const results = await Promise.all([
    left.append({ writes: [write(a, 0)], checks: [{ streamId: b, expected: 0 }] }),
    right.append({ writes: [write(b, 0)], checks: [{ streamId: a, expected: 0 }] }),
  ]);
  assert.equal(count(results, 'appended'), 1, 'write skew: both, or none, of two crossed appends were accepted');
  assert.equal(count(results, 'conflict'), 1);
}

async function oneEffectPerKey(one: EventStore, other: EventStore): Promise<void> {
  const streamId = `case:${randomUUID()}`;
  const key = keyOf(streamId);
  const send = (n: number): Promise<AppendResult> =>
    (n % 2 === 0 ? one : other).append({ writes: [write(streamId, 0, 'CaseClosed')], key });
  const results = await Promise.all(Array.from({ length: 50 }, (_, n) => send(n)));
  assert.equal(count(results, 'appended'), 1, 'one key had several effects');
  assert.equal(count(results, 'replayed'), 49);
  await one.append({ writes: [write(streamId, 1, 'CaseReopened')] });
  const late = await send(0);
  assert.deepEqual(
    late,
    results.find(({ outcome }) => outcome === 'replayed'),
  );
}

async function conflictsAlone(store: EventStore): Promise<void> {
  const streams = Array.from({ length: 20 }, () => `case:${randomUUID()}`);
  const taken = streams[7] ?? '';
  await store.append({ writes: [write(taken, 0)] });
  const results = await Promise.all(streams.map((streamId) => store.append({ writes: [write(streamId, 0)] })));
  assert.equal(count(results, 'appended'), 19);
  assert.deepEqual(results[7], { outcome: 'conflict', streamId: taken, actual: 1 });
}
