import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../system/until';
import type { Bench } from './bench';
import type { Figures, Scenario } from './scenario';

const HEALTHY_MS = 10_000;

/** Ends PostgreSQL in each of these ways under load, one after the other. */
async function endedUnderLoad(bench: Bench, ends: readonly NodeJS.Signals[]): Promise<Figures> {
  const { database } = bench.system;
  await bench.settle();
  const pids = bench.system.apps.map(({ pid }) => pid);
  const load = bench.reporter.load(8);
  let slowest = 0;
  try {
    for (const end of ends) {
      await pause(bench.sized(300, 1_500));
      await database.end(end);
      await database.restart();
      const began = performance.now();
      await bench.api.untilReady();
      await bench.reporter.report();
      slowest = Math.max(slowest, performance.now() - began);
    }
  } finally {
    await load.stop();
  }
  assert(slowest < HEALTHY_MS, `healthy again only after ${slowest} ms`);
  await bench.system.untilRecovered();
  assert.deepEqual(
    bench.system.apps.map(({ pid }) => pid),
    pids,
    'a process ended with the database',
  );
  await bench.reporter.audit();
  const { events } = await bench.proveTopic();
  return { ends: ends.length, events, slowestMs: Math.round(slowest) };
}

/** Fast: clients are cut off and all is written. Immediate: it recovers at the next start. */
export function databaseRestarted(bench: Bench): Promise<Figures> {
  const ways: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
  return endedUnderLoad(bench, Array.from({ length: bench.sized(1, 20) }, () => ways).flat());
}

export function databaseKilled(bench: Bench): Promise<Figures> {
  return endedUnderLoad(
    bench,
    Array.from({ length: bench.sized(2, 300) }, () => 'SIGKILL' as const),
  );
}

async function reportUnderOlderLog(bench: Bench): Promise<void> {
  const { id } = await bench.reporter.report();
  const head = await bench.system.head();
  const onBoard = async (): Promise<boolean> => ((await bench.system.positions()).get('case-board') ?? 0n) >= head;
  await until('the read models to follow the older log', onBoard, { withinMs: 60_000 }, () => bench.system.lastWords());
  bench.reporter.forget(id);
}

/** The log goes back to an older backup, and the topic does not: two truths, and nobody chooses between them by himself. */
export async function olderBackup(bench: Bench): Promise<Figures> {
  const { system } = bench;
  const { database } = system;
  const own = database.cluster;
  const backup = path.join(system.folder, 'backup');
  const kept = path.join(system.folder, 'kept');
  await bench.settle();
  await Promise.all(system.apps.map((app) => app.kill()));
  await database.stop();
  // Owners and rights as well: PostgreSQL does not start on a folder of anybody else's.
  assert.equal(spawnSync('cp', ['-a', own, backup]).status, 0, 'the data folder cannot be copied');
  await database.restart();
  await bench.passLeases();
  for (const app of system.apps) app.start();
  await bench.settle();
  await bench.notes(500);
  await bench.settle();
  await Promise.all(system.apps.map((app) => app.kill()));
  await database.stop();
  renameSync(own, kept);
  renameSync(backup, own);
  await database.restart();
  await bench.passLeases();
  const marks = bench.marks();
  for (const app of system.apps) app.start();
  const told = (): boolean => bench.saidSince(marks, 'the relay stands still');
  await until('the relay to stand still', told, { withinMs: 60_000 }, () => system.lastWords());
  assert(bench.saidSince(marks, 'an older backup of the log was restored'), 'the reason is not told');
  // Read models take the log that there is for the truth, and nothing from the topic that it does not have.
  const head = await system.head();
  for (const [name, position] of await system.positions()) assert(position <= head, `${name} is ahead of the log`);
  await reportUnderOlderLog(bench);
  // The newer data is brought back, which is the remedy; the others of this run go on with it.
  await Promise.all(system.apps.map((app) => app.kill()));
  await database.stop();
  rmSync(own, { recursive: true });
  renameSync(kept, own);
  await database.restart();
  await bench.passLeases();
  await bench.settle();
  const { events } = await bench.proveTopic();
  await bench.reporter.audit();
  return { events };
}

/** Nothing passes and nobody is told: found by the clocks of those who wait, and over when it is over. */
export async function halfOpen(bench: Bench): Promise<Figures> {
  const { databaseProxy } = bench.system;
  const { kafkaProxy, reporter } = bench;
  assert(databaseProxy && kafkaProxy);
  await bench.settle();
  const marks = bench.marks();
  kafkaProxy.halfOpen = true;
  await bench.notes(200);
  const toldAfterMs = await until(
    'the relay to find it',
    () => bench.saidSince(marks, 'the relay cannot publish, and tries again'),
    {
      withinMs: 40_000,
    },
  );
  kafkaProxy.halfOpen = false;
  kafkaProxy.cut();
  await bench.system.untilRecovered();
  databaseProxy.halfOpen = true;
  const began = performance.now();
  const key = randomUUID();
  const answer = await reporter.try(key);
  const answeredAfterMs = performance.now() - began;
  assert.deepEqual([answer?.status, answer?.retryAfter], [503, '1']);
  databaseProxy.halfOpen = false;
  databaseProxy.cut();
  await reporter.report(key);
  await bench.system.untilRecovered();
  await reporter.audit();
  await bench.proveTopic();
  return { kafkaFoundMs: Math.round(toldAfterMs), databaseFoundMs: Math.round(answeredAfterMs) };
}

export const databaseScenarios: readonly Scenario[] = [
  { id: 'B6', title: 'PostgreSQL restarted, fast and immediate, under load', brokers: 1, run: databaseRestarted },
  { id: 'B7', title: 'PostgreSQL killed under load', brokers: 1, run: databaseKilled },
  { id: 'B22', title: 'half-open connections to PostgreSQL and to Kafka', brokers: 1, run: halfOpen },
  { id: 'B21', title: 'older backup restored', brokers: 1, run: olderBackup },
];
