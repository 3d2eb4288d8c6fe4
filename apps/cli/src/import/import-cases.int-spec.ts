import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createPool, LogCheck, PostgresEventStore } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { dyingStore, fieldcase, Folder } from './import.fixture';
import { numberBlock } from './case-numbers';
import { importFile } from './import-file';
import type { ImportReport } from './import-report';
import { readMapping } from './read-mapping';

const HEADER = 'ticket,depot,at,what,place';
const MAPPING = {
  source: 'tickets',
  case: 'ticket',
  time: { column: 'at', format: 'yyyy-MM-dd HH:mm', zone: 'UTC' },
  fields: { region: { column: 'place', map: { e: 'East', w: 'West' } } },
  rules: [
    { event: 'arrival', when: [{ column: 'what', equals: 'there' }] },
    { event: 'close', when: [{ column: 'what', equals: 'close' }] },
    { event: 'note', when: [{ column: 'what', equals: 'note' }] },
  ],
};

/** What an import makes of the cases of a file as a whole. */
describe('fieldcase import', () => {
  const folder = new Folder();
  let database: TestDatabase;
  let pool: Pool;
  const run = async (rows: readonly string[], mapping: object = MAPPING, ...more: string[]) => {
    const file = folder.write('data.csv', [HEADER, ...rows].join('\n'));
    const map = folder.write('map.json', JSON.stringify(mapping));
    const rejects = join(folder.path, 'rejects.csv');
    const args = ['import', file, '--mapping', map, '--url', database.url, '--rejects', rejects];
    return { ...(await fieldcase([...args, ...more])), rejects };
  };
  const reportOf = async (rows: readonly string[], mapping: object = MAPPING, ...more: string[]) =>
    JSON.parse((await run(rows, mapping, '--json', ...more)).out) as ImportReport;
  const cases = async (): Promise<string[]> => {
    const { rows } = await pool.query<{ key: string }>(
      `select data->>'sourceKey' as key from fieldcase.events where type = 'FaultReported' order by 1`,
    );
    return rows.map(({ key }) => key);
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url });
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });
  afterAll(() => folder.remove());

  const broken = [
    'B,1,2024-03-01 08:00,note,x',
    'A,1,2024-03-01 08:00,note,e',
    'C,1,2024-13-01 08:00,note,e',
    'B,1,2024-03-01 09:00,there,e',
    'C,1,2024-03-01 09:00,there,e',
    'A,1,2024-03-01 09:00,dance,e',
    'B,1,2024-03-01 10:00,close,e',
    'D,1,2024-03-01 10:0',
    'D,1,2024-03-01 11:00,there,e',
    'A,1,2024-03-02 08:00,close,e',
    'A,1,2024-02-30 08:00,close,e',
    ',1,2024-03-02 08:00,close,e',
  ];

  it('rejects a case whose first row is rejected, and tells the rejects in the order of the file', async () => {
    const dry = await reportOf(broken, MAPPING, '--dry-run');
    const wet = await reportOf(broken);
    expect({ ...dry, dryRun: false }).toEqual(wet);
    expect(wet).toMatchObject({
      rows: 12,
      imported: 2,
      rejected: 10,
      cases: { inFile: 4, new: 1, continued: 0, rejected: 3 },
    });
    expect(await cases()).toEqual(['A']);
    const lines = readFileSync(join(folder.path, 'rejects.csv'), 'utf8').trim().split('\r\n').slice(1);
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual([2, 4, 5, 6, 7, 8, 9, 10, 12, 13]);
    expect(wet.rejects.first.map(({ row }) => row)).toEqual([2, 4, 5, 6, 7]);
    expect(lines[2]).toMatch(/^5,.*its case cannot begin: row 2, .* \(place ""x"": the mapping translates no such/);
    expect(lines[3]).toMatch(/^6,.*its case cannot begin: row 4, .* \(at ""2024-13-01 08:00"": expected a day/);
    expect(lines[7]).toMatch(/^10,.*its case cannot begin: row 9, .* \(3 cells where the header has 5/);
  });

  it('says so in the table, as one kind', async () => {
    const { code, out } = await run(broken, MAPPING, '--dry-run');
    expect(code).toBe(1);
    expect(out).toMatch(/^cases +4 {2}\(1 new, 0 continued, 3 rejected with their first row\)$/m);
    expect(out).toMatch(/^ {2}4 rows: its case cannot begin: the row which would report it was rejected$/m);
  });

  it('takes the file that begins with its latest rows as well', async () => {
    const newest = [
      'A,1,2024-03-03 08:00,close,e',
      'A,1,2024-03-x2 08:00,note,e',
      'A,1,2024-03-01 08:00,note,e',
      'B,1,2024-02-03 08:00,close,e',
      'B,1,2024-02-02 08:00,note,e',
      'B,1,2024-02-x1 08:00,note,e',
    ];
    const { imported, rejected, cases: told } = await reportOf(newest);
    expect({ imported, rejected, told }).toMatchObject({ imported: 2, rejected: 4, told: { new: 1, rejected: 1 } });
    expect(await cases()).toEqual(['A']);
  });

  it('goes on with a case of which the log has the report', async () => {
    await reportOf(['A,1,2024-03-01 08:00,note,e']);
    const report = await reportOf(['A,1,2024-03-x2 08:00,note,e', 'A,1,2024-03-03 08:00,close,e']);
    expect(report).toMatchObject({ imported: 1, rejected: 1, cases: { continued: 1, rejected: 0 } });
  });

  it('writes nothing and takes no numbers where no row has a time', async () => {
    const report = await reportOf(['A,1,never,note,e', 'A,1,never,note,e', 'B,1,,note,e']);
    expect(report).toMatchObject({ rows: 3, imported: 0, rejected: 3, cases: { inFile: 2, new: 0, rejected: 2 } });
    expect(Number((await pool.query('select count(*) from fieldcase.events')).rows[0].count)).toBe(0);
  });

  it('gives the same file numbers of its own where another mapping finds as many other cases in it', async () => {
    const rows = ['A,1,2024-03-01 08:00,note,e', 'B,2,2024-03-01 09:00,note,e'];
    await reportOf(rows);
    await reportOf(rows, { ...MAPPING, case: 'depot' });
    await reportOf(rows, { ...MAPPING, case: ['ticket', 'depot'] });
    await reportOf(rows, { ...MAPPING, case: 'depot' });
    const { rows: numbers } = await pool.query(
      `select count(*)::int as cases, count(distinct data->>'number')::int as numbers
         from fieldcase.events where type = 'FaultReported'`,
    );
    expect(numbers).toEqual([{ cases: 6, numbers: 6 }]);
    const { rows: blocks } = await pool.query(
      `select data->>'keys' as keys from fieldcase.events where type = 'ImportStarted'`,
    );
    expect(new Set(blocks.map(({ keys }) => keys)).size).toBe(3);
    expect(blocks).toHaveLength(3);
    expect((await new LogCheck(pool).verify()).faults).toEqual([]);
  });

  it('takes the next numbers where another run took the same ones first, and its own where it did itself', async () => {
    const store = new PostgresEventStore(pool);
    const runOf = (name: string) => ({ source: name, fileDigest: name, runId: name, keys: name, at: 0 });
    const racing = (other: string) => {
      let raced = false;
      const append: typeof store.append = async (request) => {
        if (!raced) {
          raced = true;
          await numberBlock(store, runOf(other), 5);
        }
        return store.append(request);
      };
      return { append, readStreams: store.readStreams.bind(store) } as typeof store;
    };
    const late = await numberBlock(racing('b'), runOf('a'), 5);
    const early = await numberBlock(store, runOf('b'), 5);
    expect([early.numbersFrom, late.numbersFrom]).toEqual([0, 5]);
    const twice = await numberBlock(racing('c'), runOf('c'), 5);
    expect(twice).toEqual(await numberBlock(store, runOf('c'), 5));
    const { rows } = await pool.query(
      `select count(*)::int as blocks from fieldcase.events where type = 'ImportStarted'`,
    );
    expect(rows).toEqual([{ blocks: 3 }]);
  });

  it('takes the rows of a case in order of time, those of one moment in the order of the file', async () => {
    const minutes = Array.from({ length: 400 }, (_, n) => `2024-03-01 08:0${(n * 7) % 3}`);
    await reportOf(minutes.map((at, n) => `A,${n},${at},note,e`));
    const { rows } = await pool.query<{ at: string; row: number }>(
      `select occurred_at::text as at, (metadata->>'row')::int as row from fieldcase.events
        where stream_id like 'case:%' order by version`,
    );
    const expected = minutes
      .map((at, n) => ({ at, row: n + 2 }))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.row - b.row));
    expect(rows.map(({ row }) => row)).toEqual(expected.map(({ row }) => row));
  });

  it('closes a case of more rows than fit at once only at its last row, and counts it once where it is rejected', async () => {
    const rows = Array.from({ length: 6_000 }, (_, n) => {
      const at = new Date(Date.UTC(2024, 0, 1) + n * 60_000).toISOString().slice(0, 16).replace('T', ' ');
      return `${at},note,e`;
    });
    const whole = rows.map((row) => `A,1,${row}`);
    const broken = rows.map((row, n) => `B,1,${n === 0 ? row.replace(',e', ',x') : row}`);
    const report = await reportOf([...whole, ...broken], { ...MAPPING, closeAt: 'lastRow' });
    expect(report).toMatchObject({ imported: 6_000, rejected: 6_000, cases: { new: 1, rejected: 1 } });
    expect(report.events).toMatchObject({ FaultReported: 1, CaseClosed: 1 });
    expect(report.events).not.toHaveProperty('CaseReopened');
    expect(report.rejects.kinds.map(({ count }) => count)).toEqual([5_999, 1]);
  }, 60_000);

  it('ends a pause with the next row whatever becomes of it, also one that was cut off', async () => {
    const wait = { event: 'pause', reason: 'waiting-customer', when: [{ column: 'what', equals: 'wait' }] };
    const ignore = { event: 'ignore', when: [{ column: 'what', equals: 'test' }] };
    const rows = ['A', 'B', 'C'].flatMap((key) => [
      `${key},1,2024-03-01 08:00,note,e`,
      `${key},1,2024-03-01 09:00,wait,e`,
    ]);
    rows.push('A,1,2024-03-01 10:00,dance,e', 'B,1,2024-03-01 10:00,test,e', 'C,1,2024-03-01 10:00');
    const mapping = { ...MAPPING, rules: [wait, ignore, ...MAPPING.rules] };
    const report = await reportOf(rows, mapping);
    expect(report).toMatchObject({ imported: 6, ignored: 1, rejected: 2, events: { CasePaused: 3, CaseResumed: 3 } });
    const again = await reportOf(rows, mapping);
    expect(again).toMatchObject({ imported: 0, ignored: 1, rejected: 2, duplicates: 6, events: {} });
    const { rows: resumed } = await pool.query(
      `select occurred_at = '2024-03-01 10:00Z' as then, (metadata->>'row')::int as row
         from fieldcase.events where type = 'CaseResumed' order by 2`,
    );
    expect(resumed).toEqual([8, 9, 10].map((row) => ({ then: true, row })));
  });

  it('says that numbers are set aside where they are, and nothing else was written', async () => {
    const file = folder.write('data.csv', [HEADER, 'A,1,2024-03-01 08:00,note,e'].join('\n'));
    const mapping = readMapping(folder.write('map.json', JSON.stringify(MAPPING)));
    const references = {
      policyFor: () => {
        throw new Error('no policy');
      },
      depotFor: () => undefined,
      homeDepotOf: () => undefined,
    };
    const store = new PostgresEventStore(pool);
    const stopped = (one: typeof store) =>
      importFile({ file, mapping, databaseUrl: database.url, store: one, references });
    await expect(stopped(dyingStore(store, 1, true) as typeof store)).rejects.toThrow(
      /No row was written to the log; numbers may be set aside/,
    );
    await expect(stopped(store)).rejects.toThrow(/no policy\nNo row was written to the log; numbers may be/);
    const { rows } = await pool.query('select distinct type from fieldcase.events order by 1');
    expect(rows.map(({ type }) => type)).toEqual(['CaseNumbersReserved', 'ImportStarted']);
    const missing = { file: join(folder.path, 'absent.csv'), mapping, databaseUrl: database.url, store, references };
    await expect(importFile(missing)).rejects.toThrow(/absent\.csv does not exist/);
  });

  it('takes cases of two columns for two where blanks and strokes are all that differs', async () => {
    const rows = ['a,b c,2024-03-01 08:00,note,e', 'a b,c,2024-03-01 08:00,note,e', 'a /,b,2024-03-01 08:00,note,e'];
    const more = ['a,/ b,2024-03-01 08:00,note,e'];
    const report = await reportOf([...rows, ...more], { ...MAPPING, case: ['ticket', 'depot'] });
    expect(report.cases).toMatchObject({ inFile: 4, new: 4 });
  });

  it('tells rows apart whose cells differ by a separator within', async () => {
    const rows = ['A,1,2024-03-01 08:00,note,e', 'A,1\u001f,2024-03-01 08:00,note,e'];
    const report = await reportOf([...rows, 'A,\u001f1,2024-03-01 08:00,note,e', rows[1]!]);
    expect(report).toMatchObject({ imported: 3, duplicatesOf: { file: 1 } });
  });
});
