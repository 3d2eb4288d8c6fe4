import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { stockDecider } from './stock';
import type { StockEvent } from './stock.events';
import { availableOf, reservedOf } from './stock.state';
import {
  came,
  maker,
  MAKER,
  NOON,
  own,
  plain,
  request,
  reservedFor,
  transfer,
  withSerials,
} from './stock-history.fixture';

const spec = DeciderSpec.for(stockDecider);
const HOUR = 3_600_000;
const at = { now: NOON + HOUR };
const moved = (event: StockEvent) => ({ ...event, occurredAt: NOON + HOUR });
const quantities = [0, -1, 1.5, 1_000_001, 1e18, Number.NaN];

describe('ReceiveStock', () => {
  const receive = { type: 'ReceiveStock', quantity: 3, owner: 'own', terms: plain } as const;

  it('puts pieces of an owner on the shelf', () => {
    spec
      .given()
      .when(receive, at)
      .then(moved({ type: 'StockReceived', data: { line: own(3) } }));
    expect(spec.given(came(), came(maker(2))).state().owners).toMatchObject({
      own: { onHand: 10 },
      [MAKER]: { onHand: 2 },
    });
  });

  it.each(quantities)('is refused for %p pieces', (quantity) => {
    spec
      .given()
      .when({ ...receive, quantity })
      .thenRejected('stock.quantity', { params: { field: 'quantity' } });
  });

  it('wants a serial per piece where the part has some, each once, and else none', () => {
    const serialised = { ...receive, terms: withSerials };
    spec
      .given()
      .when(serialised)
      .thenRejected('stock.serials-required', { params: { quantity: 3 } });
    spec
      .given()
      .when({ ...serialised, serials: ['A', 'B'] })
      .thenRejected('stock.serials-required');
    spec
      .given()
      .when({ ...serialised, serials: ['A', 'B', 'A'] })
      .thenRejected('stock.serial-given-twice', {
        params: { serial: 'A' },
      });
    spec
      .given()
      .when({ ...receive, serials: ['A'] })
      .thenRejected('stock.serials-not-kept');
    expect(spec.given(came(own(1, ['A']))).state().owners['own']?.serials).toEqual(['A']);
  });

  it('is refused when dated before the last movement, and now means now on a slower clock', () => {
    const late = { now: NOON + HOUR, occurredAt: NOON - HOUR };
    spec
      .given(came())
      .when(receive, late)
      .thenRejected('stock.backdated', {
        params: { notBefore: new Date(NOON).toISOString() },
        errors: { occurredAt: `not before ${new Date(NOON).toISOString()} (the last movement)` },
      });
    const behind = { now: NOON - 5, occurredAt: NOON - 5 };
    expect(spec.given(came()).when(receive, behind).decided()[0]?.occurredAt).toBe(NOON);
  });
});

describe('promises', () => {
  const reserve = { type: 'ReserveStock', reference: request('r1'), lines: [own(4)], terms: plain } as const;

  it('are kept apart per owner, and are no movement', () => {
    spec
      .given(came())
      .when(reserve)
      .then({ type: 'StockReserved', data: { reference: request('r1'), lines: [own(4)] } });
    const state = spec.given(came(), reservedFor('r1', own(4))).state();
    expect([reservedOf(state, 'own'), availableOf(state, 'own'), state.movedAt]).toEqual([4, 6, NOON]);
  });

  it('are refused beyond what is on hand and promised to nobody', () => {
    spec
      .given(came(), reservedFor('r0', own(7)))
      .when(reserve)
      .thenRejected('stock.not-available', {
        params: { available: 3, quantity: 4, owner: 'own' },
      });
    spec
      .given(came())
      .when({ ...reserve, lines: [own(2), maker(1)] })
      .thenRejected('stock.not-available');
  });

  it('are issued as a whole, with the serials of each owner', () => {
    const issue = { type: 'IssueReserved', reference: request('r1'), terms: plain } as const;
    spec
      .given(came(), reservedFor('r1', own(4)))
      .when(issue, at)
      .then(moved({ type: 'StockIssued', data: { reference: request('r1'), lines: [own(4)] } }));
    spec
      .given(came())
      .when(issue)
      .thenRejected('stock.reservation-unknown', { params: { id: 'r1' } });
    const serialised = spec.given(came(own(2, ['A', 'B'])), reservedFor('r1', own(1)));
    const named = { ...issue, terms: withSerials, serials: ['B'] };
    expect(serialised.when(named).decided()[0]?.data).toMatchObject({ lines: [own(1, ['B'])] });
    serialised.when({ ...named, serials: ['Z'] }).thenRejected('stock.serial-not-here', { params: { serial: 'Z' } });
    serialised.when({ ...named, serials: ['A', 'B'] }).thenRejected('stock.serials-required');
  });

  it('that nobody made yet, or a count took away, are made with the dispatch where its lines are told', () => {
    const issue = { type: 'IssueReserved', reference: transfer('t1'), lines: [own(4)], terms: plain } as const;
    spec
      .given(came())
      .when(issue, at)
      .then(
        { type: 'StockReserved', data: { reference: transfer('t1'), lines: [own(4)] } },
        moved({ type: 'StockIssued', data: { reference: transfer('t1'), lines: [own(4)] } }),
      );
    spec
      .given(came(own(3)))
      .when(issue)
      .thenRejected('stock.not-available');
  });

  it('are given back by a cancellation, and nothing happens where there is none', () => {
    const release = { type: 'ReleaseReservation', reference: request('r1'), cause: 'cancelled', terms: plain } as const;
    spec
      .given(came(), reservedFor('r1', own(4)))
      .when(release)
      .then({
        type: 'ReservationReleased',
        data: { reference: request('r1'), lines: [own(4)], cause: 'cancelled' },
      });
    spec.given(came()).when(release).then();
  });
});

