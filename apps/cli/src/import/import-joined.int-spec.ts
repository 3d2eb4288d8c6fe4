import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Pool } from 'pg';
import { choosePolicy, type HistoryReferences } from '@fieldcase/domain';
import { createPool, LogCheck, PostgresEventStore } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { describeWith } from '../../../../test/support/describe-with';
import { importFile } from './import-file';
import { dyingStore, fieldcase, Folder, logDigest } from './import.fixture';
import { readMapping } from './read-mapping';

const MAPPING = {
  source: 'orders',
  case: 'order',
  time: { column: 'day', format: 'yyyy-MM-dd', zone: 'Asia/Shanghai' },
  fields: { region: '华东' },
  rules: [
    { event: 'ignore', when: [{ column: 'what', equals: 'test' }] },
    { event: 'completion', when: [{ column: 'what', equals: 'done' }] },
    { event: 'note', when: [{ column: 'what', equals: 'call' }] },
  ],
  join: {
    file: 'parts.csv',
    on: 'segment',
    rules: [
      { event: 'ignore', when: [{ column: 'qty', equals: '0' }] },
      { event: 'materials', materials: { partNumber: { column: 'part' }, quantity: { column: 'qty' } } },
    ],
  },
  closeAt: 'lastRow',
};
const ORDERS = [
  'segment,order,day,what',
  'A-1,A,2026-03-02,call',
  'A-2,A,2026-03-02,done',
  'A-3,A,2026-03-02,done',
  'B-1,B,2026-03-04,done',
  'C-1,C,2026-02-30,done',
  'D-1,D,2026-03-05,call',
  'D-2,D,2026-03-05,strange',
  'E-1,E,2026-03-06,test',
];
const PARTS = [
  'segment,part,qty',
  'A-2,BELT,1',
  'A-3,SEAL,10',
  'A-2,BELT,1',
  'A-2,CORE,0',
  'B-1,OIL,37.5',
  'A-2,FILTER,2',
  'C-1,BELT,1',
  'D-2,BELT,1',
  'E-1,BELT,1',
  'Z-9,BELT,1',
  ',BELT,1',
  'B-1,BELT',
];

interface Report {
  readonly rows: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
  readonly joined: { readonly rows: number; readonly imported: number; readonly file: string };
  readonly events: Readonly<Record<string, number>>;
}

const noReferences: HistoryReferences = {
  policyFor: (attributes, at) => choosePolicy([], attributes, at),
  depotFor: () => undefined,
  homeDepotOf: () => undefined,
};

