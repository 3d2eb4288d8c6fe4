import { parseArgs } from 'node:util';
import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { closedLoop } from './kit/closed-loop';
import { openEmmett } from './kit/emmett';
import { interleaved, median, round } from './kit/figures';
import { emmettClient, storeClient } from './kit/store-clients';

/**
 * `npm run bench -- append-many [--clients 8] [--events 50] [--runs 5] [--seconds 3] [--peer-connections 10]`
 *
 * Events per second of appends of many events to one stream at an expected version, with an idempotency key each.
 * Reference: the PostgreSQL store of Emmett on the same server, same events and versions, no keys. Median of the runs,
 * which take turns.
 */
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '8' },
    events: { type: 'string', default: '50' },
    runs: { type: 'string' },
    seconds: { type: 'string' },
    'peer-connections': { type: 'string', default: '10' },
    smoke: { type: 'boolean', default: false },
  },
});
const clients = Number(values.clients);
const eventsPerAppend = Number(values.events);
const runs = Number(values.runs ?? (values.smoke ? 3 : 5));
const seconds = Number(values.seconds ?? (values.smoke ? 0.3 : 3));
const GOAL = 2;
/** A busy machine with two cores must hold this as well. */
const SHAPE = 1.1;

const report = new BenchReport('append-many');

async function main(): Promise<void> {
  const database = await scratchDatabase('bench_append_many');
  const pool = createPool({ url: database.url, name: 'bench-append-many' });
  const store = new PostgresEventStore(pool);
  const emmett = await openEmmett(database.url, Number(values['peer-connections']));
  const shape = { eventsPerAppend, appendsPerStream: 20 };
  const eventsPerSecond = async (client: Parameters<typeof closedLoop>[2]): Promise<number> =>
    (await closedLoop(clients, seconds, client)).perSecond * eventsPerAppend;
  const contenders = {
    store: () => eventsPerSecond(() => storeClient(store, shape)),
    emmett: () => eventsPerSecond(() => emmettClient(emmett.store, shape)),
  };
  try {
    for (const warmUp of Object.values(contenders)) await warmUp();
    const results = await interleaved(runs, contenders);
    const times = round(median(results.store) / median(results.emmett));
    for (const [contender, figures] of Object.entries(results)) {
      const timesEmmett = round(median(figures) / median(results.emmett));
      report.add({ clients, eventsPerAppend, contender, eventsPerSecond: Math.round(median(figures)), timesEmmett });
    }
    if (values.smoke) report.shape(`at least ${SHAPE} times Emmett`, times >= SHAPE, times);
    else report.goal(`at least ${GOAL} times Emmett`, times >= GOAL, times);
  } finally {
    await emmett.close();
    await pool.end();
    await database.drop();
  }
  report.finish();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
