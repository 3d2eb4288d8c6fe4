import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Pool } from 'pg';
import { systemScope } from '@fieldcase/contracts';
import { createPool, PostgresLogSource, ProjectionRunner } from '@fieldcase/postgres';
import { SlaSummaryQueries } from '@fieldcase/read-models';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { describeWith } from '../../../../test/support/describe-with';
import { readModels } from '../read-models';
import { fieldcase } from './import.fixture';

const root = resolve(__dirname, '../../../..');
const data = resolve(root, '../shared/data');
const helpdesk = resolve(data, 'helpdesk-log.csv');

interface Counts {
  readonly rows: number;
  readonly duplicates: number;
  readonly cases: number;
  readonly imported: number;
  readonly arrivals: number;
  readonly handOvers: number;
  readonly completions: number;
  readonly remote: number;
  readonly pauses: number;
  readonly notes: number;
  readonly ignored: number;
  readonly reopened: number;
  readonly clocks: Readonly<Record<string, Readonly<Record<'met' | 'breached' | 'cancelled', number>>>>;
}

/** Counted by a script that shares no code with the product. */
function countedApart(): Counts {
  const script = resolve(root, 'test/support/helpdesk-count.mjs');
  return JSON.parse(execFileSync(process.execPath, [script, helpdesk], { encoding: 'utf8' })) as Counts;
}

describeWith('../shared/data', existsSync(helpdesk), 'the help-desk log', () => {
  let database: TestDatabase;
  let pool: Pool;
  let counts: Counts;
  let imported: { readonly code: number; readonly out: string };
  const importOf = (name: string, ...more: string[]) => {
    const mapping = resolve(root, `infra/import/${name}.yaml`);
    const file = resolve(data, `${name}.csv`);
    return fieldcase(['import', file, '--mapping', mapping, '--url', database.url, '--json', ...more]);
  };

  beforeAll(async () => {
    counts = countedApart();
    database = await createTestDatabase();
    pool = createPool({ url: database.url });
    imported = await importOf('helpdesk-log');
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('is imported row by row as the independent count says', () => {
    expect(imported.code).toBe(0);
    const report = JSON.parse(imported.out);
    const { rows, duplicates, ignored, arrivals, handOvers, remote } = counts;
    expect(report).toMatchObject({ rows, duplicates, imported: counts.imported, ignored, rejected: 0 });
    expect(report.imported + report.duplicates + report.ignored + report.rejected).toBe(report.rows);
    expect(report.visits).toEqual({ arrivals, handOvers, remote });
    expect(report.cases).toEqual({ inFile: counts.cases, new: counts.cases, continued: 0, rejected: 0 });
    expect(report.events).toEqual({
      FaultReported: counts.cases,
      NoteAdded: counts.notes,
      TechnicianDispatched: arrivals,
      TechnicianArrived: arrivals,
      VisitHandedOver: handOvers,
      VisitCompleted: counts.completions,
      CasePaused: counts.pauses,
      CaseResumed: counts.pauses,
      CaseClosed: counts.cases + counts.reopened,
      CaseReopened: counts.reopened,
    });
    // What the issue says of this file.
    expect(counts).toMatchObject({ rows: 20_937, cases: 4_479, duplicates: 124, handOvers: 611, remote: 457 });
  });

  it('is judged as the independent count says', async () => {
    const source = new PostgresLogSource(pool);
    const projection = readModels(pool).find(({ name }) => name === 'sla-facts');
    const position = await new ProjectionRunner({ pool, source, projection: projection! }).catchUp();
    await source.close();
    const queries = new SlaSummaryQueries(
      { query: async (text, values) => (await pool.query(text, values as unknown[])) as never },
      async () => Promise.resolve(position),
    );
    const filter = { groupBy: ['target' as const], source: 'helpdesk' };
    const { items } = await queries.summary(systemScope, filter, Date.parse('2026-01-01T00:00:00Z'));
    const judged = items.map(({ target, met, breached, cancelled }) => [target, { met, breached, cancelled }]);
    expect(Object.fromEntries(judged)).toEqual(counts.clocks);
    for (const { running, paused, exempted, voided, replaced } of items) {
      expect({ running, paused, exempted, voided, replaced }).toEqual({
        running: 0,
        paused: 0,
        exempted: 0,
        voided: 0,
        replaced: 0,
      });
    }
  }, 120_000);

  it('stores no clock facts and no personal text in the events', async () => {
    const { rows } = await pool.query(
      `select count(*) filter (where stream_id like 'clocks:%') as clocks,
              count(*) filter (where data ? 'siteName' or data ? 'text' or data ? 'faultDescription') as personal
         from fieldcase.events`,
    );
    expect(rows).toEqual([{ clocks: '0', personal: '0' }]);
  });

  it.each([
    ['farm-equipment-work-orders', { rows: 500, imported: 500, duplicates: 0 }, 232],
    ['farm-equipment-repairs', { rows: 500, imported: 498, duplicates: 2 }, 228],
  ])('has %s beside it, closed at the last row', async (name, rows, cases) => {
    const { code, out } = await importOf(name);
    const report = JSON.parse(out);
    expect({ code, ...report }).toMatchObject({ code: 0, ...rows, rejected: 0, cases: { new: cases } });
    expect(report.events.CaseClosed).toBe(cases);
  });
});
