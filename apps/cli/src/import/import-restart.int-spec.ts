import type { Pool } from 'pg';
import { choosePolicy, type HistoryReferences } from '@fieldcase/domain';
import { createPool, LogCheck, PostgresEventStore } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { importFile, type ImportOptions } from './import-file';
import { dyingStore, Folder, logDigest } from './import.fixture';
import { readMapping } from './read-mapping';

const references: HistoryReferences = {
  policyFor: (attributes, at) => choosePolicy([], attributes, at),
  depotFor: () => undefined,
  homeDepotOf: () => undefined,
};
const mapping = readMapping('infra/import/helpdesk-log.yaml');
const HEADER =
  'Case ID,Activity,Resource,Complete Timestamp,seriousness,customer,product,service_level,service_type,workgroup';
const ACTIVITIES = ['Insert ticket', 'Take in charge ticket', 'Wait', 'Resolve ticket', 'Closed', 'Closed', 'Wait'];

/** Rows of all cases mixed: a closing of a closed case and a reopening in each, and a copy of every tenth row. */
function lines(cases: number, steps: number): string[] {
  const rows: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    for (let one = 0; one < cases; one += 1) {
      const day = String(1 + step).padStart(2, '0');
      const row = `Case ${one},${ACTIVITIES[step]},R${one % 3},2012-03-${day} 10:00:00,1,C${one},P,1,1,1`;
      rows.push(row, ...(one % 10 === 0 ? [row] : []));
    }
  }
  return rows;
}

describe('an import that is interrupted', () => {
  const folder = new Folder();
  const databases: { database: TestDatabase; pool: Pool }[] = [];
  const open = async () => {
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url });
    databases.push({ database, pool });
    return { url: database.url, pool, store: new PostgresEventStore(pool) };
  };
  const run = (url: string, given: Pick<ImportOptions, 'file' | 'store'> & Partial<ImportOptions>) =>
    importFile({ mapping, databaseUrl: url, references, batchRows: 200, ...given });

  afterAll(async () => {
    folder.remove();
    for (const { database, pool } of databases) {
      await pool.end();
      await database.drop();
    }
  });

  it('ends with the same log as one that was not, wherever it was killed', async () => {
    const file = folder.write('log.csv', [HEADER, ...lines(300, 7)].join('\n'));
    const whole = await open();
    const report = await run(whole.url, { file, store: whole.store });
    expect(report).toMatchObject({ imported: 1800, ignored: 300, duplicates: 210, rejected: 0, rows: 2310 });
    const expected = await logDigest(whole.pool);

    const killed = await open();
    for (const [appends, lastLands] of [
      [1, false],
      [1, true],
      [2, false],
      [3, true],
    ] as const) {
      const store = dyingStore(killed.store, appends, lastLands);
      await expect(run(killed.url, { file, store })).rejects.toThrow(/run it again/);
    }
    const rest = await run(killed.url, { file, store: killed.store });
    expect(rest.imported + rest.duplicatesOf.log).toBe(1800);
    expect(rest.imported).toBeGreaterThan(0);
    expect(await logDigest(killed.pool)).toEqual(expected);
    expect((await new LogCheck(killed.pool).verify()).faults).toEqual([]);
  }, 60_000);

  it('imports nothing a second time, and says so', async () => {
    const { url, pool, store } = await open();
    const file = folder.write('again.csv', [HEADER, ...lines(20, 7)].join('\n'));
    const first = await run(url, { file, store });
    const before = await logDigest(pool);
    const again = await run(url, { file, store });
    expect(again).toMatchObject({ imported: 0, ignored: 20, duplicatesOf: { log: first.imported }, events: {} });
    expect(await logDigest(pool)).toEqual(before);
  });

  it('goes on with what a second file adds to known cases', async () => {
    const { url, pool, store } = await open();
    const all = lines(20, 7);
    const [head, tail] = [all.slice(0, 66), all.slice(66)];
    await run(url, { file: folder.write('head.csv', [HEADER, ...head].join('\n')), store });
    const report = await run(url, { file: folder.write('tail.csv', [HEADER, ...tail].join('\n')), store });
    expect(report.cases).toEqual({ inFile: 20, new: 0, continued: 20, rejected: 0 });
    const whole = await open();
    await run(whole.url, { file: folder.write('all.csv', [HEADER, ...all].join('\n')), store: whole.store });
    const streams = `select stream_id, version, event_id, type, occurred_at from fieldcase.events
                      where stream_id like 'case:%' order by stream_id, version`;
    expect((await pool.query(streams)).rows).toEqual((await whole.pool.query(streams)).rows);
  });

  it('lets two imports of one file run side by side to one log', async () => {
    const { url, pool, store } = await open();
    const file = folder.write('twice.csv', [HEADER, ...lines(100, 7)].join('\n'));
    const reports = await Promise.all([1, 2].map(() => run(url, { file, store })));
    expect(reports.reduce((sum, report) => sum + report.imported, 0)).toBe(600);
    const alone = await open();
    await run(alone.url, { file, store: alone.store });
    expect(await logDigest(pool)).toEqual(await logDigest(alone.pool));
  });

  it('takes a case of more rows than fit at once piece by piece', async () => {
    const { url, pool, store } = await open();
    const rows = Array.from({ length: 12_000 }, (_, index) => {
      const at = new Date(Date.UTC(2012, 0, 1) + index * 60_000).toISOString().slice(0, 19).replace('T', ' ');
      return `Case 1,Wait,R,${at},1,C,P,1,1,1`;
    });
    const file = folder.write('giant.csv', [HEADER, ...rows].join('\n'));
    const report = await run(url, { file, store, mapping: { ...mapping, time: { ...mapping.time, zone: 'UTC' } } });
    expect(report).toMatchObject({ imported: 12_000, cases: { inFile: 1, new: 1, continued: 0 } });
    expect(report.events).toMatchObject({ FaultReported: 1, CaseResumed: 11_999 });
    expect((await new LogCheck(pool).verify()).faults).toEqual([]);
  }, 60_000);

  it('writes nothing in a dry run, and reports the same', async () => {
    const { url, store } = await open();
    const file = folder.write('dry.csv', [HEADER, ...lines(20, 7), 'Case 1,Closed,R,never,1,C,P,1,1,1'].join('\n'));
    const rejects = folder.write('dry.rejects.csv', 'as it was');
    const dry = await run(url, { file, store, rejects, dryRun: true });
    expect(await store.head()).toBe(0n);
    const wet = await run(url, { file, store, rejects });
    expect(dry).toEqual({ ...wet, dryRun: true });
    expect(dry.rejected).toBe(1);
  });
});
