import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { backordersDecider, backordersStream, inOrderOfService } from './backorders';
import type { Backorder } from './backorders.events';

const spec = DeciderSpec.for(backordersDecider);
const one = (partRequestId: string, promisedAt: number, more: Partial<Backorder> = {}): Backorder => ({
  partRequestId,
  quantity: 1,
  pressing: false,
  promisedAt,
  depots: ['gaolan', 'factory'],
  ...more,
});
const queued = (backorder: Backorder) => ({ type: 'BackorderQueued', data: backorder }) as const;
const left = (partRequestId: string) => ({ type: 'BackorderLeft', data: { partRequestId } }) as const;

describe('the waiting list of a part', () => {
  it('is joined and left; leaving twice is nothing', () => {
    spec
      .given()
      .when({ type: 'QueueBackorder', ...one('r1', 5) })
      .then(queued(one('r1', 5)));
    spec
      .given(queued(one('r1', 5)))
      .when({ type: 'LeaveBackorders', partRequestId: 'r1' })
      .then(left('r1'));
    spec
      .given(queued(one('r1', 5)), left('r1'))
      .when({ type: 'LeaveBackorders', partRequestId: 'r1' })
      .then();
    expect(spec.given(queued(one('r1', 5)), queued(one('r1', 6))).state().waiting).toEqual([one('r1', 6)]);
  });

  it('serves pressing ones first, then the oldest promise, then who came first, from depots that may serve', () => {
    const state = spec
      .given(
        queued(one('late', 9)),
        queued(one('old', 3)),
        queued(one('season', 8, { pressing: true })),
        queued(one('elsewhere', 1, { depots: ['factory'] })),
        queued(one('old-too', 3)),
      )
      .state();
    const order = (depotId: string) => inOrderOfService(state, depotId).map(({ partRequestId }) => partRequestId);
    expect(order('gaolan')).toEqual(['season', 'old', 'old-too', 'late']);
    expect(order('factory')).toEqual(['season', 'elsewhere', 'old', 'old-too', 'late']);
    expect(order('nowhere')).toEqual([]);
  });

  it('offers everybody’s stock to who asked where there was no depot yet', () => {
    const { waiting } = spec.given(queued(one('nowhere', 1, { depots: [] })), queued(one('here', 2))).state();
    const order = (depotId?: string) =>
      inOrderOfService({ waiting, since: 0 }, depotId).map(({ partRequestId }) => partRequestId);
    expect([order('gaolan'), order('new'), order()]).toEqual([['nowhere', 'here'], ['nowhere'], ['nowhere', 'here']]);
  });

  it('knows when a case becomes urgent', () => {
    const press = (pressing: boolean) => ({ type: 'PressBackorder', partRequestId: 'r1', pressing }) as const;
    const waits = spec.given(queued(one('r1', 5)));
    waits.when(press(true)).then(queued(one('r1', 5, { pressing: true })));
    waits.when(press(false)).then();
    waits.when({ ...press(true), partRequestId: 'gone' }).then();
  });

  it('is carried forward now and then, to the same', () => {
    const many = Array.from({ length: 499 }, (_, index) => queued(one(`r${index}`, index)));
    const decided = spec
      .given(many)
      .when({ type: 'QueueBackorder', ...one('last', 1) })
      .decided();
    expect(decided.map(({ type }) => type)).toEqual(['BackorderQueued', 'BackordersCarriedForward']);
    const carried = spec.given(decided[1] as never).state();
    expect(carried.since).toBe(0);
    expect(carried.waiting).toEqual(spec.given(many, queued(one('last', 1))).state().waiting);
    expect(backordersStream('belt-8')).toBe('backorders:belt-8');
  });
});
