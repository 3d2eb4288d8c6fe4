import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { CARRY_FORWARD_EVERY, stockDecider, stockStream } from './stock';
import type { StockEvent } from './stock.events';
import type { StockState } from './stock.state';
import { came, NOON, own, plain, request, reservedFor } from './stock-history.fixture';

const spec = DeciderSpec.for(stockDecider);
const HOUR = 3_600_000;
const at = { now: NOON + HOUR };
const visit = { kind: 'visit', id: 'v1' } as const;
const moved = (event: StockEvent) => ({ ...event, occurredAt: NOON + HOUR });

describe('what a visit used from the van', () => {
  const use = { type: 'UseStock', reference: visit, caseId: 'c1', lines: [own(3)], terms: plain } as const;
  const used = moved({ type: 'StockUsed', data: { reference: visit, caseId: 'c1', lines: [own(3)] } });

  it('stands, whatever the card shows: the difference is booked in and a count is due', () => {
    spec.given(came()).when(use, at).then(used);
    spec
      .given(came(own(1)))
      .when(use, at)
      .then(
        moved({
          type: 'StockDiscrepancyFound',
          data: { reference: visit, owner: 'own', used: 3, shown: 1, difference: 2 },
        }),
        used,
      );
    const found: StockEvent = {
      type: 'StockDiscrepancyFound',
      data: { reference: visit, owner: 'own', used: 3, shown: 1, difference: 2 },
    };
    const after = spec.given(came(own(1)), { ...found, at: NOON }, { ...used, at: NOON } as never);
    expect(after.state()).toMatchObject({ owners: { own: { onHand: 0 } }, countsDue: ['own'] });
    const counted: StockEvent = { type: 'StockCounted', data: { owner: 'own', counted: 0, expected: 0 } };
    expect(spec.given(came(own(1)), { ...found, at: NOON }, { ...counted, at: NOON }).state().countsDue).toEqual([]);
  });

  it('is never too late, and takes promises with it', () => {
    const late = { now: NOON + HOUR, occurredAt: NOON - HOUR };
    expect(spec.given(came()).when(use, late).decided()[0]?.occurredAt).toBe(NOON);
    const decided = spec
      .given(came(own(3)), reservedFor('r1', own(2)))
      .when(use)
      .decided();
    expect(decided[1]?.data).toMatchObject({ reference: request('r1'), cause: 'use' });
  });

  it('leaves with the serials that the card shows, and comes back by a corrected list', () => {
    const lines = [own(2, ['A', 'Z'])];
    const decided = spec
      .given(came(own(2, ['A', 'B'])))
      .when({ ...use, lines })
      .decided();
    expect(decided[0]?.data).toMatchObject({ lines: [own(2, ['A'])] });
    const back = { type: 'ReverseUse', reference: visit, caseId: 'c1', lines: [own(3)], terms: plain } as const;
    spec
      .given(came())
      .when(back, at)
      .then(moved({ type: 'StockUseReversed', data: { reference: visit, caseId: 'c1', lines: [own(3)] } }));
  });
});

describe('what a depot has back', () => {
  const take = {
    type: 'TakeBack',
    reference: request('r1'),
    lines: [own(2)],
    condition: 'good',
    terms: plain,
  } as const;

  it('good pieces rise on the shelf, defective ones in the defective store', () => {
    spec
      .given(came())
      .when(take, at)
      .then(moved({ type: 'StockReturned', data: { reference: request('r1'), lines: [own(2)], condition: 'good' } }));
    const returned = (condition: 'good' | 'defective') =>
      spec.given(came(), {
        type: 'StockReturned',
        data: { reference: request('r1'), lines: [own(2)], condition },
        at: NOON,
      });
    expect(returned('good').state().owners['own']).toMatchObject({ onHand: 12, defective: 0 });
    expect(returned('defective').state().owners['own']).toMatchObject({ onHand: 10, defective: 2 });
  });
});

describe('a long card', () => {
  it('carries its state forward, which folds to the same', () => {
    const many = Array.from({ length: CARRY_FORWARD_EVERY - 1 }, () => came(own(1)));
    const given = spec.given(many, reservedFor('r1', own(4)));
    expect(given.state().since).toBe(CARRY_FORWARD_EVERY);
    const decided = spec.given(many).when({ type: 'ReceiveStock', quantity: 1, owner: 'own', terms: plain }).decided();
    expect(decided.map(({ type }) => type)).toEqual(['StockReceived', 'StockCarriedForward']);
    const carried = decided.find(({ type }) => type === 'StockCarriedForward');
    const { state } = (carried?.data ?? {}) as { readonly state: StockState };
    expect(state).toMatchObject({ owners: { own: { onHand: CARRY_FORWARD_EVERY } }, since: 0 });
    expect(spec.given({ type: 'StockCarriedForward', data: { state }, at: NOON }).state()).toEqual(state);
  });

  it('has a stream of its own per depot and part', () => {
    expect(stockStream('gaolan', 'belt:8')).toBe('stock:gaolan:belt%3A8');
  });
});
