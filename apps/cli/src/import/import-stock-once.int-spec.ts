import type { Application } from '@fieldcase/application';
import { StoreUnavailable, type EventStore } from '@fieldcase/eventsourcing';
import { importStock, type StockImportOptions, type StockImportReport } from './import-stock';
import { readStockMapping } from './read-mapping';
import { reportOf, StockFiles } from './stock.fixture';

const HEADER = '仓库,备件,归属,数量,序列号';

describe('rows of stock are booked once', () => {
  let files: StockFiles;
  beforeEach(async () => {
    files = await StockFiles.open();
  });
  afterEach(() => files.close());

  const write = (rows: readonly string[]): string => files.folder.write('stock.csv', [HEADER, ...rows].join('\n'));
  const run = (file: string, ...more: readonly string[]) => files.run(file, files.withSerials, ...more);
  const imported = async (file: string, given: Partial<StockImportOptions> = {}): Promise<StockImportReport> => {
    const mapping = readStockMapping(files.withSerials);
    if (!mapping) throw new Error('not a mapping of stock');
    const application = await files.database.application();
    return importStock({ file, mapping, application, store: files.database.store, dryRun: false, ...given });
  };
  const reading = (readStreams: EventStore['readStreams']): EventStore => {
    const { store } = files.database;
    return Object.assign(Object.create(store) as EventStore, { readStreams });
  };
  const handling = (application: Application, handle: Application['stock']['handle']): Application => ({
    ...application,
    stock: { handle } as Application['stock'],
  });

  it('by two imports at once, neither of which has seen what the other books', async () => {
    const file = write(['gaolan,皮带-8,own,5,', 'gaolan,皮带-8,own,5,', 'yongdeng,PUMP,own,2,S-1 S-2']);
    // Whoever reads the cards before the other has booked sees this.
    const before = reading((ids) => Promise.resolve(new Map(ids.map((id) => [id, []]))));
    expect(await imported(file, { store: before })).toMatchObject({ imported: 3, pieces: 12, duplicates: 0 });
    const other = await imported(file, { store: before });
    expect(other).toMatchObject({ imported: 0, pieces: 0, duplicates: 3, rejected: 0 });
    expect(await files.received()).toEqual({ own: 12 });
    const [one, two] = await Promise.all([imported(file), imported(file)]);
    expect([one.duplicates, two.duplicates]).toEqual([3, 3]);
  });

  it('and a dry run tells the same report', async () => {
    const application = await files.database.application();
    const by = { actor: 'spec', roles: ['supervisor'] };
    const card = { depotId: 'yongdeng', partNumber: 'PUMP' };
    await application.stock.handle({ type: 'ReceiveStock', ...card, quantity: 2, serials: ['ON-SHELF', 'GONE'] }, by);
    await application.stock.handle({ type: 'AdjustStock', ...card, by: -1, serials: ['GONE'], reason: '报废' }, by);
    const file = write([
      'gaolan,PUMP,own,1,A',
      'gaolan,PUMP,own,1,A',
      'yongdeng,PUMP,own,2,B A',
      'yongdeng,PUMP,own,1,B',
      'gaolan,PUMP,own,2,ON-SHELF C',
      'yongdeng,PUMP,own,1,C',
      'gaolan,PUMP,maker-1,1,GONE',
      `gaolan,PUMP,own,1,${'x'.repeat(101)}`,
      `gaolan,PUMP,own,1001,${Array.from({ length: 1_001 }, (_, index) => `M-${index}`).join(' ')}`,
      'constructor,PUMP,own,1,D',
      'gaolan,皮带-8,own,1000000,',
    ]);
    const told = async (...more: readonly string[]) => {
      const { file: _, dryRun: __, ...report } = reportOf(await run(file, ...more));
      return report;
    };
    const dry = await told('--dry-run');
    expect(dry).toMatchObject({ rows: 11, imported: 5, pieces: 1_000_004, duplicates: 0, rejected: 6 });
    expect(dry.rejects.first.map(({ row, reason }) => `${row} ${reason}`)).toEqual([
      '3 expected that A is not in stock elsewhere',
      '4 expected that A is not in stock elsewhere',
      '6 expected that ON-SHELF is not in stock elsewhere',
      '9 expected serial numbers of at most 100 visible characters',
      '10 expected at most 1000 serial numbers in one row',
    ]);
    expect(await told()).toEqual(dry);
    const again = await told('--dry-run');
    expect(again).toMatchObject({ rows: 11, imported: 0, pieces: 0, duplicates: 5, rejected: 6 });
    expect(await told()).toEqual(again);
  });

  it('each card asked for once, side by side with others, its own rows in their order', async () => {
    const rows = Array.from({ length: 1_200 }, (_, i) => `${i % 2 ? 'gaolan' : 'yongdeng'},皮带-8,own,${i + 1},`);
    const asked: string[] = [];
    const { store } = files.database;
    const counting = reading((ids, options) => {
      asked.push(...ids);
      return store.readStreams(ids, options);
    });
    const application = await files.database.application();
    const underWay: string[] = [];
    let most = 0;
    const watched = handling(application, async (command, options) => {
      underWay.push(command.type);
      most = Math.max(most, underWay.length);
      return application.stock.handle(command, options).finally(() => underWay.pop());
    });
    expect(await imported(write(rows), { store: counting, application: watched })).toMatchObject({ imported: 1_200 });
    expect(asked).toHaveLength(2);
    expect(most).toBe(2);
    const { rows: booked } = await files.database.pool.query<{ quantity: number }>(
      `select (data->'line'->>'quantity')::int as quantity from fieldcase.events
        where type = 'StockReceived' order by stream_id, version`,
    );
    const odd = rows.map((_, i) => i + 1).filter((quantity) => quantity % 2 === 1);
    expect(booked.map(({ quantity }) => quantity)).toEqual([...odd.map((quantity) => quantity + 1), ...odd]);
  });

  it('by a run that goes on after one that was stopped', async () => {
    const file = write(Array.from({ length: 40 }, (_, i) => `${i % 2 ? 'gaolan' : 'yongdeng'},皮带-8,own,${i + 1},`));
    const application = await files.database.application();
    let left = 15;
    const dying = handling(application, async (command, options) => {
      left -= 1;
      if (left < 0) throw new StoreUnavailable('killed', true);
      const answer = await application.stock.handle(command, options);
      // The last one was booked, and nobody heard of it.
      if (left === 0) throw new StoreUnavailable('killed', true);
      return answer;
    });
    await expect(imported(file, { application: dying })).rejects.toThrow('killed');
    expect(await imported(file)).toMatchObject({ rows: 40, imported: 25, duplicates: 15 });
    expect(await files.received()).toEqual({ own: 820 });
  });
});
