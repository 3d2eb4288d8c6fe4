import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { fireCases } from './kit/case-clocks';
import { delaysOf, quantile, round } from './kit/figures';
import { firedBy } from './kit/fired-timers';
import { GraphileJobs } from './kit/graphile-jobs';
import { openTimers, startClocks } from './kit/open-timers';
import { sizesOf } from './kit/sizes';
import { Trickle } from './kit/trickle';
import { until } from './kit/waiting';

/**
 * `npm run bench -- timers [--timers 1000000] [--per-second 1000] [--seconds 60] [--storm 1000000] [--commands 100]
 * [--cases 10000] [--smoke]`: how late a due timer is while many are open, from the instant at which it was due to the `recordedAt` of the
 * event that its firing appended, both by the database's clock. First so many a second; then a storm of timers that are due
 * at one instant, with the delay of other people's commands (100 a second, another process) before it and meanwhile. The
 * reference is graphile-worker on the same server with as many open jobs, a tenth of the seconds and a tenth of the storm.
 * These timers are of clocks with one step, and firing them decides nothing: what is measured is to claim, append and move
 * on. Last so many cases of the product itself, each with all of its clocks, fired through its commands: 2.5 times as long.
 */
const sizes = sizesOf({
  full: {
    timers: 1_000_000,
    'per-second': 1_000,
    seconds: 60,
    storm: 1_000_000,
    commands: 100,
    before: 10,
    cases: 10_000,
  },
  small: { timers: 2_000, 'per-second': 100, seconds: 1, storm: 2_000, commands: 50, before: 1, cases: 200 },
});
const report = new BenchReport('timers');
const DAY = 86_400_000;
/** The reference is slower: of a full run it gets a part. */
const SHARE = sizes.smoke ? 1 : 10;
/** Between what is filled and the first that is due. */
const LEAD_MS = 500;
/** A row of the log and one of the timers, by COPY. */
const FILL_MS = 0.035;

async function main(): Promise<void> {
  const [ours, theirs] = [await scratchDatabase('bench_timers'), await scratchDatabase('bench_graphile')];
  const jobs = await GraphileJobs.create(theirs.url);
  try {
    await openTimers(ours.url, sizes.timers, Date.now() + DAY);
    await jobs.add(sizes.timers, Date.now() + DAY, 0);
    await atRate(ours.url, jobs);
    await storm(ours.url, jobs);
    await casesDue();
  } finally {
    await jobs.close();
    await ours.drop();
    await theirs.drop();
  }
  report.finish();
}

async function atRate(url: string, jobs: GraphileJobs): Promise<void> {
  const { 'per-second': perSecond, seconds } = sizes;
  const [count, everyMs] = [perSecond * seconds, 1_000 / perSecond];
  if (count === 0) return;
  const first = Date.now() + LEAD_MS + count * FILL_MS;
  const ours = await firedBy(url, async (house) => {
    await startClocks(url, count, (n) => Math.ceil(first + n * everyMs));
    house.start();
    await until('all timers fire', () => house.fired >= count, (seconds + 60) * 1_000);
  });
  report.add({ part: 'at a rate', of: 'ours', open: sizes.timers, perSecond, ...ours });
  report.shape(
    'none early, none double, none lost',
    ours.early === 0 && ours.double === 0 && ours.fired === count,
    count,
  );
  if (!sizes.smoke) report.goal('p99 lateness below 500 ms', ours.p99Ms < 500, ours.p99Ms);
  const fewer = Math.ceil(count / SHARE);
  await jobs.add(fewer, Date.now() + LEAD_MS + fewer * FILL_MS, everyMs);
  await jobs.start();
  await jobs.untilFired(fewer, seconds * 1_000 + 60_000);
  await jobs.stop();
  const late = delaysOf(await jobs.lateness());
  report.add({ part: 'at a rate', of: 'graphile-worker', open: sizes.timers, perSecond, fired: fewer, ...late });
  await jobs.forget();
}

