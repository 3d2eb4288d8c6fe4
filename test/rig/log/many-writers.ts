import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type Pool } from 'pg';
import { createPool, PostgresLogSource } from '@fieldcase/postgres';
import { Backends } from './backends';
import { sized, type Bench, type Figures } from './commands';

const PROCESSES = 4;
const WRITERS_EACH = 8;
const HALT_MS = 3_000;

interface WriterSum {
  readonly events: number;
  readonly unavailable: number;
  readonly unknown: number;
  readonly replayed: number;
}

/**
 * 32 writers in 4 processes, one backend halted while it holds the log's lock, a snapshot held open all the time, and a
 * reader that must see every position exactly once and in order.
 */
export async function manyWriters({ url, scale }: Bench): Promise<Figures> {
  const pool = createPool({ url, max: 4 });
  const source = new PostgresLogSource(pool);
  const backends = await Backends.of(url);
  const snapshot = await holdSnapshot(url);
  const start = await source.head();
  const stop = new AbortController();
  try {
    const reading = readInOrder(source, start, stop.signal);
    const writing = Array.from({ length: PROCESSES }, () => writerProcess(url, sized(1_000, scale, 40)));
    const haltedMs = await haltOne(backends, sized(HALT_MS, scale, 300));
    const sums = await Promise.all(writing);
    const head = await source.head();
    const events = sums.reduce((sum, each) => sum + each.events, 0);
    assert.equal(head - start, BigInt(events), 'the log has not exactly the acknowledged events');
    stop.abort();
    const seen = await reading;
    assert.equal(seen.next - 1n, head, 'the reader did not see the whole log');
    await assertStreams(pool);
    const total = (name: 'unavailable' | 'unknown' | 'replayed'): number =>
      sums.reduce((sum, each) => sum + each[name], 0);
    return {
      writers: PROCESSES * WRITERS_EACH,
      events,
      haltedMs,
      readWhileWriting: seen.whileWriting,
      unavailable: total('unavailable'),
      unknown: total('unknown'),
      replayed: total('replayed'),
    };
  } finally {
    stop.abort();
    await Promise.all([snapshot.end(), backends.close(), source.close()]);
    await pool.end();
  }
}

async function holdSnapshot(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from fieldcase.events');
  return client;
}

async function writerProcess(url: string, appends: number): Promise<WriterSum> {
  const args = ['-r', path.join(__dirname, '../load-typescript.cjs'), path.join(__dirname, 'writer-process.ts')];
  const child = spawn(process.execPath, [...args, url, String(WRITERS_EACH), String(appends)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 0, 'a writer process failed');
  return JSON.parse(output) as WriterSum;
}

/** Answers how long one backend stood still, 0 when this machine does not allow it or none was caught. */
async function haltOne(backends: Backends, haltMs: number): Promise<number> {
  const pid = await backends.haltAppend(50_000).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EPERM' || error.code === 'ESRCH') return undefined;
    throw error;
  });
  if (pid === undefined) return 0;
  try {
    await pause(haltMs);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  return haltMs;
}

async function readInOrder(source: PostgresLogSource, start: bigint, stop: AbortSignal) {
  let next = start + 1n;
  let whileWriting = 0;
  for (;;) {
    const ending = stop.aborted;
    const { events } = await source.read({ after: next - 1n, limit: 500 });
    for (const event of events) {
      assert.equal(event.position, next, 'the reader met a position out of order, twice or not at all');
      next += 1n;
    }
    if (!ending) whileWriting += events.length;
    if (ending && events.length === 0) return { next, whileWriting };
    if (events.length === 0) await source.waitForMore(next - 1n, 1_000, stop);
  }
}

async function assertStreams(pool: Pool): Promise<void> {
  const { rows } = await pool.query(
    `select stream_id from fieldcase.events group by stream_id having max(version) <> count(*) or min(version) <> 1`,
  );
  assert.deepEqual(rows, [], 'streams with holes in their versions');
  const decreasing = await pool.query(
    `select position from (select position, recorded_at < lag(recorded_at) over (order by position) as back
                             from fieldcase.events) e where back`,
  );
  assert.deepEqual(decreasing.rows, [], 'recordedAt decreases');
}
