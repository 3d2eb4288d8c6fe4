import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { casesTopic, depotTopic } from '@fieldcase/contracts';
import type { NewEvent } from '@fieldcase/eventsourcing';
import { CasesRelay, casesTopicSpec, DepotFeeds, depotFeedTopicSpec, KafkaJsTransport } from '@fieldcase/kafka';
import {
  createPool,
  Lease,
  Notifier,
  PostgresEventStore,
  PostgresLogSource,
  readLogIdentity,
  RelayCheckpoints,
} from '@fieldcase/postgres';
import { feedItemOf } from '@fieldcase/read-models';
import type { Pool } from 'pg';
import { scratchDatabase } from '../rig/scratch-database';

/**
 * `npm run bench -- public-topics [--events 100000] [--depots 50] [--rate 200] [--seconds 10]`: public events of cases into
 * Kafka at full speed, of a log in which every second event is public; then notices to depots at a rate, with the delay from
 * the commit to the reader of the depot's topic. One broker, PostgreSQL and all of it on this machine.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    depots: { type: 'string', default: '50' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
  },
});
const [events, depots, rate, seconds] = [values.events, values.depots, values.rate, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];
const PREFIX = 'bench';
const LEASE_MS = 3_600_000;
const never = new AbortController().signal;

const event = (type: string, data: object): NewEvent => ({
  eventId: randomUUID(),
  type,
  data,
  schemaVersion: 1,
  occurredAt: Date.now(),
  metadata: { correlationId: 'bench', causationId: 'bench', actor: 'ann', actorRole: 'agent' },
});
const notice = (): NewEvent =>
  event('PartRequestNoticed', {
    change: 'placed',
    partRequestId: `${randomUUID()}.1`,
    caseId: randomUUID(),
    caseNumber: '7KM-3RX-4',
    partNumber: 'BELT',
    quantity: 2,
    promisedAt: '2026-11-25T01:00:00.000Z',
    priority: 'season',
  });
const quantile = (sorted: readonly number[], q: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0);
const say = (part: string, of: object): void => console.log(JSON.stringify({ bench: 'public-topics', part, ...of }));

async function fill(store: PostgresEventStore): Promise<void> {
  for (let done = 0; done < events;) {
    const writes = Array.from({ length: 20 }, () => ({
      streamId: `case:${randomUUID()}`,
      expected: 0,
      events: Array.from({ length: 100 }, (_, n) =>
        n % 2 === 0
          ? event('TechnicianArrived', { visitId: randomUUID() })
          : event('NoteAdded', { kind: 'call', about: 'combine harvester, header drive' }),
      ),
    }));
    await Promise.all(writes.map((write) => store.append({ writes: [write] })));
    done += writes.length * 100;
  }
}

interface Bench {
  readonly pool: Pool;
  readonly store: PostgresEventStore;
  readonly source: PostgresLogSource;
  readonly transport: KafkaJsTransport;
}

async function progressOf(pool: Pool, name: string): Promise<RelayCheckpoints> {
  const lease = new Lease(pool, name, 'bench', LEASE_MS);
  await lease.acquire();
  return new RelayCheckpoints(pool, lease, name);
}

async function cases({ pool, source, transport }: Bench): Promise<void> {
  await transport.ensureTopic(casesTopicSpec(PREFIX, 1));
  const publisher = await transport.publisher();
  const progress = await progressOf(pool, 'relay-cases');
  const noted = await progress.load();
  const options = { log: await readLogIdentity(pool), topic: casesTopic(PREFIX), source, progress };
  const relay = new CasesRelay(options, publisher, { noted, sent: noted });
  const began = performance.now();
  while (await relay.step());
  const took = (performance.now() - began) / 1_000;
  const ends = await transport.ends(casesTopic(PREFIX));
  const sent = ends.reduce((sum, { next }) => sum + Number(next), 0);
  say('cases', {
    read: events,
    sent,
    sentPerSecond: Math.round(sent / took),
    readPerSecond: Math.round(events / took),
  });
  await publisher.close();
}

async function toDepots({ pool, store, source, transport }: Bench): Promise<void> {
  const names = Array.from({ length: depots }, (_, n) => `depot-${n}`);
  const topics = names.map((name) => depotTopic(PREFIX, name, 'part-requests'));
  for (const topic of topics) await transport.ensureTopic(depotFeedTopicSpec(topic, 1));
  const progress = await progressOf(pool, 'relay-depots');
  const report = (_: string, message: string, fields: object): void => console.error(message, fields);
  const log = await readLogIdentity(pool);
  const feeds = new DepotFeeds({ log, transport, prefix: PREFIX, source, store, itemOf: feedItemOf, progress, report });
  const stopping = new AbortController();
  const began = performance.now();
  const running = feeds.run(stopping.signal);
  while (names.some((name) => feeds.sequenceOf(name) === undefined)) await sleep(5);
  say('depots-begin', { depots, seconds: Number(((performance.now() - began) / 1_000).toFixed(1)) });
  const committed = new Map<string, number>();
  const read = new Map<string, number>();
  const reader = await transport.consume({
    topics,
    group: 'bench',
    onRecords: (_topic, _partition, records) => {
      const now = performance.now();
      for (const { headers } of records) read.set(String(headers['position']), now);
    },
    onCrash: (error) => console.error(error),
  });
  await sleep(1_000);
  await notices(store, names, committed);
  while (read.size < committed.size) await sleep(20);
  stopping.abort();
  await Promise.all([running, reader.close()]);
  const delays = [...committed].map(([position, at]) => (read.get(position) ?? Infinity) - at).sort((a, b) => a - b);
  const commitToReaderMs = { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), most: quantile(delays, 1) };
  say('depots', { depots, noticesPerSecond: rate, commitToReaderMs });
}

/** Evenly over the seconds. */
async function notices(store: PostgresEventStore, names: readonly string[], at: Map<string, number>): Promise<void> {
  const began = performance.now();
  const appends: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n += 1) {
    const due = began + (n * 1_000) / rate;
    if (due > performance.now()) await sleep(due - performance.now());
    const write = { streamId: `depotfeed:${names[n % names.length]}`, expected: 'any' as const, events: [notice()] };
    appends.push(
      store.append({ writes: [write] }).then((result) => {
        if (result.outcome === 'appended') at.set(String(result.lastPosition), performance.now());
      }),
    );
  }
  await Promise.all(appends);
}

async function main(): Promise<void> {
  const { KafkaCluster } = await import('../../infra/kafka/cluster.mjs');
  const folder = mkdtempSync(path.join(tmpdir(), 'fieldcase-brokers-'));
  const cluster = await KafkaCluster.start({ folder });
  const database = await scratchDatabase('bench_public_topics');
  const pool = createPool({ url: database.url, max: 10 });
  const notifier = new Notifier(pool);
  const store = new PostgresEventStore(pool, { onCommitted: notifier.announce });
  const source = new PostgresLogSource(pool);
  const transport = new KafkaJsTransport({ brokers: cluster.addresses, clientId: 'bench', sasl: cluster.admin });
  try {
    await fill(store);
    await source.waitForMore(0n, 1_000, never);
    await cases({ pool, store, source, transport });
    await toDepots({ pool, store, source, transport });
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
