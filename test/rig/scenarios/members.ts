import { setTimeout as pause } from 'node:timers/promises';
import { assertRebuiltEqualsLive } from './read-models';
import type { Bench } from './bench';
import type { Figures, Scenario } from './scenario';

const EVERY_MS = 3_000;

/** One of two workers leaves and comes again, every three seconds, under load. */
export async function comeAndGo(bench: Bench): Promise<Figures> {
  await bench.settle();
  const second = bench.workers[1];
  const load = bench.reporter.load(4);
  const turns = bench.sized(1, 100);
  try {
    for (let turn = 0; turn < turns; turn += 1) {
      await second?.stop();
      await pause(bench.full ? EVERY_MS : 0);
      second?.start();
      await second?.untilReady();
      await pause(bench.full ? EVERY_MS : 0);
    }
  } finally {
    await load.stop();
  }
  await bench.settle();
  await assertRebuiltEqualsLive(bench);
  await bench.reporter.audit();
  return { turns };
}

export const memberScenarios: readonly Scenario[] = [
  { id: 'B13', title: 'a worker leaves and comes again under load', brokers: 1, run: comeAndGo },
];
