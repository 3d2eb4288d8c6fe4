import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { levelsByMachines } from './levels-by-machines';
import { stockDecider } from './stock';
import {
  came,
  expectedFrom,
  levels,
  NOON,
  own,
  plain,
  reservedFor,
  transfer,
  type CardHistory,
} from './stock-history.fixture';

const spec = DeciderSpec.for(stockDecider);
const inPacks = { ...plain, packSize: 5 };
const byMachines = { ...plain, byMachines: { min: 8, max: 16 } };
const suggested = (suggestionId = '1', quantity = 15, forecast = 5): CardHistory => ({
  type: 'ReplenishmentSuggested',
  data: { suggestionId, quantity, forecast, min: 8, max: 20, basis: 'levels' },
  at: NOON,
});
const dismissed = (forecast = 5): CardHistory => ({
  type: 'SuggestionDismissed',
  data: { suggestionId: '1', forecast, min: 8 },
  at: NOON,
});
const count = (counted: number, terms = inPacks) => ({ type: 'CountStock', counted, owner: 'own', terms }) as const;
const types = (decided: readonly { type: string }[]) => decided.map(({ type }) => type);

describe('SetLevels', () => {
  const set = { type: 'SetLevels', min: 8, max: 20, terms: inPacks } as const;

  it('suggests up to max in whole packs, on what is on hand, on its way and promised', () => {
    expect(
      spec
        .given(came(own(10)), reservedFor('r1', own(5)))
        .when(set)
        .decided()[1]?.data,
    ).toEqual({
      suggestionId: '1',
      quantity: 15,
      forecast: 5,
      min: 8,
      max: 20,
      basis: 'levels',
    });
    const coming = spec.given(came(own(4)), expectedFrom(transfer('t1'), 4));
    expect(types(coming.when(set).decided())).toEqual(['LevelsSet']);
    expect(coming.when({ ...set, min: 9 }).decided()[1]?.data).toMatchObject({ forecast: 8, quantity: 15 });
  });

  it('is refused for max below min and for what is no whole number', () => {
    spec
      .given()
      .when({ ...set, max: 7 })
      .thenRejected('stock.levels', { errors: { max: 'a whole number from 8' } });
    spec
      .given()
      .when({ ...set, min: -1 })
      .thenRejected('stock.quantity', { params: { field: 'min' } });
    spec
      .given()
      .when({ ...set, max: 1e18 })
      .thenRejected('stock.quantity', { params: { field: 'max' } });
    expect(
      types(
        spec
          .given()
          .when({ ...set, min: 0, max: 0 })
          .decided(),
      ),
    ).toEqual(['LevelsSet']);
  });
});

