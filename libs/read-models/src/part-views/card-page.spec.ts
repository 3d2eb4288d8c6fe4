import type { StockCardRow, Scope } from '@fieldcase/contracts';
import type { Fact, InMemoryEventStore } from '@fieldcase/eventsourcing';
import type { StockEvent } from '@fieldcase/domain/events';
import { evolveStock, initialStockState } from '@fieldcase/domain/parts';
import { CaseScript, START } from '../specs/case-script';
import { encodeCursor } from '../cursor';
import { PartViews } from './part-views';
import { stockCardRows } from './stock-card-view';

const CARD = 'stock:wei:belt';
const LENGTH = 2_300;
const own = (quantity: number) => ({ owner: 'own', quantity });
const maker = (quantity: number) => ({ owner: 'maker', quantity });
const clerk: Scope = { sub: 'clerk', roles: ['depot-clerk'], regions: '*', depots: ['wei'] };

function eventOf(index: number): StockEvent {
  const reference = { kind: 'part-request', id: `c${index}.1` } as const;
  switch (index % 5) {
    case 0:
      return { type: 'StockReceived', data: { line: index % 2 === 0 ? own(7) : maker(3) } };
    case 1:
      return { type: 'StockReserved', data: { reference, lines: [own(1), maker(1)] } };
    case 2:
      return { type: 'LevelsSet', data: { min: 0, max: index } };
    case 3:
      return { type: 'StockAdjusted', data: { owner: 'own', by: 1, reason: `reason ${index}` } };
    default:
      return { type: 'StockUsed', data: { reference, caseId: `c${index}`, lines: [own(2), maker(1)] } };
  }
}

async function longCard(): Promise<InMemoryEventStore> {
  const script = new CaseScript();
  let state = initialStockState;
  const write = async ({ type, data }: StockEvent): Promise<void> => {
    await script.write(CARD, type, data, { at: START });
    state = evolveStock(state, { type, data, occurredAt: START } as Fact<StockEvent>);
  };
  for (let index = 0; index < LENGTH; index += 1) {
    await write(eventOf(index));
    if (state.since >= 500) await write({ type: 'StockCarriedForward', data: { state: { ...state, since: 0 } } });
  }
  return script.store;
}

describe('a page of a long card', () => {
  let store: InMemoryEventStore;
  let views: PartViews;
  /** Events that the pages of one test have read. */
  let read = 0;
  beforeAll(async () => {
    store = await longCard();
    const counted = Object.create(store) as InMemoryEventStore;
    counted.readStreams = async (ids, options) => {
      const found = await store.readStreams(ids, options);
      for (const events of found.values()) read += events.length;
      return found;
    };
    views = new PartViews(counted);
  });
  const page = (limit: number, cursor?: string) =>
    views.card(clerk, 'wei', 'belt', { limit, language: 'en', ...(cursor === undefined ? {} : { cursor }) });

  it.each([23, 200])('is, row for row, that part of the whole: %i at a time', async (limit) => {
    const whole = stockCardRows((await store.readStreams([CARD], { personal: true })).get(CARD) ?? [], 'en');
    const rows: StockCardRow[] = [];
    const lengths = new Set<number>();
    for (let cursor: string | null | undefined; cursor !== null;) {
      read = 0;
      const { items, next } = await page(limit, cursor);
      expect(read).toBeLessThanOrEqual(550 + 2 * Math.max(limit + 3, 50));
      rows.push(...items);
      if (next !== null) lengths.add(items.length);
      cursor = next;
    }
    expect([...lengths]).toEqual([limit]);
    expect(rows).toEqual(whole);
  });

  it('is also told where the card was never carried forward', async () => {
    const script = new CaseScript();
    for (let index = 0; index < 1_300; index += 1) await script.write(CARD, 'StockReceived', { line: own(1) });
    const plain = new PartViews(script.store);
    const options = { limit: 1, language: 'en', cursor: encodeCursor([1_300, 0]) } as const;
    const { items, next } = await plain.card(clerk, 'wei', 'belt', options);
    expect({ onHand: items.map(({ onHand }) => onHand), next }).toEqual({ onHand: [1_300], next: null });
  });

  it('ends with the card, and is refused for a cursor that is none', async () => {
    expect(await page(200, encodeCursor([1_000_000, 0]))).toEqual({ items: [], next: null });
    for (const keys of [[0, 0], [2_147_483_648, 0], [1, -1], [1, 1_001], [1]]) {
      await expect(page(1, encodeCursor(keys))).rejects.toMatchObject({ code: 'query.cursor-invalid' });
    }
  });
});
