import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Failpoint } from '@fieldcase/config';
import { KafkaJsTransport } from '@fieldcase/kafka';
import { violationsIn } from '../checker/checks';
import type { Violation } from '../checker/evidence';
import { gather } from '../checker/gather';
import { DistributedSystem } from '../system/distributed-system';
import { GoodClient } from './good-client';
import { Journal } from './journal';
import { KafkaClerks } from './kafka-clerks';
import { Killer, type KillsDone } from './killer';
import { Load } from './load';
import { leastCount, planOf } from './plan';

export interface KillsOptions {
  readonly count: number;
  readonly seed: number;
  readonly rate: number;
  /** Each is to be hit at least once. */
  readonly failpoints: readonly Failpoint[];
  /** Nothing is killed later than so many after the beginning. */
  readonly minutes: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Keeps folder and journal even where all went well. */
  readonly keep?: boolean;
}

export interface KillsReport {
  readonly done: KillsDone;
  readonly journal: ReturnType<Journal['figures']>;
  readonly casesClosed: number;
  readonly events: number;
  readonly violations: readonly Violation[];
  readonly seconds: number;
}

const APIS = 2;
const WORKERS = 2;
const BROKERS = 3;
/** Of the sample data: vans, where most parts come from. */
const DEPOTS = [1, 3, 4, 6, 7, 8, 11, 12].map((n) => `demo-van-${n}`);
const STOP_MS = 20_000;
const ROUNDS = 5;
/** A case waits now and then for a depot or for what was killed: so many lanes keep the rate all the same. */
const RATE_OF_A_LANE = 1;

/** A system under load, killed by plan; then everything that it says is compared to what its clients know. */
export async function runKills(options: KillsOptions): Promise<KillsReport> {
  const { say, keep } = options;
  const began = performance.now();
  const system = await DistributedSystem.open({
    ...{ brokers: BROKERS, apis: APIS, workers: WORKERS, samples: 30 },
    env: { SURVEY_DELAY: 'PT5S', RATE_COMMANDS_PER_MINUTE: '1000000', RATE_QUERIES_PER_MINUTE: '1000000' },
    ...(keep === undefined ? {} : { keep }),
  });
  say(`${APIS} API, ${WORKERS} workers, ${BROKERS} brokers and PostgreSQL run; logs in ${system.folder}`);
  let failed = true;
  try {
    const report = await strikeAndCheck(system, options, began + options.minutes * 60_000);
    failed = report.violations.length > 0;
    return { ...report, seconds: Math.round((performance.now() - began) / 1_000) };
  } finally {
    await system.close(failed);
  }
}

async function strikeAndCheck(
  system: DistributedSystem,
  { count, seed, rate, failpoints, say, signal }: KillsOptions,
  until: number,
): Promise<Omit<KillsReport, 'seconds'>> {
  await system.untilRecovered({ withinMs: 300_000 });
  const base = await system.head();
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'fieldcase-journal-')), 'journal.jsonl');
  const journal = new Journal(file);
  say(`the clients' journal: ${file}`);
  const client = await GoodClient.of(system.apis, system.dataDir, journal);
  const { brokers, prefix } = system;
  if (!brokers) throw new Error('there are no brokers');
  const clerks = await KafkaClerks.of({ brokers, prefix, depots: DEPOTS, journal });
  const load = new Load({ client, clerks, seed, rate, lanes: Math.max(4, Math.ceil(rate / RATE_OF_A_LANE)) });
  const killer = new Killer(system, say, signal);
  killer.watch();
  load.start();
  const plan = planOf({ count, seed, failpoints, apis: APIS, workers: WORKERS, brokers: BROKERS });
  const done = await killer.carryOut(plan, until);
  await load.stop();
  await clerks.close();
  const unclean = await bringToRest(system);
  say('at rest: reading log, topic and read models');
  const surprises = [...done.surprises, ...neverHit(done, count, failpoints), ...unclean];
  const evidence = await evidenceOf(system, { base, journal: journal.entries, surprises });
  const violations = violationsIn(evidence);
  return { done, journal: journal.figures(), casesClosed: load.closed, events: evidence.events.length, violations };
}

/** Surveys and timers go on for some seconds after the load: what the last of them wrote is followed as well. */
async function bringToRest(system: DistributedSystem): Promise<string[]> {
  for (let round = 1; ; round += 1) {
    await system.untilRecovered({ withinMs: 300_000 });
    const ends = await Promise.all(system.apps.map(async (app) => ({ name: app.name, end: await app.stop(STOP_MS) })));
    const [head, positions] = [await system.head(), await system.positions()];
    if (round === ROUNDS || [...positions.values()].every((position) => position >= head)) {
      const unclean = ends.filter(({ end }) => end.code !== 0);
      return unclean.map(({ name, end }) => `${name} ended with ${JSON.stringify(end)}`);
    }
    for (const worker of system.workers) worker.start();
    await Promise.all(system.workers.map((worker) => worker.untilReady()));
  }
}

function neverHit({ hit }: KillsDone, count: number, failpoints: readonly Failpoint[]): string[] {
  if (count < leastCount(failpoints)) return [];
  return failpoints.filter((name) => !hit.has(name)).map((name) => `the failpoint ${name} was never hit`);
}

async function evidenceOf(
  system: DistributedSystem,
  more: Pick<Parameters<typeof gather>[0], 'base' | 'journal' | 'surprises'>,
) {
  const { brokers, prefix } = system;
  if (!brokers) throw new Error('there are no brokers');
  const transport = new KafkaJsTransport({ brokers: brokers.addresses, clientId: 'rig', sasl: brokers.admin });
  try {
    return await gather({ ...more, databaseUrl: system.database.url, kafka: { transport, prefix } });
  } finally {
    await transport.close();
  }
}
