import { createHash, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import type { EventStore } from '@fieldcase/eventsourcing';
import { scratchDatabase } from '../rig/scratch-database';

/**
 * Events per second of one-event commands with an idempotency key and an expected version, client and server on this
 * machine; then again with a REPEATABLE READ snapshot held open.
 */
interface Measured {
  readonly clients: number;
  readonly snapshot: boolean;
  readonly eventsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' }, clients: { type: 'string' } } });
const seconds = Number(values.seconds);
const concurrencies = (values.clients ?? '1,8,32,256').split(',').map(Number);
const EVENTS_PER_STREAM = 20;

async function client(store: EventStore, until: number, latencies: number[]): Promise<void> {
  let streamId = '';
  let version = EVENTS_PER_STREAM;
  while (performance.now() < until) {
    if (version === EVENTS_PER_STREAM) [streamId, version] = [`case:${randomUUID()}`, 0];
    const commandId = randomUUID();
    const started = performance.now();
    const result = await store.append({
      writes: [
        {
          streamId,
          expected: version,
          events: [
            {
              eventId: randomUUID(),
              type: 'NoteAdded',
              data: {
                caseId: streamId,
                kind: 'call',
                at: 'depot-17',
                about: 'combine harvester, header drive',
                n: version,
              },
              schemaVersion: 1,
              occurredAt: Date.now(),
              metadata: {
                correlationId: commandId,
                causationId: commandId,
                commandId,
                actor: 'ann',
                actorRole: 'agent',
              },
            },
          ],
        },
      ],
      key: {
        hash: createHash('sha256').update(commandId).digest().subarray(0, 16),
        request: createHash('sha256').update(streamId).digest(),
        answer: { id: streamId, version: version + 1 },
      },
    });
    if (result.outcome !== 'appended') throw new Error(`unexpected ${result.outcome}`);
    latencies.push(performance.now() - started);
    version += 1;
  }
}

async function measure(store: EventStore, clients: number, snapshot: boolean): Promise<Measured> {
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1_000;
  await Promise.all(Array.from({ length: clients }, () => client(store, until, latencies)));
  const elapsed = (performance.now() - started) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(2));
  return { clients, snapshot, eventsPerSecond: Math.round(latencies.length / elapsed), p50: at(0.5), p99: at(0.99) };
}

async function holdSnapshot(url: string): Promise<Client> {
  const holder = new Client({ connectionString: url });
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from fieldcase.events');
  return holder;
}

async function main(): Promise<void> {
  const database = await scratchDatabase('bench_append');
  const pool = createPool({ url: database.url, max: 4, name: 'bench-append' });
  const store = new PostgresEventStore(pool);
  const rows: Measured[] = [];
  try {
    await measure(store, 32, false);
    for (const clients of concurrencies) {
      // Side by side, so that a growing table or a busy machine weighs on both alike.
      rows.push(await measure(store, clients, false));
      const holder = await holdSnapshot(database.url);
      rows.push(await measure(store, clients, true));
      await holder.end();
    }
  } finally {
    await pool.end();
    await database.drop();
  }
  console.table(rows);
  for (const row of rows) console.log(JSON.stringify({ bench: 'append', ...row }));
}

void main();
