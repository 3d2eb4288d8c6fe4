import { parseArgs } from 'node:util';
import { BenchReport } from './kit/bench-report';
import { interleaved, median, quantile, round } from './kit/figures';
import { GrownLog } from './kit/grown-log';

/**
 * `npm run bench -- growth [--to 6] [--runs 5]`: what a command costs as the log grows, from 10^4 to 10^6 (`--to 7`: 10^7)
 * events: an append of one event and DispatchTechnician through the application, 8 callers at once, and a page of the
 * board over the cases of such a log: whole, of which the smallest board fills a third, and (`short-board`) of four rows,
 * which it has at any size. All sizes are kept side by side and measured in turn; the reference is the smallest.
 */
import type { GrownWork } from './kit/grown-works';

const { values } = parseArgs({
  options: {
    to: { type: 'string' },
    runs: { type: 'string' },
    smoke: { type: 'boolean', default: false },
  },
});
const [from, to] = values.smoke ? [3, 5] : [4, Number(values.to ?? 6)];
const runs = Number(values.runs ?? (values.smoke ? 2 : 5));
/** A page of the board is more than a command, and one is asked for at a time. */
const commandsOf = (work: GrownWork): number => (values.smoke ? 120 : 2_000) / (work.endsWith('board') ? 4 : 1);
const sizes = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
const WORKS: readonly GrownWork[] = ['append', 'dispatch', 'board', 'short-board'];
/** The cost of a command at any size, in those at the smallest. */
const FLAT = 1.3;
const SMOKE_FLAT = 3;

async function measure(report: BenchReport, logs: readonly GrownLog[], work: GrownWork): Promise<void> {
  for (const log of logs) await log.run(work, Math.ceil(commandsOf(work) / 10));
  for (const log of logs) log.forget();
  const contenders = Object.fromEntries(logs.map((log) => [log.events, () => log.run(work, commandsOf(work))]));
  const costs = await interleaved(runs, contenders);
  const cost = ({ events }: GrownLog): number => median(costs[events] ?? []);
  const [smallest] = logs;
  for (const log of logs) {
    report.add({
      work,
      events: log.events,
      usPerCommand: round(cost(log) * 1_000),
      p50Ms: round(median(log.delays)),
      p99Ms: round(quantile(log.delays, 0.99)),
      buffersPerCommand: round(log.buffersPerCommand),
    });
  }
  const growth = round(Math.max(...logs.map(cost)) / (smallest ? cost(smallest) : Number.NaN));
  report.shape(`${work} costs at most ${SMOKE_FLAT} times as much at any size`, growth <= SMOKE_FLAT, growth);
  report.goal(`${work} costs at most ${FLAT} times as much at any size`, growth <= FLAT, growth);
}

async function main(): Promise<void> {
  const report = new BenchReport('growth');
  const logs: GrownLog[] = [];
  try {
    for (const events of sizes) logs.push(await GrownLog.fill(events));
    for (const work of WORKS) await measure(report, logs, work);
  } finally {
    for (const log of logs) await log.drop();
  }
  report.finish();
}

void main();
