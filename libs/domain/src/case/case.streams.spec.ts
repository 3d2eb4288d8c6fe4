import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import type { CaseCommand } from './case.commands';
import { caseStream, clocksStream, followUps, streamOfCaseEvent } from './case.streams';
import {
  agreed,
  arrived,
  completed,
  dispatched,
  dispatcher,
  fixedVisit,
  h,
  reported,
  type History,
} from './case-history.fixture';

const spec = DeciderSpec.for(caseDecider, dispatcher);
const DAY = 24;

function followUpsOf(command: CaseCommand, ...history: readonly History[]) {
  const given = spec.given(reported(), ...history);
  return followUps({ now: h(0), occurredAt: h(0), ...dispatcher }, given.when(command).decided(), given.state());
}

describe('streams of a case', () => {
  it('are one for the case and one for its clocks', () => {
    expect([caseStream('c:1'), clocksStream('c:1')]).toEqual(['case:c%3A1', 'clocks:c%3A1']);
    expect(streamOfCaseEvent('FaultReported')).toBe('case');
    expect(streamOfCaseEvent('CaseClosed')).toBe('case');
    for (const type of [
      'SlaWarningRaised',
      'SlaBreached',
      'VoidingRequested',
      'BreachVoided',
      'VoidingRefused',
      'ClockExempted',
    ] as const) {
      expect(streamOfCaseEvent(type)).toBe('clocks');
    }
  });
});

describe('followUps', () => {
  const week48 = 'technician-week:wang:2026-W48';
  const week49 = 'technician-week:wang:2026-W49';
  const agree = (from: number, to: number): CaseCommand => ({
    type: 'AgreeAppointment',
    visitId: 'v1',
    from: h(from),
    to: h(to),
    requestedBy: 'us',
    reason: 'any',
  });
  const reserve = (from: number, to: number) => ({
    type: 'ReserveWindow',
    visitId: 'v1',
    caseId: 'c1',
    from: h(from),
    to: h(to),
  });
  const release = { type: 'ReleaseWindow', visitId: 'v1' };

  it('reserve an agreed window in every week that it touches', () => {
    expect(followUpsOf(agree(4, 6), dispatched())).toEqual([{ streamId: week48, command: reserve(4, 6) }]);
    expect(followUpsOf(agree(6 * DAY, 7 * DAY), dispatched())).toEqual([
      { streamId: week48, command: reserve(6 * DAY, 7 * DAY) },
      { streamId: week49, command: reserve(6 * DAY, 7 * DAY) },
    ]);
  });

  it('release a moved window in the weeks that it leaves', () => {
    expect(followUpsOf(agree(8 * DAY, 8 * DAY + 2), dispatched(), agreed())).toEqual([
      { streamId: week48, command: release },
      { streamId: week49, command: reserve(8 * DAY, 8 * DAY + 2) },
    ]);
    expect(followUpsOf(agree(10, 12), dispatched(), agreed())).toEqual([
      { streamId: week48, command: reserve(10, 12) },
    ]);
  });

  it('release the window with whatever ends the visit', () => {
    const ending: [CaseCommand, ...History[]][] = [
      [{ type: 'DeclineDispatch', visitId: 'v1', reason: 'ill' }],
      [{ type: 'WithdrawDispatch', visitId: 'v1', reason: 'ill' }],
      [{ type: 'CancelCase', reason: 'sold' }],
      [{ type: 'CompleteVisit', visitId: 'v1', fixed: true, materials: [] }, arrived()],
    ];
    for (const [command, ...steps] of ending) {
      expect(followUpsOf(command, dispatched(), agreed(), ...steps)).toEqual([{ streamId: week48, command: release }]);
      expect(followUpsOf(command, dispatched(), ...steps)).toEqual([]);
    }
  });

  it('let the survivor absorb a duplicate', () => {
    expect(followUpsOf({ type: 'MergeDuplicate', into: 'c0' }, ...fixedVisit)).toEqual([
      {
        streamId: 'case:c0',
        command: { type: 'AbsorbDuplicate', caseId: 'c1', number: '7KM-3RX-4', reportedAt: h(0) },
      },
    ]);
  });

  it('are none for everything else, an arrival included', () => {
    expect(followUpsOf({ type: 'RecordArrival', visitId: 'v1' }, dispatched(), agreed())).toEqual([]);
    expect(followUpsOf({ type: 'AddNote', text: 'x', kind: 'note' }, dispatched(), agreed(), completed())).toEqual([]);
  });
});
