import type { Command } from 'commander';
import { createApplication } from '@fieldcase/application';
import { readLogIdentity } from '@fieldcase/postgres';
import { databaseUrls, withDatabase } from '../database';
import { addSampleData, type SampleReport } from '../demo/sample-data';
import { addSampleParts, type SamplePartsReport } from '../demo/sample-parts';
import { wholeNumber } from '../numbers';
import { Progress } from '../progress';
import { withCommonOptions, type Run } from '../verb';

const MAX_CASES = 100_000;
const MAX_SEED = 999_999_999;

const NOTHING: SamplePartsReport = { shelves: 0, requests: 0, ratings: 0 };

interface DemoOptions {
  readonly cases: string;
  readonly seed: string;
  readonly parts: boolean;
}

export function demoVerb(program: Command, runOf: (verb: Command) => Run): void {
  const verb = withCommonOptions(program.command('demo'))
    .description('add sample cases of the last 30 days in three regions')
    .option('--cases <n>', `how many, 1 to ${MAX_CASES}`, '300')
    .option('--seed <seed>', 'a whole number; the same seed makes the same cases', '1')
    .option('--no-parts', 'cases only: no stock, part requests or ratings')
    .addHelpText(
      'after',
      '\nTimes count back from the moment at which cases are first asked for. A second run with the same seed adds\n' +
        'only what is missing: more cases, or what a run that was killed left out. Cases and parts of your own are left\n' +
        'alone; what is written stays in the log, so try it in a data folder of its own.',
    )
    .action((given: DemoOptions) =>
      runOf(verb)(async ({ config, output, options }) => {
        const cases = wholeNumber('--cases', given.cases, 1, MAX_CASES);
        const seed = wholeNumber('--seed', given.seed, 0, MAX_SEED);
        return withDatabase(databaseUrls(options, config), async ({ store, source, references, pool }) => {
          const progress = new Progress('samples', 'cases');
          const onProgress = (done: number): void => progress.update(done, cases);
          const adding = addSampleData({ store, seed, cases, now: Date.now, onProgress });
          const added = await adding.finally(() => progress.stop());
          const { secret } = await readLogIdentity(pool);
          const application = createApplication({ store, referenceSource: references, secret, limits: config.limits });
          const parts = given.parts ? await addSampleParts({ application, store, source, now: Date.now }) : NOTHING;
          const report = { ...added, parts };
          output.result(report, textOf(report));
          return 0;
        });
      }),
    );
}

function textOf({ seed, cases, events, parts }: SampleReport & { readonly parts: SamplePartsReport }): string {
  const n = (value: number, unit: string): string =>
    `${value.toLocaleString('en-US')} ${unit}${value === 1 ? '' : 's'}`;
  const inLog = n(cases.inLog, 'sample case');
  const { shelves, requests, ratings } = parts;
  const more = shelves + requests + ratings;
  if (events + more === 0) return `Nothing was added: the log holds ${inLog} of seed ${seed} already.`;
  const also =
    more === 0 ? '' : `, ${n(shelves, 'stock card')}, ${n(requests, 'part request')}, ${n(ratings, 'rating')}`;
  return `${n(cases.added, 'case')} added, ${n(events, 'event')}${also}; the log holds ${inLog} of seed ${seed}.`;
}
