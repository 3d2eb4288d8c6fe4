/** Pauses and the customer's time are one thing for the decider and for the clocks, whatever was recorded late. */
import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { judge, openDealings } from '../sla';
import { caseDecider } from './case';
import {
  arrived,
  cancelled,
  closed,
  completed,
  customerTime,
  dispatched,
  dispatcher,
  fixedVisit,
  h,
  merged,
  paused,
  reopened,
  reported,
  supervisor,
  wang,
  type History,
} from './case-history.fixture';
import { builtIn } from '../sla/story.testing';

const spec = DeciderSpec.for(caseDecider, dispatcher);
const sla = builtIn();
const given = (...steps: readonly History[]) => spec.given(reported({ sla }), ...steps);
const resumed = (hours: number): History => ({
  type: 'CaseResumed',
  data: { reasons: ['waiting-customer'] },
  at: h(hours),
});
const pause = (until = 40) => ({ type: 'PauseCase', reason: 'waiting-customer', until: h(until) }) as const;
const told = (hours: number, now = 20) => ({ now: h(now), occurredAt: h(hours) });
const stateAt = (hours: number, clockId: string, ...steps: readonly History[]) =>
  judge(given(...steps).state().sla, h(hours)).find((clock) => clock.clockId === clockId)?.state;

describe('a pause', () => {
  it('at the instant of an arrival recorded before it begins after it, and can be ended', () => {
    const history = [dispatched(), arrived(4), paused('waiting-customer', 4)];
    expect(given(...history).state().pauses).toHaveLength(1);
    expect(stateAt(5, 'restore:-:1', ...history)).toBe('paused');
    given(...history)
      .when({ type: 'ResumeCase' }, told(6))
      .decided();
  });

  it('at the instant of an arrival recorded after it ends with it', () => {
    const history = [dispatched(), paused('waiting-customer', 4), arrived(4)];
    expect(given(...history).state().pauses).toEqual([]);
    expect(stateAt(5, 'restore:-:1', ...history)).toBe('running');
  });

  it('told late is refused inside one of the same reason that has ended since', () => {
    const history = [paused('waiting-customer', 10), resumed(12)];
    given(...history)
      .when(pause(), told(11))
      .thenRejected('case.already-paused', { params: { reason: 'waiting-customer' } });
    given(...history)
      .when(pause(), told(13))
      .decided();
  });

  it('told late before one that goes on is part of it', () => {
    const [event] = given(paused('waiting-customer', 10), resumed(12)).when(pause(), told(9)).decided();
    expect(event?.type).toBe('CasePaused');
    const history = [paused('waiting-customer', 10), resumed(12), paused('waiting-customer', 9)];
    expect(given(...history).state().pauses).toEqual([]);
    expect(stateAt(13, 'restore:-:1', ...history)).toBe('running');
  });

  it('dated after the instant at which the case ended does not come back with a reopening', () => {
    const history = [...fixedVisit, paused('waiting-customer', 10), closed(9), reopened(12)];
    expect(given(...history).state().pauses).toEqual([]);
    expect(stateAt(13, 'restore:-:2', ...history)).toBe('running');
  });

  it('keeps its until, and is open at an instant of business time', () => {
    const { sla: facts } = given(paused('weather', 2), resumed(3)).state();
    expect(openDealings(facts).pauses).toEqual([{ reason: 'weather', from: h(2), until: h(12) }]);
    expect(openDealings(facts, h(1)).pauses).toEqual([]);
  });
});

describe('the customer’s time', () => {
  it('named at the instant of an arrival stands for decider and clocks alike', () => {
    const history = [dispatched(), arrived(4), customerTime(30, 32, 4)];
    expect(given(...history).state().promise).toMatchObject({ number: 1, namedAt: h(4) });
    given(...history)
      .when({ type: 'WithdrawCustomerTime', reason: 'harvest is over' }, told(6))
      .decided();
  });

  it.each([
    ['closed', closed(9), 'cancelled'],
    ['cancelled', cancelled(9), 'cancelled'],
    ['merged', merged(9), 'voided'],
  ] as const)('named after the instant at which the case was %s runs no clock', (_, ending, state) => {
    const history = [...fixedVisit, customerTime(30, 32, 10), ending];
    expect(stateAt(50, 'customerPromise:1:1', ...history)).toBe(state);
    expect(
      given(...history)
        .when({ type: 'RecordClockFacts' }, told(50, 50))
        .decided(),
    ).toEqual([]);
    expect(given(...history).state().promise).toBeNull();
  });

  it('does not come back with a reopening', () => {
    const history = [...fixedVisit, customerTime(30, 32, 10), closed(9), reopened(12)];
    expect(given(...history).state().promise).toBeNull();
    expect(stateAt(13, 'onSiteResponse:-:2', ...history)).toBe('running');
  });
});

describe('a visit that history left open', () => {
  it('is over with the closing, so that a reopened case can be dispatched', () => {
    const history = [dispatched(), arrived(3), closed(6), reopened(7)];
    given(...history)
      .when({ type: 'DispatchTechnician', visitId: 'v2', technicianId: 'li' }, told(8))
      .decided();
    given(...history)
      .when({ type: 'CloseCase', resolution: 'repaired' }, told(8))
      .thenRejected('case.closing-needs-unmet', { params: { unmet: ['lastVisitFixed'], resolution: 'repaired' } });
  });
});

describe('an approval', () => {
  const requested: History = {
    type: 'ExemptionRequested',
    data: { exemptionId: 'x1', target: 'signature' },
    at: h(5),
  };

  it('does not precede what it approves', () => {
    given(requested)
      .when({ type: 'ApproveExemption', exemptionId: 'x1' }, { ...supervisor, ...told(4) })
      .thenRejected('occurred-at.out-of-order', { params: { predecessor: 'ExemptionRequested' } });
    given(requested)
      .when({ type: 'ApproveExemption', exemptionId: 'x1' }, { ...supervisor, ...told(5) })
      .decided();
  });
});

describe('the latest visit’s technician', () => {
  it('is the one of the latest visit that was neither declined nor withdrawn', () => {
    const history: readonly History[] = [
      dispatched(1),
      arrived(2),
      completed({ fixed: false }, 3),
      dispatched(6, 'v2', 'li'),
      { type: 'DispatchDeclined', data: { visitId: 'v2' }, at: h(7) },
    ];
    given(...history)
      .when({ type: 'AddNote', kind: 'note', text: 'the belt is worn' }, { ...wang, ...told(8) })
      .decided();
  });
});
