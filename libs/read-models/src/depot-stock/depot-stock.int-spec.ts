import { caseBoardProjection } from '../case-board/case-board.projection';
import { CaseScript, HOUR, START, utc } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { depotStockProjection } from './depot-stock.projection';
import { DepotQueries } from './depot.queries';

let database: ReadModelDatabase;
let script: CaseScript;
let depots: DepotQueries;
const parts = {
  belt: { partNumber: 'belt', name: '皮带', class: 'wear', packSize: 1, serialised: false, substitutes: [] },
} as const;

beforeAll(async () => {
  database = await readModelDatabase();
  depots = new DepotQueries(database.client, async () => 7n);
});
afterAll(() => database.close());
beforeEach(() => {
  script = new CaseScript();
});

async function project(): Promise<void> {
  const followed = [caseBoardProjection(script.store), depotStockProjection];
  await database.reset(...followed);
  for (const projection of followed) await database.apply(projection, await script.events(), 3);
}
const own = (quantity: number) => ({ owner: 'own', quantity });
const at = (hours: number) => ({ at: START + hours * HOUR });
const card = (type: string, data: object, hours = 0, depotId = 'wei', part = 'belt') =>
  script.write(`stock:${depotId}:${part}`, type, data, at(hours));
const request = { kind: 'part-request', id: 'c1.1' };
const transfer = { kind: 'transfer', id: 't1' };

describe('the stock of a depot', () => {
  it('is told per part and owner, with what is promised, on its way and to be counted', async () => {
    await card('StockReceived', { line: own(10) });
    await card('StockReceived', { line: { owner: 'maker', quantity: 2 } }, 1);
    await card('StockReserved', { reference: request, lines: [own(3)] }, 2);
    await card('SupplyExpected', { reference: transfer, owner: 'own', quantity: 5 }, 2);
    await card('LevelsSet', { min: 4, max: 20 }, 2);
    const used = { reference: request, owner: 'own', used: 9, shown: 8, difference: 1 };
    await card('StockDiscrepancyFound', used, 3);
    await card('StockReceived', { line: own(9) }, 0, 'lanzhou');
    await project();
    const { items, next, position } = await depots.stock('wei', {}, parts);
    expect(items).toEqual([
      expect.objectContaining({ owner: 'maker', onHand: 2, reserved: 0, available: 2, countDue: false }),
      {
        partNumber: 'belt',
        partName: '皮带',
        owner: 'own',
        onHand: 11,
        reserved: 3,
        available: 8,
        defective: 0,
        inTransit: 5,
        min: 4,
        max: 20,
        forecast: 15,
        countDue: true,
        movedAt: '2026-11-23T12:00:00+08:00',
      },
    ]);
    expect([next, position]).toEqual([null, '7']);
  });

  it('comes in pages and by part and owner', async () => {
    for (const part of ['a', 'b', 'c']) await card('StockReceived', { line: own(1) }, 0, 'wei', part);
    await project();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await depots.stock('wei', { limit: 2, ...(cursor === undefined ? {} : { cursor }) }, {});
      seen.push(...page.items.map(({ partNumber }) => partNumber));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['a', 'b', 'c']);
    expect((await depots.stock('wei', { partNumber: 'b' }, {})).items).toHaveLength(1);
    expect((await depots.stock('wei', { owner: 'maker' }, {})).items).toEqual([]);
    await expect(depots.stock('wei', { cursor: 'x' }, {})).rejects.toMatchObject({ code: 'query.cursor-invalid' });
  });

  it('suggests what is open, once', async () => {
    const suggested = { suggestionId: '1', quantity: 15, forecast: 2, min: 4, max: 16, basis: 'machines' };
    await card('ReplenishmentSuggested', suggested, 1);
    await project();
    expect((await depots.suggestions('wei', {}, parts)).items).toEqual([
      {
        ...suggested,
        suggestionId: 'belt.1',
        partNumber: 'belt',
        partName: '皮带',
        suggestedAt: '2026-11-23T10:00:00+08:00',
      },
    ]);
    expect((await depots.suggestions('lanzhou', {}, parts)).items).toEqual([]);
    await card('SuggestionDismissed', { suggestionId: '1', forecast: 2, min: 4 }, 2);
    await project();
    expect((await depots.suggestions('wei', {}, parts)).items).toEqual([]);
  });
});