describe('suggestions', () => {
  const given = (...more: readonly CardHistory[]) => spec.given(came(own(10)), levels(8, 20), ...more);

  it('one is open at a time, and it is withdrawn when the need has gone', () => {
    expect(types(given(suggested()).when(count(3)).decided())).toEqual(['StockCounted']);
    expect(given(suggested()).when(count(9)).decided()[1]).toEqual({
      type: 'SuggestionWithdrawn',
      data: { suggestionId: '1' },
    });
    const next = given(suggested(), { type: 'SuggestionWithdrawn', data: { suggestionId: '1' }, at: NOON });
    expect(next.when(count(5)).decided()[1]?.data).toMatchObject({ suggestionId: '2' });
  });

  it('accepted, a transfer is expected, or an order where no depot is above', () => {
    const accept = { type: 'AcceptSuggestion', suggestionId: '1', terms: inPacks } as const;
    expect(
      given(suggested())
        .when({ ...accept, transferId: 't1' })
        .decided()
        .slice(0, 2),
    ).toEqual([
      { type: 'SuggestionAccepted', data: { suggestionId: '1', quantity: 15, transferId: 't1' } },
      { type: 'SupplyExpected', data: { reference: transfer('t1'), owner: 'own', quantity: 15 } },
    ]);
    expect(given(suggested()).when(accept).decided()[1]?.data).toMatchObject({ reference: { kind: 'order', id: '1' } });
  });

  it('a receipt of our own pieces is what was ordered, oldest first', () => {
    const order = { kind: 'order', id: '1' } as const;
    const { expected } = spec.given(expectedFrom(order, 15), came(own(10))).state();
    expect(expected).toEqual([{ reference: order, owner: 'own', quantity: 5 }]);
    expect(spec.given(expectedFrom(order, 15), came(own(20))).state().expected).toEqual([]);
    expect(spec.given(expectedFrom(transfer('t1'), 15), came(own(20))).state().expected).toHaveLength(1);
  });

  it('dismissed, only less is news, until there was enough again', () => {
    const no = { type: 'DismissSuggestion', suggestionId: '1', reason: 'season over', terms: inPacks } as const;
    const low = spec.given(came(own(5)), levels(8, 20), suggested());
    expect(low.when(no).decided()).toEqual([
      { type: 'SuggestionDismissed', data: { suggestionId: '1', forecast: 5, min: 8, reason: 'season over' } },
    ]);
    const after = (...more: readonly CardHistory[]) =>
      spec.given(came(own(5)), levels(8, 20), suggested(), dismissed(), ...more);
    expect(types(after().when(count(6)).decided())).toEqual(['StockCounted']);
    expect(types(after().when(count(4)).decided())).toEqual(['StockCounted', 'ReplenishmentSuggested']);
    expect(
      types(
        after(came(own(5)))
          .when(count(6))
          .decided(),
      ),
    ).toEqual(['StockCounted', 'ReplenishmentSuggested']);
  });

  it('are refused when unknown or decided before', () => {
    const accept = { type: 'AcceptSuggestion', suggestionId: '2', terms: inPacks } as const;
    given(suggested())
      .when(accept)
      .thenRejected('suggestion.unknown', { params: { suggestionId: '2' } });
    given(suggested(), dismissed())
      .when({ ...accept, suggestionId: '1' })
      .thenRejected('suggestion.already-decided');
    for (const suggestionId of ['0', 'x', '1.5']) {
      given(suggested())
        .when({ ...accept, suggestionId })
        .thenRejected('suggestion.unknown');
    }
  });

  it('follow the machines of the county where nobody set levels', () => {
    const decided = spec
      .given(came(own(10)))
      .when(count(7, byMachines))
      .decided();
    expect(decided[1]?.data).toMatchObject({ quantity: 9, forecast: 7, min: 8, max: 16, basis: 'machines' });
    expect(
      types(
        spec
          .given(came(own(10)), levels(1, 2))
          .when(count(7, byMachines))
          .decided(),
      ),
    ).toEqual(['StockCounted']);
  });
});

describe('transfers on the receiving card', () => {
  it('arrive, short or not, and are expected no more', () => {
    const arrive = {
      type: 'ReceiveTransfer',
      reference: transfer('t1'),
      line: own(3),
      short: 1,
      terms: plain,
    } as const;
    const expecting = spec.given(expectedFrom(transfer('t1'), 4));
    expect(expecting.when(arrive, { now: NOON }).decided()).toEqual([
      { type: 'TransferArrived', data: { reference: transfer('t1'), line: own(3), short: 1 }, occurredAt: NOON },
    ]);
    const arrived: CardHistory = {
      type: 'TransferArrived',
      data: { reference: transfer('t1'), line: own(3), short: 1 },
      at: NOON,
    };
    const { owners, expected } = spec.given(expectedFrom(transfer('t1'), 4), arrived).state();
    expect([owners['own']?.onHand, expected]).toEqual([3, []]);
  });

  it('are announced by the sender', () => {
    const expectIt = {
      type: 'ExpectSupply',
      reference: transfer('t1'),
      owner: 'own',
      quantity: 4,
      terms: plain,
    } as const;
    spec
      .given()
      .when(expectIt)
      .then({
        type: 'SupplyExpected',
        data: { reference: transfer('t1'), owner: 'own', quantity: 4 },
      });
  });
});

describe('levels by machines (R27)', () => {
  const depot = { id: 'd', name: 'd', kind: 'county', region: 'gansu', county: 'gaolan' } as const;
  const populations = { gaolan: { harvester: 250, tractor: 50 } };

  it('are so many per hundred machines of the county, by the class of the part, twice as many at most', () => {
    const of = (partClass: 'wear' | 'general' | 'special') =>
      levelsByMachines({ class: partClass, packSize: 1 }, depot, populations);
    expect([of('wear'), of('general'), of('special')]).toEqual([
      { min: 12, max: 24 },
      { min: 6, max: 12 },
      { min: 3, max: 6 },
    ]);
  });

  it('are none for a van, a factory, an unknown depot, and a county without machines', () => {
    const part = { class: 'wear', packSize: 1 } as const;
    expect(levelsByMachines(part, { ...depot, kind: 'van' }, populations)).toBeNull();
    expect(levelsByMachines(part, undefined, populations)).toBeNull();
    expect(levelsByMachines(part, { ...depot, county: 'yuzhong' }, populations)).toBeNull();
    const { county: _, ...nowhere } = depot;
    expect(levelsByMachines(part, nowhere, populations)).toBeNull();
  });
});
