import type { Pool } from 'pg';
import { createApplication, type Application } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { PostgresEventStore, PostgresReferenceLog } from '@fieldcase/postgres';
import { CaseBoardQueries } from '@fieldcase/read-models';
import { boardQuestions } from './board-questions';
import type { Client } from './closed-loop';
import { faultReport } from './command-office';
import { SAMPLE_NOW } from './sample-events';
import { storeClient } from './store-clients';

export type GrownWork = 'append' | 'dispatch' | 'board' | 'short-board';

type One = (nth: number) => Promise<unknown>;

interface Work {
  /** How many at once; eight unless it says so. */
  readonly callers?: number;
  /** Makes what the work needs; what it answers makes the work, in another process as it were. */
  prepare(pool: Pool, commands: number, cases: number): Promise<(pool: Pool) => Promise<One>>;
}

const NOTES = { eventsPerAppend: 1, appendsPerStream: 20 };

/** One event at its expected version, with an idempotency key; each caller goes on with streams that nobody else is at. */
function appending(pool: Pool): One {
  const store = new PostgresEventStore(pool);
  const free: Client[] = [];
  return async () => {
    const append = free.pop() ?? storeClient(store, NOTES);
    await append();
    free.push(append);
  };
}

const by = { actor: 'zhao', roles: ['dispatcher', 'agent'], unbounded: true };

async function applicationOn(pool: Pool): Promise<Application> {
  const application = createApplication({
    store: new PostgresEventStore(pool),
    referenceSource: new PostgresReferenceLog(pool),
    secret: new Uint8Array([1]),
    limits: loadConfig({}).limits,
  });
  await application.referenceData.current();
  return application;
}

async function reported({ cases }: Application): Promise<string> {
  return (await cases.handle(undefined, { ...faultReport, region: '东北' }, by)).id;
}

const dispatchOne = ({ cases }: Application, caseId: string): Promise<unknown> =>
  cases.handle(
    caseId,
    { type: 'DispatchTechnician', technicianId: 'demo-technician' },
    { ...by, key: { sub: 'zhao', key: `dispatch-${caseId}`, request: caseId } },
  );

/** What a dispatcher looks at most. */
const PAGES = new Set([
  'no filter by due',
  'queue unassigned by due',
  'queue due-soon by due',
  'queue breached by due',
  'region by due',
  'status dispatched by due',
  'q: a number',
]);

/** Rows that each of the lists has at any size. */
const SHORT = 4;

function leafing(pool: Pool, cases: number, limit?: number): One {
  const queries = new CaseBoardQueries(pool as never, async () => 0n);
  const pages = boardQuestions(cases).filter(({ name }) => PAGES.has(name));
  return async (nth) => {
    const asked = pages[nth % pages.length]?.ask(nth);
    if (asked) await queries.list(asked.scope, { ...asked.filter, ...(limit && { limit }) }, SAMPLE_NOW);
  };
}

export const grownWorks: Readonly<Record<GrownWork, Work>> = {
  append: { prepare: async () => async (pool) => appending(pool) },
  dispatch: {
    async prepare(pool, commands) {
      const application = await applicationOn(pool);
      const ids = await Promise.all(Array.from({ length: commands }, () => reported(application)));
      return async (other) => {
        const dispatching = await applicationOn(other);
        return (nth) => dispatchOne(dispatching, ids[nth] ?? '');
      };
    },
  },
  board: { callers: 1, prepare: async (_pool, _commands, cases) => async (pool) => leafing(pool, cases) },
  'short-board': {
    callers: 1,
    prepare: async (_pool, _commands, cases) => async (pool) => leafing(pool, cases, SHORT),
  },
};
