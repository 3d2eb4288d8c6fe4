import { DeciderSpec, type Given } from '@fieldcase/eventsourcing/testing';
import { stockDecider } from './stock';
import type { StockEvent } from './stock.events';
import { availableOf, incomingOf } from './stock.state';
import {
  came,
  expectedFrom,
  MAKER,
  maker,
  NOON,
  own,
  plain,
  request,
  reservedFor,
  transfer,
} from './stock-history.fixture';

/** What people and other decisions rely on where one card holds the pieces of several owners. */
const spec = DeciderSpec.for(stockDecider);
const HOUR = 3_600_000;
const visit = { kind: 'visit', id: 'v1' } as const;
const early = { now: NOON + HOUR, occurredAt: NOON - HOUR };
const on = (event: StockEvent): Given<StockEvent> => ({ ...event, at: NOON }) as Given<StockEvent>;
const missed = (owner: string): Given<StockEvent> =>
  on({ type: 'StockDiscrepancyFound', data: { reference: visit, owner, used: 1, shown: 0, difference: 1 } });

describe('promises of several owners', () => {
  it('that break give back the pieces of each: no older promise breaks with them', () => {
    const decided = spec
      .given(came(own(4)), came(maker(1)), reservedFor('r1', own(2)), reservedFor('r2', maker(1), own(2)))
      .when({ type: 'CountStock', counted: 2, owner: 'own', terms: plain })
      .decided();
    expect(decided.slice(1)).toEqual([
      { type: 'ReservationReleased', data: { reference: request('r2'), lines: [maker(1), own(2)], cause: 'count' } },
    ]);
  });
});

describe('a movement before the last one', () => {
  it('is refused where a depot takes pieces back', () => {
    const take = {
      type: 'TakeBack',
      reference: request('r1'),
      lines: [own(1)],
      condition: 'good',
      terms: plain,
    } as const;
    const given = spec.given(came());
    given.when(take, early).thenRejected('stock.backdated');
    given.when({ ...take, condition: 'defective' }, early).thenRejected('stock.backdated');
    expect(given.when(take, { now: NOON + HOUR }).decided()[0]?.occurredAt).toBe(NOON + HOUR);
  });

  it('stands at the last one where a corrected list gives pieces back to the van', () => {
    const back = { type: 'ReverseUse', reference: visit, caseId: 'c1', lines: [own(1)], terms: plain } as const;
    expect(spec.given(came()).when(back, early).decided()[0]?.occurredAt).toBe(NOON);
    expect(spec.given().when(back, early).decided()[0]?.occurredAt).toBe(NOON - HOUR);
  });
});

describe('a count', () => {
  it('is of one owner: the others are still to be counted', () => {
    const counted = on({ type: 'StockCounted', data: { owner: MAKER, counted: 1, expected: 1 } });
    expect(spec.given(missed('own'), missed(MAKER), counted).state().countsDue).toEqual(['own']);
  });
});

describe('defective pieces', () => {
  it('stay those of their owner, and are promised to nobody', () => {
    const lines = [maker(2), own(1)];
    const data = { reference: request('r1'), lines, condition: 'defective' } as const;
    const state = spec.given(came(own(5)), on({ type: 'StockReturned', data })).state();
    expect(state.owners).toMatchObject({ own: { onHand: 5, defective: 1 }, [MAKER]: { onHand: 0, defective: 2 } });
    expect([availableOf(state, 'own'), availableOf(state, MAKER)]).toEqual([5, 0]);
  });
});

describe('what is on its way', () => {
  const order = { kind: 'order', id: '1' } as const;

  it('is not settled by what another owner sends', () => {
    const { expected } = spec.given(expectedFrom(order, 5), came(maker(9))).state();
    expect(expected).toEqual([{ reference: order, owner: 'own', quantity: 5 }]);
  });

  it('is on its way no more where nothing of it arrived', () => {
    const lost = { reference: transfer('t1'), line: own(0), short: 4 };
    const given = [expectedFrom(transfer('t1'), 4), expectedFrom(transfer('t2'), 3)];
    const state = spec.given(given, on({ type: 'TransferArrived', data: lost })).state();
    expect({ incoming: incomingOf(state), owners: state.owners }).toEqual({ incoming: 3, owners: {} });
  });
});
