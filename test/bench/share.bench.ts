import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { NewEvent } from '@fieldcase/eventsourcing';
import { KafkaJsTransport, logTopic, logTopicSpec, Relay } from '@fieldcase/kafka';
import {
  createPool,
  Lease,
  PostgresEventStore,
  PostgresLogSource,
  readLogIdentity,
  RelayCheckpoints,
} from '@fieldcase/postgres';
import { scratchDatabase } from '../rig/scratch-database';

/**
 * `npm run bench -- share [--events 100000]`: how long one worker takes, and two that share the partitions, to fill the
 * read models of an empty database from the log topic; from the first checkpoint that moves to the last at the head.
 */
const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } });
const events = Number(values.events);
const PREFIX = 'bench';
const root = path.resolve(__dirname, '../..');

const note = (n: number): NewEvent => ({
  eventId: randomUUID(),
  type: 'NoteAdded',
  data: { kind: 'call', at: 'depot-17', about: 'combine harvester, header drive', n },
  schemaVersion: 1,
  occurredAt: Date.now(),
  metadata: { correlationId: 'bench', causationId: 'bench', actor: 'ann', actorRole: 'agent' },
});

async function fill(store: PostgresEventStore): Promise<void> {
  for (let done = 0; done < events; done += 2_000) {
    const writes = Array.from({ length: 20 }, () => ({
      streamId: `case:${randomUUID()}`,
      expected: 0,
      events: Array.from({ length: 100 }, (_, n) => note(n)),
    }));
    await Promise.all(writes.map((write) => store.append({ writes: [write] })));
  }
}

async function timed(workers: number, env: Readonly<Record<string, string>>, head: bigint): Promise<void> {
  const sink = await scratchDatabase('bench_share');
  const pool = createPool({ url: sink.url, max: 1 });
  const loader = path.join(root, 'test/rig/load-typescript.cjs');
  const children: ChildProcess[] = [];
  const position = async (of: string): Promise<bigint> => {
    const { rows } = await pool.query<{ at: string | null }>(`select ${of}(position) as at from fieldcase.checkpoints`);
    return BigInt(rows[0]?.at ?? 0);
  };
  try {
    for (let n = 0; n < workers; n += 1) {
      children.push(
        spawn(process.execPath, ['-r', loader, path.join(root, 'apps/worker/src/main.ts')], {
          env: { ...process.env, ...env, READ_MODELS_DATABASE_URL: sink.url, ROLES: 'projections' },
          stdio: 'ignore',
        }),
      );
    }
    while ((await position('max')) === 0n) await sleep(10);
    const began = performance.now();
    while ((await position('min')) < head) await sleep(20);
    const ms = Math.round(performance.now() - began);
    const eventsPerSecond = Math.round(Number(head) / (ms / 1_000));
    console.log(JSON.stringify({ bench: 'share', workers, events: Number(head), ms, eventsPerSecond }));
  } finally {
    for (const child of children) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await pool.end();
    await sink.drop();
  }
}

async function main(): Promise<void> {
  const { KafkaCluster } = await import('../../infra/kafka/cluster.mjs');
  const folder = mkdtempSync(path.join(tmpdir(), 'fieldcase-brokers-'));
  const cluster = await KafkaCluster.start({ folder });
  const database = await scratchDatabase('bench_log');
  const pool = createPool({ url: database.url, max: 10 });
  const [store, source] = [new PostgresEventStore(pool), new PostgresLogSource(pool)];
  const transport = new KafkaJsTransport({ brokers: cluster.addresses, clientId: 'bench', sasl: cluster.admin });
  const lease = new Lease(pool, 'bench', 'bench', 3_600_000);
  try {
    await lease.acquire();
    await fill(store);
    await transport.ensureTopic(logTopicSpec(PREFIX, 1));
    const publisher = await transport.publisher();
    const { logId, epoch } = await readLogIdentity(pool);
    const progress = new RelayCheckpoints(pool, lease);
    const relay = new Relay({ log: { logId, epoch }, topic: logTopic(PREFIX), source, progress }, publisher);
    while ((await relay.step()) > 0);
    await publisher.close();
    const env = {
      DATABASE_URL: database.url,
      KAFKA_BROKERS: cluster.addresses.join(),
      KAFKA_PREFIX: PREFIX,
      KAFKA_REPLICAS: '1',
      KAFKA_SASL_USERNAME: cluster.admin.username,
      KAFKA_SASL_PASSWORD: cluster.admin.password,
    };
    for (const workers of [1, 2]) await timed(workers, env, await store.head());
  } finally {
    await transport.close();
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
