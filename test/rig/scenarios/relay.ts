import assert from 'node:assert/strict';
import type { AppProcess } from '../system/app-process';
import { until } from '../system/until';
import type { Bench } from './bench';
import type { Figures, Scenario } from './scenario';

const RELAY = 'subscription:relay';
const PRODUCE = 0;

async function leader(bench: Bench): Promise<AppProcess> {
  let found: AppProcess | undefined;
  const holds = async (): Promise<boolean> => {
    const pid = await bench.system.holderOf(RELAY);
    found = bench.workers.find((worker) => pid !== undefined && worker.pid === pid);
    return found !== undefined;
  };
  await until('a worker to lead the relay', holds, { withinMs: 30_000 }, () => bench.system.lastWords());
  return found as AppProcess;
}

/** One worker is left, with a failpoint; it leads and ends there, and comes again without. */
async function relayKilledAt(bench: Bench, failpoint: string): Promise<Figures> {
  const before = await bench.proveTopic();
  const [first, second] = bench.workers;
  await Promise.all([first?.stop(), second?.stop()]);
  first?.start(failpoint);
  assert(await first?.untilReady());
  await bench.passLeases();
  await bench.notes(500);
  const end = await first?.ended;
  assert.deepEqual([end?.signal, end?.byItself], ['SIGKILL', true], `${failpoint}: ${first?.lastWords()}`);
  await bench.passLeases();
  await bench.settle();
  const after = await bench.proveTopic();
  return { events: after.events - before.events, copies: after.copies - before.copies };
}

export async function killedBeforeSending(bench: Bench): Promise<Figures> {
  const figures = await relayKilledAt(bench, 'relay.read');
  // What else the log took meanwhile, a timer's step or a block of numbers, is there too.
  assert(Number(figures['events']) >= 500, 'notes are missing');
  assert.equal(figures['copies'], 0);
  return figures;
}

export async function killedBeforeNoting(bench: Bench): Promise<Figures> {
  const figures = await relayKilledAt(bench, 'relay.sent');
  assert(Number(figures['events']) >= 500, 'notes are missing');
  assert(Number(figures['copies']) > 0, 'nothing was sent again');
  return figures;
}

/** The broker stores, and its answer never arrives. */
export async function answerLost(bench: Bench): Promise<Figures> {
  const proxy = bench.kafkaProxy;
  assert(proxy);
  const before = await bench.proveTopic();
  let eaten = 0;
  const wanted = bench.sized(3, 50);
  proxy.onRequest = (text) => {
    if (eaten >= wanted || proxy.swallowing || apiKeyOf(text) !== PRODUCE) return;
    eaten += 1;
    proxy.swallowing = true;
    // The broker has had the time to store it by then; the answer is gone with the connection.
    setTimeout(() => {
      proxy.cut();
      proxy.swallowing = false;
    }, 300);
  };
  try {
    for (let round = 0; eaten < wanted; round += 1) {
      assert(round < wanted * 50, 'the relay sends nothing');
      await bench.notes(100);
    }
  } finally {
    proxy.onRequest = () => undefined;
    proxy.swallowing = false;
  }
  await bench.settle();
  const after = await bench.proveTopic();
  return { eaten, events: after.events - before.events, copies: after.copies - before.copies };
}

/** Of a request to a broker, where this is its beginning. */
const apiKeyOf = (text: string): number | undefined =>
  text.length < 8 ? undefined : Buffer.from(text, 'latin1').readInt16BE(4);

/** The leader hangs, another takes over, then the first one goes on where it was. */
export async function leaderPaused(bench: Bench): Promise<Figures> {
  await bench.settle();
  const before = await bench.proveTopic();
  const stale = await leader(bench);
  const load = bench.reporter.load(4);
  await bench.notes(300);
  stale.pause();
  try {
    // The other one waits for the end of the lease by itself: ten seconds.
    await bench.notes(300);
    const successor = async (): Promise<boolean> => {
      const pid = await bench.system.holderOf(RELAY);
      return pid !== undefined && pid !== stale.pid;
    };
    await until('another worker to lead', successor, { withinMs: 40_000 }, () => bench.system.lastWords());
    await bench.notes(300);
    if (bench.full) await new Promise((resolve) => setTimeout(resolve, 60_000));
  } finally {
    stale.resume();
  }
  await bench.notes(300);
  await load.stop();
  await bench.settle();
  const successor = await leader(bench);
  assert.notEqual(successor.pid, stale.pid, 'the stale one leads again');
  const after = await bench.proveTopic();
  await bench.reporter.audit();
  return { events: after.events - before.events, copies: after.copies - before.copies };
}

export const relayScenarios: readonly Scenario[] = [
  { id: 'A5', title: 'relay killed after reading, before sending', brokers: 1, run: killedBeforeSending },
  { id: 'A6', title: 'relay killed after the acknowledgement, before noting it', brokers: 1, run: killedBeforeNoting },
  { id: 'A7', title: 'acknowledgement lost', brokers: 1, run: answerLost },
  { id: 'A11', title: 'leading relay paused while another takes over', brokers: 1, run: leaderPaused },
];
