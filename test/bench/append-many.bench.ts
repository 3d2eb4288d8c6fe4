import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { closedLoop } from './kit/closed-loop';
import { openEmmett } from './kit/emmett';
import { interleaved, median, round } from './kit/figures';
import { sizesOf } from './kit/sizes';
import { emmettClient, storeClient } from './kit/store-clients';

/**
 * `npm run bench -- append-many [--clients 8] [--events 50] [--runs 5] [--seconds 3] [--peer-connections 10]`
 *
 * Events per second of appends of many events to one stream at an expected version, with an idempotency key each.
 * Reference: the PostgreSQL store of Emmett on the same server, same events and versions, no keys. Median of the runs,
 * which take turns.
 */
const { clients, events, runs, seconds, smoke, ...more } = sizesOf({
  full: { clients: 8, events: 50, runs: 5, seconds: 3, 'peer-connections': 10 },
  small: { clients: 8, events: 50, runs: 3, seconds: 0.3, 'peer-connections': 10 },
});
const GOAL = 2;
/** A busy machine with two cores must hold this as well. */
const SHAPE = 1.1;

const report = new BenchReport('append-many');

async function main(): Promise<void> {
  const database = await scratchDatabase('bench_append_many');
  const pool = createPool({ url: database.url, name: 'bench-append-many' });
  const store = new PostgresEventStore(pool);
  const emmett = await openEmmett(database.url, more['peer-connections']);
  const shape = { eventsPerAppend: events, appendsPerStream: 20 };
  const eventsPerSecond = async (client: Parameters<typeof closedLoop>[2]): Promise<number> =>
    (await closedLoop(clients, seconds, client)).perSecond * events;
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
      report.add({
        clients,
        eventsPerAppend: events,
        contender,
        eventsPerSecond: Math.round(median(figures)),
        timesEmmett,
      });
    }
    if (smoke) report.shape(`at least ${SHAPE} times Emmett`, times >= SHAPE, times);
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