async function storm(url: string, jobs: GraphileJobs): Promise<void> {
  const count = sizes.storm;
  if (count === 0) return;
  const trickle = await Trickle.start(url, sizes.commands);
  try {
    const before = await alone(trickle);
    const ours = await ourStorm(url, count, trickle);
    const theirs = await theirStorm(jobs, Math.ceil(count / SHARE), trickle);
    const commands = { ours: ours.commands, 'graphile-worker': theirs.commands };
    report.add({ part: 'commands', beside: 'nothing', count: before.length, ...delaysOf(before) });
    for (const [beside, delays] of Object.entries(commands)) {
      report.add({ part: 'commands', beside: `the storm of ${beside}`, count: delays.length, ...delaysOf(delays) });
    }
    const ratio = round(ours.perSecond / theirs.perSecond);
    const slower = round(quantile(ours.commands, 0.99) / quantile(before, 0.99));
    report.shape('the storm is over at half the speed of graphile-worker, or faster', ratio >= 0.5, ratio);
    if (sizes.smoke) return;
    report.goal('a storm of a million is over within 60 s', ours.perSecond >= 1_000_000 / 60, round(ours.perSecond));
    report.goal('p99 of commands at most 2 times as long meanwhile', slower <= 2, slower);
  } finally {
    await trickle.stop();
  }
}

interface Storm {
  readonly perSecond: number;
  /** ms of each command meanwhile. */
  readonly commands: number[];
}

async function ourStorm(url: string, count: number, trickle: Trickle): Promise<Storm> {
  const dueAt = Math.ceil(Date.now() + LEAD_MS + count * FILL_MS);
  let seconds = 0;
  let commands: number[] = [];
  const fired = await firedBy(url, async (house) => {
    await startClocks(url, count, () => dueAt);
    await until('they are due', () => Date.now() >= dueAt, DAY);
    commands = await trickle.during(async () => {
      const began = performance.now();
      house.start();
      await until('the storm is over', () => house.fired >= count, 60_000 + count);
      seconds = (performance.now() - began) / 1_000;
    });
  });
  const perSecond = count / seconds;
  report.add({ part: 'storm', of: 'ours', due: count, seconds: round(seconds), perSecond: round(perSecond), ...fired });
  const once = fired.early === 0 && fired.double === 0 && fired.fired === count;
  report.shape('of the storm too none early, none double, none lost', once, fired.fired);
  return { perSecond, commands };
}

async function theirStorm(jobs: GraphileJobs, count: number, trickle: Trickle): Promise<Storm> {
  await jobs.add(count, Date.now(), 0);
  let seconds = 0;
  const commands = await trickle.during(async () => {
    const began = performance.now();
    await jobs.start();
    await jobs.untilFired(count, 60_000 + count * 2);
    seconds = (performance.now() - began) / 1_000;
  });
  await jobs.stop();
  const perSecond = count / seconds;
  report.add({
    part: 'storm',
    of: 'graphile-worker',
    due: count,
    seconds: round(seconds),
    perSecond: round(perSecond),
  });
  return { perSecond, commands };
}

/** Of the product's own clocks, where the firing itself has more to do. */
async function casesDue(): Promise<void> {
  if (sizes.cases === 0) return;
  const database = await scratchDatabase('bench_cases');
  const trickle = await Trickle.start(database.url, sizes.commands);
  try {
    const before = await alone(trickle);
    let meanwhile: number[] = [];
    const perSecond = await fireCases(database.url, sizes.cases, async (firing) => {
      meanwhile = await trickle.during(firing);
    });
    report.add({ part: 'cases due at once', of: 'ours', due: sizes.cases, perSecond: round(perSecond) });
    report.add({ part: 'commands', beside: 'nothing', count: before.length, ...delaysOf(before) });
    report.add({ part: 'commands', beside: 'cases that fire', count: meanwhile.length, ...delaysOf(meanwhile) });
  } finally {
    await trickle.stop();
    await database.drop();
  }
}

const alone = (trickle: Trickle): Promise<number[]> =>
  trickle.during(() => until('measured alone', after(sizes.before * 1_000), DAY));

function after(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
