import fc from 'fast-check';
import type { Projection } from '@fieldcase/eventsourcing';
import { builtIn, CaseScript, HOUR, START, utc } from './specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from './specs/read-model-database';
import { projections } from './projections';

let database: ReadModelDatabase;
beforeAll(async () => {
  database = await readModelDatabase();
});
afterAll(() => database.close());

const ORDER: Record<string, string> = {
  case_board: 'id',
  case_visit: 'case_id, visit_id',
  case_approval: 'case_id, kind, id',
  sla_facts: 'case_id, clock_id',
  sla_fact_case: 'case_id',
};

async function rowsAfter(all: readonly Projection[], script: CaseScript, batchSize: number): Promise<unknown[]> {
  await database.reset(...all);
  const events = await script.events();
  for (const projection of all) await database.apply(projection, events, batchSize);
  return rowsOf(all);
}

async function rowsOf(all: readonly Projection[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const table of all.flatMap((projection) => projection.tables)) {
    found.push(await database.rows(table, ORDER[table] ?? '1'));
  }
  return found;
}

type Step = (script: CaseScript, id: string, nth: number, at: number) => Promise<void>;

/** Facts in any order, as late entries and imports bring them: a projection must hold whatever the log holds. */
const steps: Record<string, Step> = {
  triage: (script, id, nth, at) =>
    script.record(
      id,
      'CaseTriaged',
      { faultCode: `F${nth}`, priority: 'urgent', caseType: 'fault', sla: builtIn },
      { at },
    ),
  correct: (script, id, nth, at) => {
    const personalChanges = { siteName: `New ${nth}`, contact: { name: 'Wu', phone: String(nth) } };
    return script.record(id, 'DetailsCorrected', { changes: { product: `p${nth}` }, personalChanges }, { at });
  },
  dispatch: (script, id, nth, at) => script.dispatch(id, `v${nth}`, nth % 2 ? 'tom' : 'ute', { at }),
  arrive: (script, id, nth, at) => script.record(id, 'TechnicianArrived', { visitId: `v${nth - 1}` }, { at }),
  complete: (script, id, nth, at) =>
    script.record(id, 'VisitCompleted', { visitId: `v${nth - 1}`, fixed: nth % 2 === 0, materials: [] }, { at }),
  promise: (script, id, nth, at) =>
    script.record(id, 'CustomerTimeRequested', { promise: nth, from: utc(at + HOUR), to: utc(at + 3 * HOUR) }, { at }),
  pause: (script, id, _nth, at) =>
    script.record(id, 'CasePaused', { reason: 'waiting-customer', until: utc(at + HOUR) }, { at }),
  resume: (script, id, _nth, at) => script.record(id, 'CaseResumed', { reasons: ['waiting-customer'] }, { at }),
  exempt: (script, id, nth, at) =>
    script.record(id, 'ExemptionRequested', { exemptionId: `e${nth}`, target: 'restore:-:1' }, { at }),
  close: (script, id, _nth, at) => script.record(id, 'CaseClosed', { resolution: 'repaired' }, { at }),
  reopen: (script, id, _nth, at) => script.record(id, 'CaseReopened', {}, { at }),
};
const history = fc.array(
  fc.record({ step: fc.constantFrom(...Object.keys(steps)), id: fc.constantFrom('c1', 'c2', 'c3'), hours: fc.nat(40) }),
  { minLength: 1, maxLength: 25 },
);

describe('read models', () => {
  it('hold the same rows whether the log came whole, in pieces, or twice', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 1, max: 7 }), async (facts, batchSize) => {
        const script = new CaseScript();
        for (const id of ['c1', 'c2', 'c3']) await script.report(id, { depotId: 'd' });
        let at = START;
        for (const [nth, { step, id, hours }] of facts.entries()) {
          at += hours * HOUR;
          await steps[step]?.(script, id, nth, at);
        }
        const all = projections(script.store);
        const whole = await rowsAfter(all, script, 1_000);
        expect(await rowsAfter(all, script, batchSize)).toEqual(whole);
        for (const projection of all) await database.apply(projection, await script.events());
        expect(await rowsOf(all)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });
});
