import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import iconv from 'iconv-lite';
import { createPool } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { fieldcase, Folder } from './import.fixture';

const MAPPING = {
  source: 'tickets',
  case: 'ticket',
  time: { column: 'at', format: 'yyyy-MM-dd HH:mm:ss', zone: 'Europe/Rome' },
  fields: { region: 'East', siteName: { column: 'who' } },
  rules: [
    { event: 'note', when: [{ column: 'what', in: ['open', 'note'] }], text: { column: 'who' } },
    { event: 'close', when: [{ column: 'what', equals: 'close' }] },
  ],
};
const HEADER = 'ticket,at,what,who';
const GOOD = ['T1,2013-01-07 10:00:00,open,Rossi', 'T1,2013-01-08 10:00:00,close,Rossi'];

describe('fieldcase import', () => {
  const folder = new Folder();
  let database: TestDatabase;
  let pool: Pool;
  const head = async () => Number((await pool.query('select count(*) from fieldcase.events')).rows[0].count);
  let mappings = 0;
  const run = async (content: string | Buffer | null, mapping: object | string = MAPPING, ...more: string[]) => {
    const text = typeof mapping === 'string' ? mapping : JSON.stringify(mapping);
    const map = folder.write(`map-${(mappings += 1)}.json`, text);
    const file = content === null ? join(folder.path, 'absent.csv') : folder.write('data.csv', content);
    const rejects = join(folder.path, `rejects-${mappings}.csv`);
    const args = ['import', file, '--mapping', map, '--url', database.url, '--rejects', rejects, ...more];
    return { ...(await fieldcase(args)), rejects };
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
    folder.remove();
  });
  beforeEach(async () => {
    const { Client } = jest.requireActual<typeof import('pg')>('pg');
    const owner = new Client({ connectionString: database.url });
    await owner.connect();
    await owner.query('truncate fieldcase.events, fieldcase.personal_data');
    await owner.end();
  });

  describe('takes files as they come', () => {
    const good = [HEADER, ...GOOD];
    it.each([
      ['line feeds', good.join('\n'), {}],
      ['a line feed at the end', `${good.join('\n')}\n`, {}],
      ['CRLF', `${good.join('\r\n')}\r\n`, {}],
      ['a byte order mark', `\ufeff${good.join('\n')}`, {}],
      ['blank lines', `\n${good.join('\n\n')}\n\n`, {}],
      ['quoted line breaks', good.join('\n').replaceAll('Rossi', '"Rossi\n""e figli"""'), {}],
      ['another delimiter', good.join('\n').replaceAll(',', ';'), { format: { delimiter: ';' } }],
      ['latin1', iconv.encode(good.join('\n').replaceAll('Rossi', 'Niccolò'), 'latin1'), { encoding: 'latin1' }],
      ['gb18030', iconv.encode(good.join('\n').replaceAll('Rossi', '双抢'), 'gb18030'), { encoding: 'gb18030' }],
      ['utf-16 by its byte order mark', iconv.encode(good.join('\n'), 'utf-16le', { addBOM: true }), {}],
      ['utf-16', iconv.encode(good.join('\n'), 'utf-16le', { addBOM: true }), { encoding: 'utf-16le' }],
    ])('%s', async (_, content, changed) => {
      const { code, err, out } = await run(content, { ...MAPPING, ...changed }, '--json');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(JSON.parse(out)).toMatchObject({ rows: 2, imported: 2, duplicates: 0, ignored: 0, rejected: 0 });
      const { rows } = await pool.query(
        `select data->>'siteName' as site from fieldcase.personal_data where data ? 'siteName'`,
      );
      expect(rows[0].site).toMatch(/^(Rossi|Rossi\n"e figli"|Niccolò|双抢)$/);
    });

    it('a YAML mapping', async () => {
      const yaml = [
        'source: tickets # the desk',
        'case: ticket',
        'time: { column: at, format: yyyy-MM-dd HH:mm:ss, zone: Europe/Rome }',
        'fields: { region: East }',
        'rules: [{ event: note }]',
      ].join('\n');
      expect(await run([HEADER, ...GOOD].join('\n'), yaml)).toMatchObject({ code: 0 });
    });
  });

  it('takes nothing that lies in the future: no command could follow it', async () => {
    const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 19).replace('T', ' ');
    const { code, out } = await run([HEADER, `T9,${soon},open,Rossi`].join('\n'), MAPPING, '--json');
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 1, rows: 1, imported: 0, rejected: 1 });
    expect(await head()).toBe(0);
  });

  describe('refuses what is no file of rows, and writes nothing', () => {
    it.each<[string, string | Buffer | null, object | string, RegExp]>([
      ['a missing file', null, {}, /absent\.csv does not exist/],
      ['an empty file', '', {}, /data\.csv is empty; expected a header row/],
      ['a blank file', '\n\n', {}, /data\.csv is empty; expected a header row/],
      [
        'a missing column',
        'ticket,at,who\nT1,2013-01-07 10:00:00,x',
        {},
        /rules\.0\.when\.0\.column: the file has no column "what"; it has "ticket", "at", "who"/,
      ],
      ['a column twice', 'ticket,at,what,who,at\nT1,a,b,c,d', {}, /row 1: the column "at" comes twice/],
      [
        'bad bytes',
        Buffer.concat([Buffer.from(`${HEADER}\n${GOOD[0]}\nT2,2013-01-07 10:00:00,open,Niccol`), Buffer.from([0xf2])]),
        {},
        /row 3: column 4 holds bytes that are not utf-8; set "encoding"/,
      ],
      [
        'another encoding than said',
        iconv.encode(`${HEADER}\n${GOOD[0]?.replace('Rossi', '双抢')}`, 'gb18030'),
        {},
        /row 2: column 4 holds bytes that are not utf-8/,
      ],
      ['an unknown encoding', HEADER, { encoding: 'utf-9' }, /"utf-9" is not a known encoding/],
      [
        'a quote that is never closed',
        [HEADER, ...GOOD, 'T2,2013-01-09 10:00:00,open,"Ros'].join('\n'),
        {},
        /row 4: a quote opens here and is never closed; is the file cut off\?/,
      ],
      [
        'an unknown zone',
        [HEADER, ...GOOD].join('\n'),
        { time: { ...MAPPING.time, zone: 'Europe/Rom' } },
        /time\.zone: "Europe\/Rom" is not a known zone/,
      ],
      [
        'an unknown format',
        [HEADER, ...GOOD].join('\n'),
        { time: { ...MAPPING.time, format: 'YYYY' } },
        /time\.format: "YYYY" is not understood/,
      ],
    ])('%s', async (_, content, changed, sentence) => {
      const { code, err, out } = await run(content, { ...MAPPING, ...(changed as object) });
      expect({ code, out, sentence: err }).toEqual({ code: 1, out: '', sentence: expect.stringMatching(sentence) });
      expect(await head()).toBe(0);
    });

    it('a directory', async () => {
      const map = folder.write('map.json', JSON.stringify(MAPPING));
      const { code, err } = await fieldcase(['import', folder.path, '--mapping', map, '--url', database.url]);
      expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/is a directory; expected a file/) });
    });

    it.each<[string, object | string, RegExp]>([
      ['not YAML', 'source: [', /map-\d+\.json: /],
      ['nothing', '', /source: is missing; expected a text/],
      ['an unknown key', { ...MAPPING, souce: 'x' }, /souce: not known here/],
      ['an unknown event', { ...MAPPING, rules: [{ event: 'arrived' }] }, /rules\.0\.event: /],
      ['a rule without what it needs', { ...MAPPING, rules: [{ event: 'pause' }] }, /rules\.0\.reason: /],
      [
        'a condition that tests nothing',
        { ...MAPPING, rules: [{ event: 'note', when: [{ column: 'what' }] }] },
        /rules\.0\.when\.0: expected one of equals, in, matches, empty/,
      ],
      ['no region', { ...MAPPING, fields: {} }, /fields\.region: expected a text, or \{ column/],
      [
        'the name of live figures',
        { ...MAPPING, source: 'live' },
        /source: "live" is the name of what was not imported/,
      ],
      ['the name of the samples', { ...MAPPING, source: 'demo' }, /source: "demo" is the name of the sample data/],
      [
        'a broken pattern',
        { ...MAPPING, rules: [{ event: 'note', when: [{ column: 'what', matches: '(' }] }] },
        /rules\.0\.when\.0\.matches: not a regular expression/,
      ],
    ])('a mapping with %s', async (_, mapping, sentence) => {
      const { code, err } = await run([HEADER, ...GOOD].join('\n'), mapping);
      expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(sentence) });
      expect(await head()).toBe(0);
    });

    it('a mapping with several mistakes, all of them in one round', async () => {
      const { code, err } = await run([HEADER, ...GOOD].join('\n'), {
        ...MAPPING,
        souce: 'x',
        encoding: 'utf-9',
        time: { ...MAPPING.time, zone: 'Europe/Rom' },
        fields: { siteName: 5.5, nothing: 'x', product: [] },
        rules: [
          { event: 'arrived' },
          { event: 'note', when: [{ column: 'what', matches: '(' }] },
          { event: 'pause', reason: 'tired' },
        ],
      });
      expect(code).toBe(1);
      const told = [...err.matchAll(/^ +([^:]+): /gm)].map(([, place]) => place);
      const places = ['souce', 'encoding', 'time.zone', 'fields.region', 'fields.nothing', 'fields.product'];
      const rules = ['rules.0.event', 'rules.1.when.0.matches', 'rules.2.reason'];
      expect(told.sort()).toEqual([...places, ...rules].sort());
    });

    it('a mapping that is not there', async () => {
      const { code, err } = await fieldcase(['import', 'x.csv', '--mapping', 'absent.yaml', '--url', database.url]);
      expect({ code, err }).toEqual({
        code: 1,
        err: expect.stringMatching(/absent\.yaml: the mapping does not exist/),
      });
    });

    it('no mapping at all, as a wrong command line', async () => {
      expect(await fieldcase(['import', 'x.csv'])).toMatchObject({ code: 2 });
    });
  });

  describe('rejects single rows, imports the others and exits 1', () => {
    it.each([
      [
        'a date that does not parse',
        'T2,13/01/2013,open,x',
        'at',
        '13/01/2013',
        /expected a time as in yyyy-MM-dd HH:mm:ss/,
      ],
      [
        'a day that does not exist',
        'T2,2013-02-30 10:00:00,open,x',
        'at',
        '2013-02-30 10:00:00',
        /expected a day and time that exist/,
      ],
      [
        'an hour that does not exist',
        'T2,2013-03-31 02:30:00,open,x',
        'at',
        '2013-03-31 02:30:00',
        /does not exist in Europe\/Rome/,
      ],
      [
        'an hour that comes twice',
        'T2,2013-10-27 02:30:00,open,x',
        'at',
        '2013-10-27 02:30:00',
        /comes twice in Europe\/Rome/,
      ],
      ['no time', 'T2,,open,x', 'at', '', /expected a time, found nothing/],
      ['no case', ' ,2013-01-07 10:00:00,open,x', 'ticket', '', /expected the name of the case/],
      [
        'a row that no rule matches',
        'T1,2013-01-09 10:00:00,dance,x',
        'what',
        'dance',
        /no rule of the mapping matches/,
      ],
      ['a row that is cut off', 'T2,2013-01-09 10:0', '', '', /2 cells where the header has 4; is the row cut off/],
      ['a NUL character', 'T2,2013-01-09 10:00:00,open,a\u0000b', 'who', '', /holds a NUL character/],
    ])('%s', async (_, row, column, value, reason) => {
      const { code, out, rejects } = await run([HEADER, ...GOOD, row].join('\n'));
      expect(code).toBe(1);
      expect(out).toMatch(/^imported +2$/m);
      expect(out).toMatch(/^rejected +1$/m);
      const [head, line] = readFileSync(rejects, 'utf8').split('\r\n');
      expect(head).toBe('\ufeffrow,column,value,reason');
      expect(line).toMatch(new RegExp(`^4,${column},${value},`));
      expect(line).toMatch(reason);
      expect(out).toMatch(/^row 4/m);
    });

    it('writes no file of rejects where there are none', async () => {
      const { code, rejects } = await run([HEADER, ...GOOD].join('\n'));
      expect({ code, there: existsSync(rejects) }).toEqual({ code: 0, there: false });
    });

    const onLinux = existsSync('/dev/full') ? it : it.skip;
    onLinux('a full disk for rejects stops the import before the log is touched', async () => {
      const bad = [HEADER, ...GOOD, 'T2,never,open,x'].join('\n');
      const { code, err } = await run(bad, MAPPING, '--rejects', '/dev/full');
      expect(code).toBe(1);
      expect(err).toMatch(/row 4 was rejected, but \/dev\/full cannot be written: ENOSPC/);
      expect(err).toMatch(/Nothing was written to the log\./);
      expect(await head()).toBe(0);
    });
  });
});
