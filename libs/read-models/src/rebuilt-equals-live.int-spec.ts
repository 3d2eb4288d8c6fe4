import fc from 'fast-check';
import type { Projection } from '@fieldcase/eventsourcing';
import type { CaseScript } from './specs/case-script';
import { randomHistory, written } from './specs/random-history';
import { readModelDatabase, type ReadModelDatabase } from './specs/read-model-database';
import { projections } from './projections';

let database: ReadModelDatabase;
beforeAll(async () => {
  database = await readModelDatabase();
});
afterAll(() => database.close());

const ORDER: Record<string, string> = {
  case_board: 'id',
  case_search: 'id',
  case_visit: 'case_id, visit_id',
  case_approval: 'case_id, kind, id',
  case_part_request: 'case_id, part_request_id',
  stock_card: 'depot_id, part_number',
  depot_stock: 'depot_id, part_number, owner',
  stock_suggestion: 'depot_id, part_number',
  stock_transfer: 'transfer_id',
  stock_adjustment: 'adjustment_id',
  satisfaction_closure: 'case_id, cycle',
  satisfaction_case: 'case_id',
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

describe('read models', () => {
  it('hold the same rows whether the log came whole, in pieces, or twice', async () => {
    await fc.assert(
      fc.asyncProperty(randomHistory, fc.integer({ min: 1, max: 7 }), async (facts, batchSize) => {
        const { script } = await written(facts);
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