describe('CountStock', () => {
  const count = { type: 'CountStock', counted: 5, owner: 'own', terms: plain } as const;

  it('is what the card shows from now on; the newest promises beyond it go back to sourcing, the oldest of them first', () => {
    spec
      .given(came(), reservedFor('r1', own(3)), reservedFor('r2', own(3)), reservedFor('r3', own(2)))
      .when(count, at)
      .then(
        moved({ type: 'StockCounted', data: { owner: 'own', counted: 5, expected: 10 } }),
        { type: 'ReservationReleased', data: { reference: request('r2'), lines: [own(3)], cause: 'count' } },
        { type: 'ReservationReleased', data: { reference: request('r3'), lines: [own(2)], cause: 'count' } },
      );
  });

  it('takes away only promises of the owner who was counted', () => {
    const decided = spec
      .given(came(), came(maker(2)), reservedFor('r1', own(8)), reservedFor('r2', maker(2)))
      .when(count)
      .decided();
    expect(decided.slice(1).map(({ data }) => data)).toEqual([
      { reference: request('r1'), lines: [own(8)], cause: 'count' },
    ]);
  });

  it('may be 0, not less; serials are named where they differ', () => {
    expect(
      spec
        .given(came())
        .when({ ...count, counted: 0 })
        .decided()[0]?.data,
    ).toMatchObject({ counted: 0 });
    spec
      .given(came())
      .when({ ...count, counted: -1 })
      .thenRejected('stock.quantity', { params: { field: 'counted' } });
    const serialised = spec.given(came(own(2, ['A', 'B'])));
    serialised.when({ ...count, counted: 1, terms: withSerials }).thenRejected('stock.serials-required');
    expect(serialised.when({ ...count, counted: 2, terms: withSerials }).decided()).toHaveLength(1);
    const found = serialised.when({ ...count, counted: 1, serials: ['B'], terms: withSerials });
    expect(found.decided()[0]?.data).toMatchObject({ serials: ['B'] });
  });

  it('is refused before the last movement', () => {
    const early = { now: NOON + HOUR, occurredAt: NOON - 1 };
    spec.given(came()).when(count, early).thenRejected('stock.backdated');
  });
});

describe('AdjustStock', () => {
  const adjust = { type: 'AdjustStock', by: -2, owner: 'own', reason: 'broken', terms: plain } as const;

  it('adds or takes pieces with a reason', () => {
    expect(spec.given(came()).when(adjust).decided()[0]?.data).toEqual({ by: -2, owner: 'own', reason: 'broken' });
    expect(
      spec
        .given(came())
        .when({ ...adjust, by: 3 })
        .decided()[0]?.data,
    ).toMatchObject({ by: 3 });
  });

  it('is refused for nothing, below zero, and for serials of another shelf', () => {
    spec
      .given(came())
      .when({ ...adjust, by: 0 })
      .thenRejected('stock.quantity', { params: { field: 'by' } });
    spec
      .given(came())
      .when({ ...adjust, by: -11 })
      .thenRejected('stock.below-zero', { params: { onHand: 10, by: -11 } });
    spec
      .given(came(own(1, ['A'])))
      .when({ ...adjust, by: -1, serials: ['Z'], terms: withSerials })
      .thenRejected('stock.serial-not-here');
  });

  it('breaks the promises that it leaves nothing for', () => {
    const decided = spec
      .given(came(), reservedFor('r1', own(9)))
      .when(adjust)
      .decided();
    expect(decided[1]).toEqual({
      type: 'ReservationReleased',
      data: { reference: request('r1'), lines: [own(9)], cause: 'adjustment' },
    });
  });
});
