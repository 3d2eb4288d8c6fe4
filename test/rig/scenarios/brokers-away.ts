import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresEventStore } from '@fieldcase/postgres';
import { until } from '../system/until';
import type { Bench } from './bench';
import { appendNotes } from './notes';
import type { Figures, Scenario } from './scenario';

const DRAIN_MS = 300_000;
const BLOCK = 500;

/** Events at an even rate, for so long. */
async function writeEvenly(bench: Bench, events: number, seconds: number): Promise<void> {
  await bench.withPool(async (pool) => {
    const store = new PostgresEventStore(pool);
    const began = performance.now();
    for (let written = 0; written < events; written += BLOCK) {
      const dueAt = began + (written / events) * seconds * 1_000;
      if (dueAt > performance.now()) await pause(dueAt - performance.now());
      await appendNotes(store, Math.min(BLOCK, events - written));
    }
  });
}

/** Commands go on as if nothing were; when the broker is back, what waited is published in order. */
export async function brokerDown(bench: Bench): Promise<Figures> {
  const [broker] = bench.brokers.all;
  assert(broker);
  await bench.settle();
  const { counts } = bench.reporter;
  const refused = counts.unavailable + counts.unanswered;
  const before = await bench.proveTopic();
  await broker.stop();
  const load = bench.reporter.load(bench.sized(2, 1));
  await writeEvenly(bench, bench.sized(5_000, 300_000), bench.sized(4, 600));
  const commands = await load.stop();
  assert.equal(counts.unavailable + counts.unanswered, refused, 'a command was refused while the broker was down');
  const head = await bench.system.head();
  const waiting = head - ((await bench.system.positions()).get('relay') ?? 0n);
  broker.launch();
  await broker.untilListening();
  const drainedMs = await bench.system.untilRecovered({ withinMs: DRAIN_MS });
  const after = await bench.proveTopic();
  await bench.reporter.audit();
  assert(BigInt(after.events - before.events) >= waiting, 'less was published than had waited');
  return { waiting: Number(waiting), commands, drainedSeconds: Math.round(drainedMs / 100) / 10 };
}

/** Again and again under load; each time it comes back on the same data. */
export async function brokerKilled(bench: Bench): Promise<Figures> {
  const [broker] = bench.brokers.all;
  assert(broker);
  const kills = bench.sized(1, 200);
  const load = bench.reporter.load(4);
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await bench.notes(1_000);
      await broker.kill();
      await bench.notes(200);
      broker.launch();
      await broker.untilListening();
    }
  } finally {
    await load.stop();
  }
  await bench.settle();
  const { events, copies } = await bench.proveTopic();
  await bench.reporter.audit();
  return { kills, events, copies };
}

/** One of three is left: less than is asked for is no acknowledgement, and nobody asks for less. */
export async function tooFewInSync(bench: Bench): Promise<Figures> {
  const [first, second] = bench.brokers.all;
  assert(first && second);
  await bench.brokers.untilInSync([bench.topic]);
  await bench.settle();
  await Promise.all([first.kill(), second.kill()]);
  const marks = bench.marks();
  const noted = (await bench.system.positions()).get('relay') ?? 0n;
  await bench.notes(1_000);
  await bench.reporter.report();
  await until('the relay to fail', () => bench.saidSince(marks, 'the relay cannot publish, and tries again'), {
    withinMs: 60_000,
  });
  const meanwhile = (await bench.system.positions()).get('relay') ?? 0n;
  assert(meanwhile - noted < 1_000n, 'the relay has noted what too few have');
  first.launch();
  second.launch();
  await Promise.all([first.untilListening(), second.untilListening()]);
  await bench.brokers.untilInSync([bench.topic]);
  const drainedMs = await bench.settle();
  const { events, copies } = await bench.proveTopic();
  await bench.reporter.audit();
  return { events, copies, drainedSeconds: Math.round(drainedMs / 100) / 10 };
}

/** Deleted and made again under the relay's feet: it stands still, says why and what to do, and that mends it. */
export async function topicDeleted(bench: Bench): Promise<Figures> {
  await bench.settle();
  const marks = bench.marks();
  await bench.withAdmin(async (admin) => {
    const writing = bench.notes(2_000);
    await admin.deleteTopics({ topics: [bench.topic] });
    await admin
      .createTopics({ topics: [{ topic: bench.topic, numPartitions: 16, replicationFactor: 1 }] })
      .catch(() => undefined);
    await writing;
  });
  await bench.reporter.report();
  const stands = (): boolean => bench.saidSince(marks, 'the relay stands still');
  await until('the relay to stand still', stands, { withinMs: 60_000 }, () => bench.system.lastWords());
  assert(bench.saidSince(marks, 'was deleted and made again'), 'the reason is not told');
  assert(bench.saidSince(marks, 'fieldcase relay restart'), 'the remedy is not told');
  // Read models do not wait for it.
  const head = await bench.system.head();
  const behind = async (): Promise<boolean> => ((await bench.system.positions()).get('case-board') ?? 0n) < head;
  await until('the read models to go on from the log', async () => !(await behind()), { withinMs: 60_000 });
  for (const worker of bench.workers) await worker.stop();
  await bench.passLeases();
  await bench.withAdmin((admin) => admin.deleteTopics({ topics: [bench.topic] }));
  await bench.system.runVerb('relay', 'restart');
  await bench.passLeases();
  await bench.settle();
  const { events, copies } = await bench.proveTopic();
  assert.equal(BigInt(events), await bench.system.head(), 'not the whole log is in the new topic');
  return { events, copies };
}

export const brokerScenarios: readonly Scenario[] = [
  { id: 'B1', title: 'no broker while commands go on', brokers: 1, run: brokerDown },
  { id: 'B2', title: 'broker killed while records are produced', brokers: 1, run: brokerKilled },
  { id: 'B3', title: 'two of three brokers killed', brokers: 3, run: tooFewInSync },
  { id: 'B4', title: 'log topic deleted and made again', brokers: 1, run: topicDeleted },
];
