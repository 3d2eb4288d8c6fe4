import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { fieldcase, Folder } from './import.fixture';
import type { ImportReport } from './import-report';

const HEADER = '单号,时间,状态';
const ROWS = ['WX-1,2026/3/2 8:10,报修', 'WX-1,2026/3/2 15:40,到场', 'WX-1,2026/3/3 9:00,结案'];
const MAPPING = `source: orders
case: 单号
time: { column: 时间, format: 'yyyy/M/d H:mm', zone: Asia/Shanghai }
fields: { region: 华东 }
rules:
  - { when: [{ column: 状态, equals: 到场 }], event: arrival }
  - { when: [{ column: 状态, equals: 结案 }], event: close }
`;

/** What a service manager meets who tries the import on a file of his own. */
describe('fieldcase import advises', () => {
  const folder = new Folder();
  let database: TestDatabase;
  const run = async (content: string | Buffer, mapping = MAPPING, ...more: string[]) => {
    const file = folder.write('orders.csv', content);
    const map = folder.write('orders.yaml', mapping);
    return fieldcase(['import', file, '--mapping', map, '--url', database.url, ...more]);
  };
  const sheet = [HEADER, ...ROWS].join('\n');

  beforeAll(async () => (database = await createTestDatabase()));
  afterAll(async () => {
    await database.drop();
    folder.remove();
  });

  it.each<[string, string | Buffer, string, RegExp]>([
    ['a new workbook', Buffer.from('PK\u0003\u0004....'), MAPPING, /is a workbook of a spreadsheet; save its sheet as/],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), MAPPING, /is a workbook of a spreadsheet/],
    [
      'a file of Excel',
      iconv.encode(sheet, 'gb18030'),
      MAPPING,
      /not utf-8; .*\(gb18030: saved by Excel under Chinese/,
    ],
    ['semicolons', sheet.replaceAll(',', ';'), MAPPING, /row 1: the header is one column.*format: { delimiter: ";" }/],
    ['tabs', sheet.replaceAll(',', '\t'), MAPPING, /format: { delimiter: "\\t" }/],
    ['full-width commas', sheet.replaceAll(',', '，'), MAPPING, /format: { delimiter: "，" }/],
    ['a full-width colon', sheet, MAPPING.replace('case: ', 'case：'), /line 2.*full-width signs ： are text.*半角/s],
    ['nothing but full-width colons', sheet, 'source：orders', /found none; is it the mapping\?.*半角/s],
    ['another file as the mapping', sheet, sheet, /expected lines as in "source: orders", found none; is it the mapp/],
    [
      'brackets of another width',
      sheet,
      MAPPING.replace('时间', '时 间'),
      /no column "时 间", but "时间"; it has "单号"/,
    ],
    ['one cause, told once', sheet, MAPPING.replace('fields:', '\tfields:'), /Tabs are not allowed[^!]*$/],
  ])('on %s', async (_, content, mapping, sentence) => {
    const { code, err, out } = await run(content, mapping);
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringMatching(sentence) as string });
    expect(err.match(/Tabs|Implicit|Nested/g)?.length ?? 1).toBe(1);
  });

  it.each(['orders.csv', 'orders.yaml'])('against rejects that would overwrite %s', async (name) => {
    const { code, err } = await run(`${sheet}\nWX-2,never,报修`, MAPPING, '--rejects', join(folder.path, name));
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/is the (file|mapping) itself: name another/),
    });
    expect(readFileSync(join(folder.path, 'orders.csv'), 'utf8')).toContain('WX-2');
  });

  it('on the reasons of many rejected rows, before anything is written', async () => {
    const bad = Array.from({ length: 30 }, (_, n) => `WX-${n + 2},2026/3/${n % 2 ? '2' : 'x'} 8:10,报修`);
    const rejects = join(folder.path, 'rejects.csv');
    const odd = [sheet, ...bad, 'WX-1,2026/3/4 8:10,退单', ',2026/3/4 8:10,到场'].join('\n');
    const { code, out } = await run(odd, MAPPING, '--rejects', rejects, '--dry-run');
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}15 rows, 时间: expected a time as in yyyy\/M\/d H:mm \("2026\/3\/x 8:10"\)$/m);
    expect(out).toMatch(/^ {2}1 row, 状态: no rule of the mapping matches this row \("退单"\)$/m);
    expect(out).toMatch(/^ {2}1 row, 单号: expected the name of the case, found nothing$/m);
    expect(out).toMatch(/^Without --dry-run they go to .*rejects\.csv$/m);
    expect(existsSync(rejects)).toBe(false);
  });

  it('with one case as the mapping understands it, dry or not', async () => {
    const words = [
      'What became of case WX-1, for example:',
      '  row 2      2026-03-02 08:10:00  FaultReported',
      '  row 3      2026-03-02 15:40:00  TechnicianDispatched',
      '  row 3      2026-03-02 15:40:00  TechnicianArrived',
      '  row 4      2026-03-03 09:00:00  CaseClosed',
    ].join('\n');
    const dry = await run(sheet, MAPPING, '--dry-run');
    expect(dry.out).toContain(words);
    const written = await run(sheet);
    expect(written.out.replace(/^.*\n/, '')).toBe(dry.out.replace(/^.*\n/, ''));
    const again = JSON.parse((await run(sheet, MAPPING, '--json')).out) as ImportReport;
    expect(again).toMatchObject({ imported: 0, duplicates: 3, example: null });
  });

  it('where every rejected row has a reason of its own', async () => {
    const later = Array.from({ length: 30 }, (_, n) => `W${n},2026/3/4 8:1${n % 10},报修,${'x,'.repeat(n + 1)}`);
    const { out } = await run([HEADER, ...later].join('\n'), MAPPING, '--dry-run');
    expect(out.match(/^ {2}1 row: \d+ cells where the header has 3/gm)).toHaveLength(20);
    expect(out).toMatch(/^ {2}10 rows: other reasons$/m);
  });
});
