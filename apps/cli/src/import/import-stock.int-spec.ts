import { readFileSync } from 'node:fs';
import { fieldcase, type Folder } from './import.fixture';
import { reportOf, StockFiles } from './stock.fixture';

describe('an import of stock', () => {
  let files: StockFiles;
  let folder: Folder;
  beforeAll(async () => {
    files = await StockFiles.open();
    folder = files.folder;
  });
  afterAll(() => files.close());

  const run = (file: string, ...more: readonly string[]) => files.run(file, files.mapping, ...more);
  const report = (out: string) => reportOf({ out });
  const onHand = () => files.received();

  it('books each row once: again, and in a longer file of the same source', async () => {
    const rows = [
      '仓库,备件,归属,数量',
      'gaolan,皮带-8,自有,5',
      'gaolan,皮带-8,,2',
      'gaolan,皮带-8,maker-1,3',
      'gaolan,皮带-8,自有,5',
    ];
    const file = folder.write('stock.csv', `\ufeff${rows.join('\r\n')}\r\n`);
    const dry = await run(file, '--dry-run');
    expect(report(dry.out)).toMatchObject({
      dryRun: true,
      rows: 4,
      imported: 4,
      pieces: 15,
      duplicates: 0,
      rejected: 0,
    });
    expect(await onHand()).toEqual({});
    expect(await run(file)).toMatchObject({ code: 0, err: '' });
    expect(await onHand()).toEqual({ own: 12, 'maker-1': 3 });
    expect(report((await run(file)).out)).toMatchObject({ rows: 4, imported: 0, duplicates: 4, rejected: 0 });
    const longer = folder.write('longer.csv', [...rows, 'gaolan,皮带-8,自有,1'].join('\n'));
    expect(report((await run(longer)).out)).toMatchObject({ rows: 5, imported: 1, duplicates: 4 });
    expect(await onHand()).toEqual({ own: 13, 'maker-1': 3 });
  });

  it('rejects what it cannot book, with row, column, value and reason, and books the rest', async () => {
    const before = await onHand();
    const rows = [
      '仓库,备件,归属,数量',
      'nowhere,皮带-8,own,1',
      'gaolan,none,own,1',
      'gaolan,皮带-8,somebody,1',
      ...['0', '-1', '1.5', '1e18', '10000000', 'two', ''].map((quantity) => `gaolan,皮带-8,own,${quantity}`),
      'gaolan,PUMP,own,1',
      'gaolan,皮带-8,own,7.0',
    ];
    const { code, out } = await run(folder.write('bad.csv', rows.join('\n')));
    expect(code).toBe(1);
    expect(report(out)).toMatchObject({ rows: 12, imported: 1, duplicates: 0, ignored: 0, rejected: 11 });
    expect((await onHand())['own']).toBe((before['own'] ?? 0) + 7);
    const rejects = readFileSync(files.rejects, 'utf8').split('\r\n');
    expect(rejects).toHaveLength(13);
    expect(rejects.slice(1, 4)).toEqual([
      '2,仓库,nowhere,no depot with this id is registered',
      '3,备件,none,no part with this number is registered',
      "4,归属,somebody,expected own or maker-1: pieces are ours or the maker's",
    ]);
    expect(rejects[11]).toBe('12,serials,,"expected 1 different serial numbers, one per piece"');
  });

  it('books no row that is damaged', async () => {
    const before = await onHand();
    const rows = [
      '仓库,备件,归属,数量',
      'gaolan,皮带-8,own,1,000',
      'gaolan,皮带-8,own',
      'gaolan,皮带-8,\u0000own,1',
      'gaolan,皮带-8,own,17',
    ];
    const { code, out } = await run(folder.write('damaged.csv', rows.join('\n')));
    expect(code).toBe(1);
    expect(report(out)).toMatchObject({ rows: 4, imported: 1, pieces: 17, rejected: 3 });
    const cells = 'where the header has 4; is the row cut off, or a cell with the delimiter not quoted?';
    expect(report(out).rejects.first).toEqual([
      { row: 2, column: '', value: '', reason: `5 cells ${cells}` },
      { row: 3, column: '', value: '', reason: `3 cells ${cells}` },
      { row: 4, column: '归属', value: '', reason: 'holds a NUL character' },
    ]);
    expect((await onHand())['own']).toBe((before['own'] ?? 0) + 17);
  });

  it('refuses a file of which it cannot tell what a row says', async () => {
    const before = await onHand();
    const refused = async (content: string) => {
      const { code, err } = await run(folder.write('refused.csv', content));
      expect(code).not.toBe(0);
      return err;
    };
    const twice = await refused('仓库,备件,归属,数量,数量\ngaolan,皮带-8,own,5,7\n');
    expect(twice).toMatch(/数量.* comes twice; give one of them another name/);
    expect(await refused('\n\r\n\n')).toContain('is empty; expected a header row and rows');
    expect(await refused('仓库;备件;归属;数量\ngaolan;皮带-8;own;5\n')).toContain('the header is one column');
    expect(await onHand()).toEqual(before);
    const other = await run(folder.write('note.csv', '仓库,备件,归属,数量,备注,备注\ngaolan,皮带-8,own,23,a,b\n'));
    expect(report(other.out)).toMatchObject({ imported: 1 });
  });

  it('says what is wrong with the mapping or the file', async () => {
    const file = folder.write('other.csv', 'a,b\n1,2\n');
    expect((await run(file)).err).toMatch(/no column .*仓库.*; it has a, b/);
    const mapping = folder.write('m.yaml', 'kind: stock\nsource: x\nfields: { depot: d }\n');
    const { code, err } = await fieldcase(['import', file, '--mapping', mapping]);
    expect(code).not.toBe(0);
    expect(err).toContain('fields.partNumber: ');
  });
});
