import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { KillsDone, Timed } from './killer';
import type { KillsReport } from './run-kills';

const root = path.resolve(__dirname, '../../..');
export const LEDGER = path.join(root, 'docs', 'faults-ledger.md');

const HEADER = `# Ledger of kills

Each line is a run of \`npm run rig -- kills --count N --seed S\`: a whole distributed system under load, its processes
killed by a plan that the seed repeats, and a checker afterwards (\`test/rig/checker\`). The claim is the sum of the lines
since the code concerned was last changed. Kills: api, worker, PostgreSQL, broker. Recovery in seconds, median / longest,
from the start of what was killed until it is ready (a broker: until all replicas are in sync; caught up: every
subscription, after every fifth kill).

<!-- prettier-ignore -->
| Date | Commit | Seed | Kills | Failpoints | Hangs | Acknowledged | Unanswered | Repeated | Violations | Recovery: api · worker · PostgreSQL · broker · caught up | Duration |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
`;

/** The line of a run, for people to commit. */
export function addToLedger(report: KillsReport, seed: number, now = new Date()): string {
  if (!existsSync(LEDGER)) writeFileSync(LEDGER, HEADER);
  const line = ledgerLine(report, { seed, commit: commitHere(), date: now.toISOString().slice(0, 10) });
  appendFileSync(LEDGER, `${line}\n`);
  return line;
}

interface Named {
  readonly seed: number;
  readonly commit: string;
  readonly date: string;
}

export function ledgerLine({ done, journal, violations, seconds }: KillsReport, { seed, commit, date }: Named): string {
  const { api, worker, database, broker } = done.kills;
  const kills = `${api + worker + database + broker} (${api}, ${worker}, ${database}, ${broker})`;
  const hits = [...done.hit.values()].reduce((sum, times) => sum + times, 0);
  const timed: readonly Timed[] = ['api', 'worker', 'database', 'broker', 'caught up'];
  const recovery = timed.map((of) => medianAndMost(done, of)).join(' · ');
  const { acknowledged, unanswered, repeated } = journal;
  const cells = [
    date,
    commit,
    seed,
    kills,
    `${hits} at ${done.hit.size}`,
    done.hangs,
    acknowledged,
    unanswered,
    repeated,
  ];
  return `| ${[...cells, violations.length, recovery, `${Math.round(seconds / 60)} min`].join(' | ')} |`;
}

export function medianAndMost({ recoveries }: Pick<KillsDone, 'recoveries'>, of: Timed): string {
  const sorted = [...(recoveries.get(of) ?? [])].sort((a, b) => a - b);
  const inSeconds = (ms: number | undefined): string => (ms === undefined ? '–' : (ms / 1_000).toFixed(1));
  return `${inSeconds(sorted[Math.floor((sorted.length - 1) / 2)])} / ${inSeconds(sorted.at(-1))}`;
}

/** What is not committed is said. */
function commitHere(): string {
  const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'apps', 'libs') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' and changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