describe('an import with a second file', () => {
  const folder = new Folder();
  const databases: { database: TestDatabase; pool: Pool }[] = [];
  const open = async () => {
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url });
    databases.push({ database, pool });
    return { url: database.url, pool };
  };
  const map = folder.write('map.json', JSON.stringify(MAPPING));
  const orders = folder.write('orders.csv', ORDERS.join('\n'));
  const parts = folder.write('parts.csv', PARTS.join('\n'));
  const rejects = join(folder.path, 'rejects.csv');
  const run = (url: string, ...more: readonly string[]) =>
    fieldcase(['import', orders, '--mapping', map, '--url', url, '--rejects', rejects, ...more]);
  const reportOf = ({ out }: { readonly out: string }) => JSON.parse(out) as Report;

  afterAll(async () => {
    folder.remove();
    for (const { database, pool } of databases) {
      await pool.end();
      await database.drop();
    }
  });

  it('adds parts to the orders that they were used on, and accounts for every row of both', async () => {
    const { url, pool } = await open();
    const dry = await run(url, '--dry-run');
    expect(dry.out).toContain('with        parts.csv: 12 rows, 3 imported, 1 duplicates, 2 ignored, 6 rejected');
    const result = await run(url, '--json');
    expect(result.code).toBe(1);
    const report = reportOf(result);
    expect(report).toMatchObject({ rows: 20, imported: 8, duplicates: 1, ignored: 3, rejected: 8 });
    expect(report.joined).toEqual({ file: 'parts.csv', rows: 12, imported: 3, duplicates: 1, ignored: 2, rejected: 6 });
    expect(report.events).toMatchObject({ FaultReported: 3, VisitCompleted: 3, MaterialsAmended: 3, CaseClosed: 3 });

    const { rows } = await pool.query<{ told: string; parts: string | null }>(
      `select concat_ws(' ', type, metadata->>'file', metadata->>'row') as told,
          (select string_agg(line->>'partNumber' || ' ' || (line->>'quantity'), ', ')
             from jsonb_array_elements(data->'materials') line) as parts
         from fieldcase.events where metadata->>'source' = 'orders' and stream_id =
          (select stream_id from fieldcase.events where data->>'sourceKey' = 'A') order by version`,
    );
    expect(rows.map(({ told, parts: lines }) => (lines ? `${told}: ${lines}` : told))).toEqual([
      'FaultReported 2',
      'VisitCompleted 3',
      'MaterialsAmended parts.csv 2: BELT 1',
      'MaterialsAmended parts.csv 7: BELT 1, FILTER 2',
      'VisitCompleted 4',
      'MaterialsAmended parts.csv 3: SEAL 10',
      expect.stringContaining('CaseClosed'),
    ]);
    expect(readFileSync(rejects, 'utf8').split('\r\n')).toEqual([
      '\ufeffrow,column,value,reason,file',
      '6,day,2026-02-30,"expected a day and time that exist, as in yyyy-MM-dd",',
      '8,what,strange,no rule of the mapping matches this row,',
      '6,qty,37.5,"expected whole pieces, at least 1",parts.csv',
      '8,segment,C-1,no row of the first file that could be read has this name,parts.csv',
      '9,,,"row 8 of the first file, to which it belongs, was rejected",parts.csv',
      '11,segment,Z-9,no row of the first file that could be read has this name,parts.csv',
      '12,segment,,"expected the name of the row that it belongs to, found nothing",parts.csv',
      '13,,,"2 cells where the header has 3; is the row cut off, or a cell with the delimiter not quoted?",parts.csv',
      '',
    ]);
    expect((await new LogCheck(pool).verify()).faults).toEqual([]);
  });

  it('imports nothing twice; of a longer second file the new rows only', async () => {
    const { url, pool } = await open();
    await run(url);
    const log = await logDigest(pool);
    const again = reportOf(await run(url, '--json'));
    expect(again).toMatchObject({ rows: 20, imported: 0, rejected: 8 });
    expect(await logDigest(pool)).toEqual(log);
    const longer = folder.write('march.csv', [...PARTS, 'B-1,GASKET,4'].join('\n'));
    const grown = reportOf(await run(url, '--json', '--joined', longer));
    expect(grown).toMatchObject({ rows: 21, imported: 1, joined: { file: 'march.csv', imported: 1 } });
    expect(grown.events).toEqual({ MaterialsAmended: 1 });
  });

  it('ends with the same log as one that was not killed', async () => {
    const many = Array.from({ length: 200 }, (_, n) => `S-${n},K${n % 90},2026-03-0${1 + (n % 9)},done`);
    const file = folder.write('many.csv', [ORDERS[0], ...many].join('\n'));
    const used = Array.from({ length: 500 }, (_, n) => `S-${(n * 7) % 200},P${n},${1 + (n % 4)}`);
    const joined = folder.write('used.csv', [PARTS[0], ...used].join('\n'));
    const given = { file, joined, mapping: readMapping(map), references: noReferences, batchRows: 60 };
    const whole = await open();
    const report = await importFile({
      ...given,
      databaseUrl: whole.url,
      store: new PostgresEventStore(whole.pool),
    });
    expect(report).toMatchObject({ rows: 700, imported: 700, rejected: 0, joined: { imported: 500 } });
    const killed = await open();
    const store = new PostgresEventStore(killed.pool);
    for (const [appends, lastLands] of [
      [2, false],
      [3, true],
      [5, false],
    ] as const) {
      const dying = dyingStore(store, appends, lastLands);
      await expect(importFile({ ...given, databaseUrl: killed.url, store: dying })).rejects.toThrow(/go on/);
    }
    await importFile({ ...given, databaseUrl: killed.url, store });
    expect(await logDigest(killed.pool)).toEqual(await logDigest(whole.pool));
  });

  it('refuses what does not fit, and writes nothing', async () => {
    const { url, pool } = await open();
    const other = folder.write('other.csv', 'segment,part\nA-1,BELT\n');
    expect(await run(url, '--joined', other)).toMatchObject({
      code: 1,
      err: expect.stringContaining('join.rules.0.when.0.column: the file has no column "qty"') as string,
    });
    expect(await run(url, '--joined', join(folder.path, 'absent.csv'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('absent.csv does not exist') as string,
    });
    const twice = folder.write('twice.csv', 'segment,part,qty,part\nA-1,BELT,1,BELT\n');
    expect(await run(url, '--joined', twice)).toMatchObject({
      code: 1,
      err: expect.stringContaining('twice.csv, row 1: the column "part" comes twice') as string,
    });
    const before = readFileSync(parts, 'utf8');
    const overwriting = await fieldcase(['import', orders, '--mapping', map, '--url', url, '--rejects', parts]);
    expect(overwriting).toMatchObject({ code: 2, err: expect.stringContaining('is the second file itself') as string });
    expect(readFileSync(parts, 'utf8')).toBe(before);
    const { join: _, ...single } = MAPPING;
    const alone = folder.write('alone.json', JSON.stringify(single));
    const unasked = await fieldcase(['import', orders, '--mapping', alone, '--url', url, '--joined', parts]);
    expect(unasked).toMatchObject({ code: 2, err: '--joined: the mapping has no "join", it reads one file\n' });
    const wrong = { ...MAPPING, join: { ...MAPPING.join, rules: [{ event: 'close' }] } };
    const refused = folder.write('refused.json', JSON.stringify(wrong));
    const mapped = await fieldcase(['import', orders, '--mapping', refused, '--url', url]);
    expect(mapped.err).toContain('join.rules.0.event: expected one of ignore, note, materials');
    expect((await pool.query('select from fieldcase.events')).rowCount).toBe(0);
  });
});

