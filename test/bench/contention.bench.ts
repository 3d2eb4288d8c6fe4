import { parseArgs } from 'node:util';
import { caseStream } from '@fieldcase/domain';
import type { CommandOffice } from '../rig/command-office';
import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { closedLoop } from './kit/closed-loop';
import { faultReport, keyed, openBenchOffice } from './kit/command-office';
import { contentionClient, type Outcomes } from './kit/contention-client';
import { delaysOf, round } from './kit/figures';

/**
 * `npm run bench -- contention [--clients 200] [--cases 10] [--seconds 10] [--applications 1,2]`
 *
 * Many clients on few cases, each sending its next command when the last is answered: access is checked, the command
 * handled, conflicts retried and refusals told as the API does it. Of ten commands one is the command before it again,
 * under the same key, and one names the version that the client saw last: only that one may be refused, with 412.
 * `applications`: of one process, each with a pool and caches of their own on one log, as API processes are. No reference.
 */
const { values } = parseArgs({
  options: {
    clients: { type: 'string' },
    cases: { type: 'string', default: '10' },
    seconds: { type: 'string' },
    applications: { type: 'string', default: '1,2' },
    smoke: { type: 'boolean', default: false },
  },
});
const clients = Number(values.clients ?? (values.smoke ? 30 : 200));
const cases = Number(values.cases);
const seconds = Number(values.seconds ?? (values.smoke ? 0.8 : 10));
const P99_MS = 500;

const report = new BenchReport('contention');

async function measure(offices: readonly CommandOffice[]): Promise<void> {
  const applications = offices.length;
  const caseIds = await Promise.all(Array.from({ length: cases }, () => reportCase(offices)));
  const outcomes: Outcomes = { accepted: 0, replayed: 0, mismatched: 0, failed: new Map() };
  let next = 0;
  const { perSecond, delays } = await closedLoop(clients, seconds, () => {
    const n = next++;
    const office = offices[n % applications]!;
    return contentionClient(office.application, caseIds[n % cases]!, outcomes);
  });
  const failed = [...outcomes.failed.values()].reduce((sum, count) => sum + count, 0);
  const { accepted, replayed, mismatched } = outcomes;
  const figures = { commandsPerSecond: Math.round(perSecond), ...delaysOf(delays) };
  report.add({ clients, cases, applications, ...figures, accepted, replayed, mismatched, failed });
  const named = [...outcomes.failed].map(([name, count]) => `${name}: ${count}`).join(', ');
  report.shape(`${applications} applications: no command fails that should pass`, failed === 0, named || 0);
  const versions = await versionsOf(offices, caseIds);
  const gapless = versions.every((of) => of.every((version, index) => version === index + 1));
  report.shape(`${applications} applications: versions are gapless`, gapless, `${versions.length} streams`);
  const stored = versions.reduce((sum, of) => sum + of.length - 1, 0);
  report.shape(
    `${applications} applications: an event per accepted command`,
    stored === accepted,
    `${stored} of ${accepted}`,
  );
  if (values.smoke) return;
  report.goal(`${applications} applications: p99 at most ${P99_MS} ms`, figures.p99Ms <= P99_MS, round(figures.p99Ms));
}

async function reportCase([office]: readonly CommandOffice[]): Promise<string> {
  return (await office!.application.cases.handle(undefined, faultReport, keyed())).id;
}

async function versionsOf([office]: readonly CommandOffice[], caseIds: readonly string[]): Promise<number[][]> {
  const streams = await office!.log.store.readStreams(caseIds.map(caseStream));
  return [...streams.values()].map((events) => events.map(({ version }) => version));
}

async function main(): Promise<void> {
  const database = await scratchDatabase('bench_contention');
  try {
    for (const applications of values.applications.split(',').map(Number)) {
      const offices = await Promise.all(Array.from({ length: applications }, () => openBenchOffice(database.url)));
      try {
        await measure(offices);
      } finally {
        for (const office of offices) await office.close();
      }
    }
  } finally {
    await database.drop();
  }
  report.finish();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