describe('the worklist of a depot', () => {
  const ask = async (id: string, promisedIn: number) => {
    await script.report(id, { priority: 'season' });
    await script.record(id, 'PartRequested', {
      partRequestId: `${id}.1`,
      partNumber: 'belt',
      quantity: 2,
      promisedAt: utc(START + promisedIn * HOUR),
      owners: ['own'],
      serialised: false,
      technicianId: 'tom',
    });
  };
  const list = async (depotId = 'wei') => (await depots.worklist(depotId, {}, parts)).items;

  it('has requests, back-orders, returns, transfers and counts, the oldest promise first', async () => {
    await ask('c1', 72);
    await script.record('c1', 'PartAllocated', { partRequestId: 'c1.1', depotId: 'wei', lines: [own(2)] });
    await ask('c2', 24);
    await script.record('c2', 'PartBackordered', {
      partRequestId: 'c2.1',
      depotId: 'wei',
      quantity: 2,
      depots: ['wei'],
    });
    await ask('c3', 48);
    await script.record('c3', 'PartAllocated', { partRequestId: 'c3.1', depotId: 'wei', lines: [own(2)] });
    await script.record('c3', 'PartShipped', { partRequestId: 'c3.1', depotId: 'wei', lines: [own(2)] });
    await script.record('c3', 'PartReceived', { partRequestId: 'c3.1', quantity: 2 });
    await script.record('c3', 'PartReturned', { partRequestId: 'c3.1', quantity: 1, condition: 'defective' });
    const terms = { partNumber: 'belt', owner: 'own', quantity: 4, serialised: false, suggested: false };
    await script.write('transfer:t1', 'TransferRequested', { ...terms, from: 'wei', to: 'lanzhou' }, at(1));
    await script.write('transfer:t2', 'TransferRequested', { ...terms, from: 'lanzhou', to: 'wei' }, at(1));
    await script.write('transfer:t2', 'TransferDispatched', {}, at(2));
    await card('StockDiscrepancyFound', { reference: request, owner: 'own', used: 1, shown: 0, difference: 1 }, 3);
    await project();
    expect((await list()).map(({ task, id, quantity }) => [task, id, quantity])).toEqual([
      ['send', 't1', 4],
      ['receive', 't2', 4],
      ['count', 'belt', null],
      ['backorder', 'c2.1', 2],
      ['return', 'c3.1', 1],
      ['ship', 'c1.1', 2],
    ]);
    expect((await list()).at(-1)).toEqual({
      task: 'ship',
      id: 'c1.1',
      partNumber: 'belt',
      partName: '皮带',
      quantity: 2,
      dueAt: '2026-11-26T09:00:00+08:00',
      lines: [own(2)],
      serialised: false,
      status: 'allocated',
      priority: 'season',
      caseId: 'c1',
      caseNumber: 'N-c1',
      technicianId: 'tom',
    });
    expect((await list('lanzhou')).map(({ task, id, depotId }) => [task, id, depotId])).toEqual([]);
  });

  it('loses what is done, and comes in pages', async () => {
    for (const [index, id] of ['c1', 'c2', 'c3'].entries()) {
      await ask(id, 10 - index);
      await script.record(id, 'PartAllocated', { partRequestId: `${id}.1`, depotId: 'wei', lines: [own(2)] });
    }
    await script.record('c2', 'PartShipped', { partRequestId: 'c2.1', depotId: 'wei', lines: [own(2)] });
    await project();
    const first = await depots.worklist('wei', { limit: 1 }, parts);
    expect(first.items.map(({ id }) => id)).toEqual(['c3.1']);
    const second = await depots.worklist('wei', { limit: 1, cursor: first.next ?? '' }, parts);
    expect([second.items.map(({ id }) => id), second.next]).toEqual([['c1.1'], null]);
    for (const cursor of ['x', Buffer.from('["soon","ship","c1",""]').toString('base64url')]) {
      await expect(depots.worklist('wei', { cursor }, parts)).rejects.toMatchObject({ code: 'query.cursor-invalid' });
    }
  });

  it('has both counts of a part whose owners are due at the same instant, also at the border of a page', async () => {
    for (const owner of ['own', 'maker']) {
      await card('StockDiscrepancyFound', { reference: request, owner, used: 1, shown: 0, difference: 1 }, 3);
    }
    await project();
    const seen: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await depots.worklist('wei', { limit: 1, ...(cursor && { cursor }) }, parts);
      seen.push(...page.items.map(({ task, id, owner }) => [task, id, owner]));
      cursor = page.next;
    }
    expect(seen).toEqual([
      ['count', 'belt', 'maker'],
      ['count', 'belt', 'own'],
    ]);
  });
});