const data = resolve(__dirname, '../../../../../shared/data');
const workOrders = join(data, 'farm-equipment-work-orders.csv');

describeWith('../shared/data', existsSync(workOrders), 'the farm-equipment pair', () => {
  it('comes as cases with the parts used on them', async () => {
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url });
    try {
      const mapping = resolve(__dirname, '../../../../infra/import/farm-equipment.yaml');
      const args = ['import', workOrders, '--mapping', mapping, '--url', database.url, '--json'];
      const report = reportFrom(await fieldcase(args));
      expect(report).toMatchObject({ rows: 1_000, rejected: 0, cases: { new: 232 } });
      expect(report.joined).toMatchObject({ rows: 500, rejected: 0 });
      const { rows } = await pool.query<{ pieces: number; lines: number }>(
        `select sum((line->>'quantity')::int)::int as pieces, count(*)::int as lines from
           (select distinct on (data->>'visitId') data from fieldcase.events
             where type in ('VisitCompleted', 'MaterialsAmended') order by data->>'visitId', position desc) latest,
           jsonb_array_elements(data->'materials') line`,
      );
      expect(rows[0]).toEqual(countedApart());
      expect(rows[0]?.lines).toBe(report.joined.imported);
      expect(reportFrom(await fieldcase(args))).toMatchObject({ imported: 0, rejected: 0 });
    } finally {
      await pool.end();
      await database.drop();
    }
  });
});

const reportFrom = ({ out }: { readonly out: string }) => JSON.parse(out) as Report;

/** By a library alone: each row once, whole pieces of a part. */
function countedApart(): { pieces: number; lines: number } {
  const text = readFileSync(join(data, 'farm-equipment-repairs.csv'), 'utf8');
  const rows = new Set((parse(text) as string[][]).slice(1).map((cells) => JSON.stringify(cells)));
  const parts = [...rows]
    .map((row) => JSON.parse(row) as string[])
    .filter(([, , , , quantity, , part]) => Number(quantity) > 0 && part?.trim());
  return { pieces: parts.reduce((sum, cells) => sum + Number(cells[4]), 0), lines: parts.length };
}
