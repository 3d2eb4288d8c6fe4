import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { logTopic, logTopicSpec, Relay } from '@fieldcase/kafka';
import { createPool } from '@fieldcase/postgres';
import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { round } from './kit/figures';
import { fillLog, noteOf } from './kit/filled-log';
import { progressOf, withLogOnKafka, type LogOnKafka } from './kit/log-on-kafka';
import { sizesOf } from './kit/sizes';
import { until } from './kit/waiting';

/**
 * `npm run bench -- share [--events 100000] [--smoke]`: how long one worker takes, which is the reference, and two that
 * share the partitions, to fill the read models of an empty database from the log topic; from the first checkpoint that
 * moves to the last at the head. Small, it is seen only that two come to the end of it: dealing out the partitions takes
 * longer than the work.
 */
const sizes = sizesOf({ full: { events: 100_000 }, small: { events: 2_000 } });
const report = new BenchReport('share');
const PREFIX = 'bench';
const LATEST_MS = 300_000;
const root = path.resolve(__dirname, '../..');

async function main(bench: LogOnKafka): Promise<void> {
  await fillLog(bench.store, sizes.events, noteOf);
  await publish(bench);
  const head = await bench.store.head();
  const perSecond = new Map<number, number>();
  for (const workers of sizes.smoke ? [2] : [1, 2]) {
    const ms = await timed(workers, environmentOf(bench), head);
    perSecond.set(workers, Number(head) / (ms / 1_000));
    const eventsPerSecond = round(perSecond.get(workers) ?? 0);
    report.add({ workers, events: Number(head), seconds: round(ms / 1_000), eventsPerSecond });
  }
  report.shape('all read models come to the head of the log', perSecond.size > 0, Number(head));
  const gain = round((perSecond.get(2) ?? 0) / (perSecond.get(1) ?? Number.NaN));
  if (!sizes.smoke) report.shape('two take no longer than three times as long as one', gain >= 1 / 3, gain);
}

async function publish({ pool, source, log, transport }: LogOnKafka): Promise<void> {
  await transport.ensureTopic(logTopicSpec(PREFIX, 1));
  const publisher = await transport.publisher();
  const progress = await progressOf(pool, 'relay');
  const relay = new Relay({ log, topic: logTopic(PREFIX), source, progress }, publisher);
  while ((await relay.step()) > 0);
  await publisher.close();
}

const environmentOf = ({ databaseUrl, access }: LogOnKafka) => ({
  DATABASE_URL: databaseUrl,
  KAFKA_BROKERS: access.brokers.join(),
  KAFKA_PREFIX: PREFIX,
  KAFKA_REPLICAS: '1',
  KAFKA_SASL_USERNAME: access.sasl.username,
  KAFKA_SASL_PASSWORD: access.sasl.password,
});

/** @returns milliseconds */
async function timed(workers: number, env: Readonly<Record<string, string>>, head: bigint): Promise<number> {
  const sink = await scratchDatabase('bench_share_sink');
  const pool = createPool({ url: sink.url, max: 1 });
  const position = async (of: 'min' | 'max'): Promise<bigint> => {
    const { rows } = await pool.query<{ at: string | null }>(`select ${of}(position) as at from fieldcase.checkpoints`);
    return BigInt(rows[0]?.at ?? 0);
  };
  const children = Array.from({ length: workers }, () => startWorker({ ...env, READ_MODELS_DATABASE_URL: sink.url }));
  try {
    await until('a checkpoint moves', async () => (await position('max')) > 0n, LATEST_MS);
    const began = performance.now();
    await until('all checkpoints at the head', async () => (await position('min')) >= head, LATEST_MS);
    return performance.now() - began;
  } finally {
    await Promise.all(children.map(stopWorker));
    await pool.end();
    await sink.drop();
  }
}

function startWorker(env: Readonly<Record<string, string>>): ChildProcess {
  const loader = path.join(root, 'test/rig/load-typescript.cjs');
  return spawn(process.execPath, ['-r', loader, path.join(root, 'apps/worker/src/main.ts')], {
    env: { ...process.env, ...env, ROLES: 'projections' },
    stdio: 'ignore',
  });
}

async function stopWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

withLogOnKafka('share', main)
  .then(() => report.finish())
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
