import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DemoDatabase } from '../demo/demo-database.fixture';
import { fieldcase, Folder } from './import.fixture';

const MAPPING = resolve(__dirname, '../../../../infra/import/stock.yaml');
const by = { actor: 'spec', roles: ['supervisor'] };

describe('an import of stock', () => {
  const folder = new Folder();
  let database: DemoDatabase;
  beforeAll(async () => {
    database = await DemoDatabase.open();
    const { references } = await database.application();
    const part = (partNumber: string, serialised: boolean) =>
      references.handle(
        {
          type: 'RegisterPart',
          partNumber,
          name: partNumber,
          class: 'wear',
          packSize: 1,
          serialised,
          substitutes: [],
          makerId: 'maker-1',
        },
        by,
      );
    await references.handle(
      { type: 'RegisterDepot', id: 'gaolan', name: '皋兰站', kind: 'county', region: 'gansu' },
      by,
    );
    await part('皮带-8', false);
    await part('PUMP', true);
  });
  afterAll(async () => {
    folder.remove();
    await database.close();
  });

  const run = (file: string, ...more: readonly string[]) =>
    database.fieldcase(
      'import',
      file,
      '--mapping',
      MAPPING,
      '--json',
      '--rejects',
      join(folder.path, 'no.csv'),
      ...more,
    );
  const report = (out: string) => JSON.parse(out) as Record<string, number>;
  const onHand = async (): Promise<Record<string, number>> => {
    const { rows } = await database.pool.query<{ owner: string; sum: string }>(
      `select data->'line'->>'owner' as owner, sum((data->'line'->>'quantity')::int) from fieldcase.events
        where type = 'StockReceived' group by 1`,
    );
    return Object.fromEntries(rows.map(({ owner, sum }) => [owner, Number(sum)]));
  };

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
    const rejects = readFileSync(join(folder.path, 'no.csv'), 'utf8').split('\r\n');
    expect(rejects).toHaveLength(13);
    expect(rejects.slice(1, 4)).toEqual([
      '2,仓库,nowhere,no depot with this id is registered',
      '3,备件,none,no part with this number is registered',
      "4,归属,somebody,expected own or maker-1: pieces are ours or the maker's",
    ]);
    expect(rejects[11]).toBe('12,serials,,"expected 1 different serial numbers, one per piece"');
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
