import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from './import.fixture';
import { RejectsFile, RejectsProblem } from './rejects-file';

describe('the file of rejects', () => {
  const folder = new Folder();
  const path = join(folder.path, 'rejects.csv');
  afterAll(() => folder.remove());
  const rejected = (row: number, reason = 'r', column = 'c', value = 'v') => ({ row, column, value, reason });

  it('quotes what needs it, and shows formulas as text', async () => {
    const file = new RejectsFile(path);
    for (const [row, value] of ['a,b', 'a"b', 'a\r\nb', '=1+1', '@x', '-5', '+86', '红'].entries()) {
      file.add(rejected(row, 'r', 'c', value));
    }
    await file.finish();
    file.close();
    expect(readFileSync(path, 'utf8')).toBe(
      [
        '\ufeffrow,column,value,reason',
        '0,c,"a,b",r',
        '1,c,"a""b",r',
        '2,c,"a\r\nb",r',
        "3,c,'=1+1,r",
        "4,c,'@x,r",
        "5,c,'-5,r",
        "6,c,'+86,r",
        '7,c,红,r',
        '',
      ].join('\r\n'),
    );
  });

  it('names kinds, the most frequent first, of as many the one that comes first', () => {
    const file = new RejectsFile(undefined);
    file.add(rejected(9, 'late 9'), 'late');
    file.add(rejected(5, 'odd'));
    file.add(rejected(7, 'late 7', 'c', 'w'), 'late');
    file.add(rejected(3, 'rare'));
    const kinds = file.kinds().map(({ reason, count, row, values }) => [reason, count, row, values.join(' ')]);
    expect(kinds).toEqual([
      ['late', 2, 7, 'w v'],
      ['rare', 1, 3, 'v'],
      ['odd', 1, 5, 'v'],
    ]);
    expect(file.first.map(({ row }) => row)).toEqual([3, 5, 7, 9]);
  });

  it('is made with the first reject, and fails with it where it cannot be', () => {
    const here = join(folder.path, 'one.csv');
    const file = new RejectsFile(here);
    expect(existsSync(here)).toBe(false);
    file.add(rejected(2));
    expect(existsSync(here)).toBe(true);
    file.close();
    const nowhere = new RejectsFile(join(folder.path, 'absent', 'x.csv'));
    expect(() => nowhere.add(rejected(4))).toThrow(RejectsProblem);
    expect(() => nowhere.add(rejected(4))).toThrow(/^row 4 was rejected, but .* cannot be written: ENOENT/);
  });
});
