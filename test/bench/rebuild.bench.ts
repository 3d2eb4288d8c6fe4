import { parseArgs } from 'node:util';
import { Client, type Pool } from 'pg';
import Cursor from 'pg-cursor';
import { isKnownEvent, knownEventTypes as knownTypes } from '@fieldcase/application';
import type { Projection } from '@fieldcase/eventsourcing';
import { createPool, PostgresLogSource, PostgresPersonalData, Rebuild } from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';
import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { median, round } from './kit/figures';
import { fillLog } from './kit/fill-log';

/**
 * `npm run bench -- rebuild [--events 1000000] [--only case-board]`: events per second at which each read model is
 * built anew by the product's own rebuild, tables, indexes and swap included. Reference: a read-only scan of the same
 * events by a cursor, before and after each rebuild. Stock and satisfaction want few of the events (some 4 and 23 %): the
 * others the server leaves out.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string' },
    only: { type: 'string' },
    smoke: { type: 'boolean', default: false },
  },
});
const events = Number(values.events ?? (values.smoke ? 20_000 : 1_000_000));
const PER_READ = 5_000;
/** Of a small log, where tables, indexes and the swap weigh most. */
const SMOKE_TIMES = 15;

/** @returns events per second */
async function scan(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const began = performance.now();
  try {
    const cursor = client.query(new Cursor<object>('select * from fieldcase.events order by position', []));
    let read = 0;
    for (let page = -1; page !== 0; read += page) page = (await cursor.read(PER_READ)).length;
    if (read !== events) throw new Error(`the scan found ${read} of ${events} events`);
  } finally {
    await client.end();
  }
  return perSecond(began);
}

const perSecond = (began: number): number => (events * 1_000) / (performance.now() - began);

async function rebuild(pool: Pool, projection: Projection): Promise<number> {
  const source = new PostgresLogSource(pool);
  const began = performance.now();
  const rebuilding = new Rebuild({ pool, source, projection, isKnown: isKnownEvent, knownTypes, owner: 'bench' });
  await rebuilding.run(new AbortController().signal);
  const rate = perSecond(began);
  await source.close();
  await assertWhole(pool, projection);
  return rate;
}

/** A rebuild that parks what it cannot fold would be fast for nothing. */
async function assertWhole(pool: Pool, { name, tables }: Projection): Promise<void> {
  const { rows } = await pool.query<{ parked: number; rows: number }>(
    `select (select count(*)::int from fieldcase.parked) as parked, count(*)::int as rows from read_models.${tables[0]}`,
  );
  if (rows[0]?.parked !== 0 || rows[0].rows === 0) throw new Error(`${name} was not built: ${JSON.stringify(rows[0])}`);
}

async function main(): Promise<void> {
  const report = new BenchReport('rebuild');
  const database = await scratchDatabase('bench_rebuild');
  const pool = createPool({ url: database.url, max: 6, name: 'bench-rebuild' });
  try {
    report.add({ filled: events, ...(await fillLog(database.url, events)) });
    const scans = [await scan(database.url)];
    for (const projection of projections(new PostgresPersonalData(pool))) {
      if (values.only !== undefined && projection.name !== values.only) continue;
      const rate = await rebuild(pool, projection);
      scans.push(await scan(database.url));
      const reference = median(scans.slice(-2));
      const timesScan = round(reference / rate);
      report.add({
        projection: projection.name,
        events,
        eventsPerSecond: Math.round(rate),
        scanPerSecond: Math.round(reference),
        timesScan,
      });
      report.shape(
        `${projection.name} takes at most ${SMOKE_TIMES} times the scan`,
        timesScan <= SMOKE_TIMES,
        timesScan,
      );
      report.goal(`${projection.name} takes at most twice the scan`, timesScan <= 2, timesScan);
      if (projection.name === 'case-board') {
        report.goal('case-board: 200,000 events/s', rate >= 200_000, Math.round(rate));
      }
    }
  } finally {
    await pool.end();
    await database.drop();
  }
  report.finish();
}

void main();
