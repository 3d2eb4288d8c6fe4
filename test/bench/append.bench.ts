import { parseArgs } from 'node:util';
import { createPool, PostgresEventStore } from '@fieldcase/postgres';
import { Client as Connection } from 'pg';
import type { CommandOffice } from '../rig/command-office';
import { scratchDatabase } from '../rig/scratch-database';
import { BenchReport } from './kit/bench-report';
import { caseClient } from './kit/case-client';
import { closedLoop, type Client } from './kit/closed-loop';
import { openBenchOffice } from './kit/command-office';
import { openEmmett } from './kit/emmett';
import { delaysOf, interleaved, median, round } from './kit/figures';
import { emmettClient, emmettCommandClient, storeClient } from './kit/store-clients';
import { UnorderedInsert } from './kit/unordered-insert';

/**
 * `npm run bench -- append [--clients 1,8,32,256] [--runs 5] [--seconds 3] [--peer-connections 10] [--snapshot]`
 *
 * Events per second of one-event commands with an idempotency key and an expected version, client and server on this
 * machine. `store`: PostgresEventStore.append alone. `command`: cases of 20 events through the application (load, decide,
 * append); a quarter of them has personal data, one of twenty is a new case, for which the reference data is read.
 * The reference is `emmett`: the PostgreSQL store of Emmett alone, same server, same events and expected versions, no
 * keys; beside it `emmett-command`, its own command handler. Each has a pool of 10 connections, which is the default of
 * either. `unordered` is what the server itself takes. Of each the median of the runs, which take turns. With
 * `--snapshot` all of it while a REPEATABLE READ snapshot is held open.
 */
const { values } = parseArgs({
  options: {
    clients: { type: 'string' },
    runs: { type: 'string' },
    seconds: { type: 'string' },
    'peer-connections': { type: 'string', default: '10' },
    snapshot: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
  },
});
const concurrencies = (values.clients ?? (values.smoke ? '1,32' : '1,8,32,256')).split(',').map(Number);
const runs = Number(values.runs ?? 3 + (values.smoke ? 0 : 2));
const seconds = Number(values.seconds ?? (values.smoke ? 0.2 : 3));
const SHAPE = { eventsPerAppend: 1, appendsPerStream: 20 };

/** By clients: what is asked of ours, in times of Emmett; first what must be, then what is sought beyond it. */
const GOALS: Readonly<Record<number, readonly number[]>> = { 1: [1.1], 8: [1.3], 32: [3, 5], 256: [6, 8] };
/** What a busy machine with two cores must hold as well. Commands do more than an append, Emmett's here do not. */
const SHAPES = { store: { 1: 0.8, 32: 1.2 }, command: { 1: 0.4, 32: 0.7 } } as const;

const report = new BenchReport('append');
type Contender = 'store' | 'command' | 'emmett';
/** Not asked for anything, and left out of a smoke. */
type Beside = 'emmett-command' | 'unordered';
type Contenders = Readonly<Record<Contender, () => Client>> & Readonly<Partial<Record<Beside, () => Client>>>;

async function measure(clients: number, contenders: Contenders): Promise<void> {
  const delays = new Map<string, number[]>();
  const entries = Object.entries(contenders).map(([name, client]) => {
    const run = async (): Promise<number> => {
      const loaded = await closedLoop(clients, seconds, client);
      delays.set(name, [...(delays.get(name) ?? []), ...loaded.delays]);
      return loaded.perSecond;
    };
    return [name, run] as const;
  });
  const results = new Map(Object.entries(await interleaved(runs, Object.fromEntries(entries))));
  const perSecond = (name: string): number => median(results.get(name) ?? []);
  const times = (name: string): number => round(perSecond(name) / perSecond('emmett'));
  for (const contender of results.keys()) {
    const eventsPerSecond = Math.round(perSecond(contender));
    const { p50Ms, p99Ms } = delaysOf(delays.get(contender) ?? []);
    report.add({ clients, contender, eventsPerSecond, timesEmmett: times(contender), p50Ms, p99Ms });
  }
  for (const name of ['store', 'command'] as const) compare(name, clients, times(name));
}

function compare(name: 'store' | 'command', clients: number, times: number): void {
  const shapes: Readonly<Record<number, number>> = SHAPES[name];
  const atLeast = values.smoke ? shapes[clients] : undefined;
  if (atLeast !== undefined) {
    report.shape(`${name}, ${clients} clients: at least ${atLeast} times Emmett`, times >= atLeast, times);
  }
  for (const goal of values.smoke ? [] : (GOALS[clients] ?? [])) {
    report.goal(`${name}, ${clients} clients: at least ${goal} times Emmett`, times >= goal, times);
  }
}

/** Each statement takes a connection from the pool, and gives it back. */
async function countStatements(office: CommandOffice): Promise<void> {
  let statements = 0;
  const count = (): void => void (statements += 1);
  office.pool.on('acquire', count);
  const { delays } = await closedLoop(32, seconds, () => caseClient(office.application));
  office.pool.off('acquire', count);
  const perCommand = round(statements / delays.length);
  // Some 16 go down together. Of groups of four at most it would be 0.31.
  report.shape('statements per command, 32 clients: at most 1/4', perCommand <= 1 / 4, perCommand);
}

async function holdSnapshot(url: string): Promise<Connection> {
  const holder = new Connection({ connectionString: url });
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from fieldcase.events');
  return holder;
}

async function main(): Promise<void> {
  const database = await scratchDatabase('bench_append');
  const pool = createPool({ url: database.url, name: 'bench-append' });
  const store = new PostgresEventStore(pool);
  const office = await openBenchOffice(database.url);
  const emmett = await openEmmett(database.url, Number(values['peer-connections']));
  const unordered = await UnorderedInsert.open(database.url);
  const beside = {
    'emmett-command': () => emmettCommandClient(emmett.store, SHAPE),
    unordered: () => unordered.client(),
  };
  const contenders = {
    store: () => storeClient(store, SHAPE),
    command: () => caseClient(office.application),
    emmett: () => emmettClient(emmett.store, SHAPE),
    ...(values.smoke ? {} : beside),
  };
  const holder = values.snapshot ? await holdSnapshot(database.url) : undefined;
  try {
    for (const client of Object.values(contenders)) await closedLoop(32, seconds, client);
    await countStatements(office);
    for (const clients of concurrencies) await measure(clients, contenders);
  } finally {
    await holder?.end();
    await unordered.close();
    await emmett.close();
    await office.close();
    await pool.end();
    await database.drop();
  }
  report.finish();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
