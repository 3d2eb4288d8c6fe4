import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { NewEvent } from '@fieldcase/eventsourcing';
import { KafkaJsTransport, KafkaLogSource, logTopic, logTopicSpec, Relay } from '@fieldcase/kafka';
import {
  createPool,
  Lease,
  Notifier,
  PostgresEventStore,
  PostgresLogSource,
  readLogIdentity,
  RelayCheckpoints,
} from '@fieldcase/postgres';
import { scratchDatabase } from '../rig/scratch-database';

/**
 * `npm run bench -- relay [--events 100000] [--rate 500] [--seconds 10]`: the log into Kafka and out of it again, one
 * broker, PostgreSQL and all of it on this machine. First what lies in the log already, at full speed; then at a rate,
 * with the delay from the commit to the acknowledgement and to the reader.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '10' },
  },
});
const [events, rate, seconds] = [values.events, values.rate, values.seconds].map(Number) as [number, number, number];
const PREFIX = 'bench';
const BATCH = 100;

const note = (n: number): NewEvent => ({
  eventId: randomUUID(),
  type: 'NoteAdded',
  data: { kind: 'call', at: 'depot-17', about: 'combine harvester, header drive', n },
  schemaVersion: 1,
  occurredAt: Date.now(),
  metadata: { correlationId: 'bench', causationId: 'bench', actor: 'ann', actorRole: 'agent' },
});
const quantile = (sorted: readonly number[], q: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0);
const figures = (delays: readonly number[]) => {
  const sorted = delays.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), most: quantile(sorted, 1) };
};
const say = (name: string, of: object): void => console.log(JSON.stringify({ bench: 'relay', part: name, ...of }));

async function fill(store: PostgresEventStore): Promise<void> {
  for (let done = 0; done < events;) {
    const writes = Array.from({ length: 20 }, () => ({
      streamId: `case:${randomUUID()}`,
      expected: 0,
      events: Array.from({ length: BATCH }, (_, n) => note(n)),
    }));
    await Promise.all(writes.map((write) => store.append({ writes: [write] })));
    done += writes.length * BATCH;
  }
}

async function read(source: KafkaLogSource, from: bigint, head: bigint): Promise<number> {
  const began = performance.now();
  let after = from;
  while (after < head) {
    const batch = await source.read({ after, limit: 4_000 });
    if (batch.upTo === after) await source.waitForMore(after, 60_000, new AbortController().signal);
    after = batch.upTo;
  }
  return Number(head - from) / ((performance.now() - began) / 1_000);
}

interface Log {
  readonly store: PostgresEventStore;
  readonly source: PostgresLogSource;
  readonly relay: Relay;
  readonly reader: KafkaLogSource;
}

/** One event an append, evenly over the seconds; when each was committed, acknowledged by Kafka and read. */
async function atRate({ store, source, relay, reader }: Log): Promise<void> {
  const committed = new Map<bigint, number>();
  const toKafka: number[] = [];
  const toReader: number[] = [];
  const stop = new AbortController();
  let acknowledged = await store.head();
  let seen = acknowledged;
  const delaysUpTo = (from: bigint, to: bigint, delays: number[]): void => {
    for (let position = from + 1n; position <= to; position += 1n) {
      const at = committed.get(position);
      if (at !== undefined) delays.push(performance.now() - at);
    }
  };
  const publishing = (async () => {
    while (!stop.signal.aborted) {
      const sent = await relay.step();
      delaysUpTo(acknowledged, relay.position, toKafka);
      acknowledged = relay.position > acknowledged ? relay.position : acknowledged;
      if (sent === 0) await source.waitForMore(relay.position, 1_000, stop.signal);
    }
  })();
  const reading = (async () => {
    while (!stop.signal.aborted) {
      await reader.waitForMore(seen, 1_000, stop.signal);
      const { upTo } = await reader.read({ after: seen, limit: 4_000 });
      delaysUpTo(seen, upTo, toReader);
      seen = upTo;
    }
  })();
  const began = performance.now();
  const appends: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n += 1) {
    const due = began + (n * 1_000) / rate;
    if (due > performance.now()) await sleep(due - performance.now());
    const write = { streamId: `case:${randomUUID()}`, expected: 0, events: [note(n)] };
    appends.push(
      store.append({ writes: [write] }).then((result) => {
        if (result.outcome === 'appended') committed.set(result.lastPosition, performance.now());
      }),
    );
  }
  await Promise.all(appends);
  await sleep(2_000);
  stop.abort();
  await Promise.all([publishing, reading]);
  say('at-rate', { eventsPerSecond: rate, commitToKafkaMs: figures(toKafka), commitToReaderMs: figures(toReader) });
}

async function main(): Promise<void> {
  const { KafkaCluster } = await import('../../infra/kafka/cluster.mjs');
  const folder = mkdtempSync(path.join(tmpdir(), 'fieldcase-brokers-'));
  const cluster = await KafkaCluster.start({ folder });
  const database = await scratchDatabase('bench_relay');
  const pool = createPool({ url: database.url, max: 10 });
  const notifier = new Notifier(pool);
  const store = new PostgresEventStore(pool, { onCommitted: notifier.announce });
  const source = new PostgresLogSource(pool);
  const transport = new KafkaJsTransport({ brokers: cluster.addresses, clientId: 'bench', sasl: cluster.admin });
  const lease = new Lease(pool, 'bench', 'bench', 3_600_000);
  try {
    await lease.acquire();
    await fill(store);
    await transport.ensureTopic(logTopicSpec(PREFIX, 1));
    const publisher = await transport.publisher();
    const { logId, epoch } = await readLogIdentity(pool);
    const log = { logId, epoch };
    const topic = logTopic(PREFIX);
    const relay = new Relay({ log, topic, source, progress: new RelayCheckpoints(pool, lease) }, publisher);
    const began = performance.now();
    let sent = 0;
    for (let step = await relay.step(); step > 0; step = await relay.step()) sent += step;
    say('into-kafka', { events: sent, eventsPerSecond: Math.round(sent / ((performance.now() - began) / 1_000)) });
    const onFailure = (error: Error): void => console.error(error);
    const reader = new KafkaLogSource({ transport, log, topic, group: 'bench', store: source, onFailure });
    await reader.start();
    say('out-of-kafka', { eventsPerSecond: Math.round(await read(reader, 0n, await store.head())) });
    await atRate({ store, source, relay, reader });
    await reader.close();
    await publisher.close();
  } finally {
    await transport.close();
    await notifier.close();
    await source.close();
    await pool.end();
    await database.drop();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
