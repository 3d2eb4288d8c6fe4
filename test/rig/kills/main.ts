import { parseArgs } from 'node:util';
import { groupBy } from '../checker/group-by';
import { addToLedger, medianAndMost } from './ledger';
import { runKills, type KillsReport } from './run-kills';
import { inWords, planOf } from './plan';
import { FAILPOINTS, type Failpoint } from '@fieldcase/config';

/**
 * `npm run rig -- kills [--count 60] [--seed 1] [--rate 60] [--failpoints a,b] [--minutes M] [--ledger] [--plan] [--keep]`: a whole distributed system under
 * load, its processes killed by plan. The same seed is the same plan. From 200 kills on, a line is added to
 * docs/faults-ledger.md. `--minutes`: nothing is killed later; what is left out fails the run.
 */
const LEDGER_FROM = 200;
const SHOWN = 5;
const DETAIL_LENGTH = 1_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '60' },
      failpoints: { type: 'string', default: FAILPOINTS.join() },
      minutes: { type: 'string', default: 'Infinity' },
      ledger: { type: 'boolean', default: false },
      plan: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  const [count, seed, rate] = [Number(values.count), Number(values.seed), Number(values.rate)];
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error('--minutes must be a number above 0');
  if (!(count >= 1) || !Number.isInteger(count) || !Number.isInteger(seed) || !(rate > 0)) {
    throw new Error('--count and --seed must be whole numbers, --rate a number above 0');
  }
  const failpoints = values.failpoints.split(',').map(knownFailpoint);
  if (values.plan) {
    for (const { afterMs, blow } of planOf({ count, seed, failpoints, apis: 2, workers: 2, brokers: 3 })) {
      console.log(`after ${afterMs} ms ${inWords(blow)}`);
    }
    return;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const began = performance.now();
  const say = (line: string): void =>
    console.log(`${String(Math.round((performance.now() - began) / 1_000)).padStart(4)} s ${line}`);
  const report = await runKills({
    count,
    seed,
    rate,
    failpoints,
    minutes,
    say,
    signal: stopping.signal,
    keep: values.keep,
  });
  const ledger = values.ledger || count >= LEDGER_FROM;
  if (ledger) console.log(addToLedger(report, seed));
  tell(report);
  if (report.violations.length === 0) return;
  process.exitCode = 1;
  const which = failpoints.length === FAILPOINTS.length ? '' : ` --failpoints ${failpoints.join()}`;
  console.log(`the same plan again: npm run rig -- kills --count ${count} --seed ${seed} --rate ${rate}${which}`);
}

function knownFailpoint(given: string): Failpoint {
  const known = FAILPOINTS.find((name) => name === given);
  if (known) return known;
  throw new Error(`--failpoints must be of ${FAILPOINTS.join()}`);
}

function tell({ done, journal, casesClosed, events, violations, seconds }: KillsReport): void {
  for (const [check, of] of groupBy(violations, (each) => each.check)) {
    console.log(`${of.length} times violated: ${check}`);
    for (const { detail } of of.slice(0, SHOWN)) console.log(`  ${detail.slice(0, DETAIL_LENGTH)}`);
  }
  const recovery = Object.fromEntries([...done.recoveries.keys()].map((of) => [of, medianAndMost(done, of)]));
  const { kills, hangs } = done;
  const figures = { kills, hangs, hit: Object.fromEntries(done.hit), journal, casesClosed, events, recovery, seconds };
  console.log(
    `${violations.length === 0 ? 'ok' : 'failed'} kills ${JSON.stringify({ ...figures, violations: violations.length })}`,
  );
}

main().then(
  // What a fault has left open must not keep the rig alive.
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
