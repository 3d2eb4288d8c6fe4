import type { Command } from 'commander';
import { databaseUrls, withDatabase } from '../database';
import { addSampleData, type SampleReport } from '../demo/sample-data';
import { UsageError } from '../failures';
import { Progress } from '../progress';
import { withCommonOptions, type Run } from '../verb';

const MAX_CASES = 100_000;
const MAX_SEED = 999_999_999;

interface DemoOptions {
  readonly cases: string;
  readonly seed: string;
}

export function demoVerb(program: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(program.command('demo'))
    .description('add sample cases of the last 30 days in three regions')
    .option('--cases <n>', `how many, 1 to ${MAX_CASES}`, '300')
    .option('--seed <seed>', 'a whole number; the same seed makes the same cases', '1')
    .addHelpText(
      'after',
      '\nTimes count back from the moment at which cases are first asked for. A second run with the same seed adds\n' +
        'only what is missing: more cases, or what a run that was killed left out.',
    )
    .action((given: DemoOptions) =>
      runOf(verb)(async ({ config, output, options }) => {
        const cases = wholeNumber('--cases', given.cases, 1, MAX_CASES);
        const seed = wholeNumber('--seed', given.seed, 0, MAX_SEED);
        return withDatabase(databaseUrls(options, config), async ({ store }) => {
          const progress = new Progress('samples', 'cases');
          const onProgress = (done: number): void => progress.update(done, cases);
          const adding = addSampleData({ store, seed, cases, now: Date.now, onProgress });
          const report = await adding.finally(() => progress.stop());
          output.result(report, textOf(report));
          return 0;
        });
      }),
    );
}

function wholeNumber(option: string, text: string, from: number, to: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new UsageError(`${option}: expected a whole number from ${from} to ${to}, got "${text}"`);
}

function textOf({ seed, cases, events }: SampleReport): string {
  const n = (value: number, unit: string): string =>
    `${value.toLocaleString('en-US')} ${unit}${value === 1 ? '' : 's'}`;
  const inLog = n(cases.inLog, 'sample case');
  if (events === 0) return `Nothing was added: the log holds ${inLog} of seed ${seed} already.`;
  return `${n(cases.added, 'case')} added, ${n(events, 'event')}; the log holds ${inLog} of seed ${seed}.`;
}
