import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { createApplication, type Application } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { PostgresEventStore, PostgresReferenceLog } from '@fieldcase/postgres';
import { CaseBoardQueries } from '@fieldcase/read-models';
import { boardQuestions } from './board-questions';
import { SAMPLE_NOW } from './sample-events';

export type GrownWork = 'append' | 'dispatch' | 'board';

type One = (nth: number) => Promise<unknown>;

interface Work {
  /** How many at once; eight unless it says so. */
  readonly callers?: number;
  /** Makes what the work needs; what it answers makes the work, in another process as it were. */
  prepare(pool: Pool, commands: number, cases: number): Promise<(pool: Pool) => Promise<One>>;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const EVENTS_PER_STREAM = 20;

/** One event at its expected version, with an idempotency key. */
async function appendOne(store: PostgresEventStore, streamId: string, version: number): Promise<void> {
  const commandId = randomUUID();
  const metadata = { correlationId: commandId, causationId: commandId, commandId, actor: 'ann', actorRole: 'agent' };
  const data = { caseId: streamId, kind: 'call', at: 'depot-17', about: 'combine harvester, header drive' };
  const event = { type: 'NoteAdded', data, schemaVersion: 1, occurredAt: Date.now(), metadata };
  const { outcome } = await store.append({
    writes: [{ streamId, expected: version, events: [{ ...event, eventId: randomUUID() }] }],
    key: { hash: digest(commandId).subarray(0, 16), request: digest(streamId), answer: { id: streamId } },
  });
  if (outcome !== 'appended') throw new Error(`unexpected ${outcome}`);
}

/** Each caller goes on with the next stream when its own is full. */
function appending(pool: Pool): One {
  const store = new PostgresEventStore(pool);
  const free: { id: string; version: number }[] = [];
  return async () => {
    const stream = free.pop() ?? { id: `case:${randomUUID()}`, version: 0 };
    await appendOne(store, stream.id, stream.version);
    stream.version += 1;
    if (stream.version < EVENTS_PER_STREAM) free.push(stream);
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
  const { id } = await cases.handle(
    undefined,
    {
      type: 'ReportFault',
      siteName: '张家庄 3 号地',
      contact: { name: '张三', phone: '13800001234' },
      address: '红旗县张家庄',
      region: '东北',
      faultDescription: '割台皮带断了',
    },
    by,
  );
  return id;
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

function leafing(pool: Pool, cases: number): One {
  const queries = new CaseBoardQueries(pool as never, async () => 0n);
  const pages = boardQuestions(cases).filter(({ name }) => PAGES.has(name));
  return async (nth) => {
    const asked = pages[nth % pages.length]?.ask(nth);
    if (asked) await queries.list(asked.scope, asked.filter, SAMPLE_NOW);
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
};
