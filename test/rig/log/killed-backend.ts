import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import { Backends } from './backends';
import { appendUntilAnswered, keyOf, sized, write, type Bench, type Figures } from './commands';

const CLIENTS = 32;
const DEADLINE_MS = 120_000;

/** Backends are ended in mid-batch; every command is sent again with its key, and lands exactly once. */
export async function killedBackend({ url, scale }: Bench): Promise<Figures> {
  const pool = createPool({ url, max: 4 });
  const store = new PostgresEventStore(pool);
  const backends = await Backends.of(url);
  const perClient = sized(500, scale, 30);
  const kills = sized(100, scale, 10);
  const deadline = Date.now() + DEADLINE_MS;
  const sum = { unavailable: 0, unknown: 0, replayed: 0 };
  let running = true;
  let killed = 0;
  const client = async (): Promise<string> => {
    const streamId = `case:${randomUUID()}`;
    for (let version = 0; version < perClient; version += 1) {
      const request = { writes: [write(streamId, version)], key: keyOf(`${streamId}/${version}`) };
      const answer = await appendUntilAnswered(store, request, deadline);
      assert.notEqual(answer.result.outcome, 'conflict', `${streamId} lost or doubled a command at ${version}`);
      sum.unavailable += answer.unavailable;
      sum.unknown += answer.unknown;
      if (answer.result.outcome === 'replayed') sum.replayed += 1;
    }
    return streamId;
  };
  const killer = async (): Promise<void> => {
    while (running && killed < kills) {
      if (await backends.terminateAppend()) killed += 1;
      await turn();
    }
  };
  try {
    const [streams] = await Promise.all([
      Promise.all(Array.from({ length: CLIENTS }, client)).finally(() => (running = false)),
      killer(),
    ]);
    const read = await store.readStreams(streams);
    for (const [streamId, events] of read) assert.equal(events.length, perClient, streamId);
    assert(killed > 0, 'no backend was caught inside an append');
    assert(sum.unknown > 0, 'no client met an unknown outcome');
  } finally {
    await backends.close();
    await pool.end();
  }
  return { commands: CLIENTS * perClient, killed, ...sum };
}
