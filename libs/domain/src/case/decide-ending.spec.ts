import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { caseDecider } from './case';
import {
  agent,
  arrived,
  cancelled,
  closed,
  dispatched,
  fixedVisit,
  h,
  isoH,
  merged,
  paused,
  reopened,
  reported,
  unfixedVisit,
} from './case-history.fixture';

const spec = DeciderSpec.for(caseDecider, agent);
const outOfOrder = 'occurred-at.out-of-order';
const late = (hours: number) => ({ now: h(20), occurredAt: h(hours) });

describe('CancelCase', () => {
  const cancel = { type: 'CancelCase', reason: 'sold the machine' } as const;
  const event = { type: 'CaseCancelled', data: { reason: 'sold the machine' } } as const;

  it('withdraws the open visit first', () => {
    spec.given(reported()).when(cancel).then(event);
    spec
      .given(reported(), ...unfixedVisit)
      .when(cancel)
      .then(event);
    for (const steps of [[], [arrived()]]) {
      spec
        .given(reported(), dispatched(), ...steps)
        .when(cancel)
        .then({ type: 'DispatchWithdrawn', data: { visitId: 'v1', reason: 'sold the machine' } }, event);
    }
  });

  it('is refused once closed, cancelled or merged, and before what it ends', () => {
    spec.given(reported(), closed()).when(cancel).thenRejected('case.already-closed');
    spec.given(reported(), cancelled()).when(cancel).thenRejected('case.cancelled');
    spec.given(reported(), merged()).when(cancel).thenRejected('case.merged');
    spec.given(reported(), dispatched()).when(cancel, late(0.5)).thenRejected(outOfOrder);
  });
});

describe('ReopenCase', () => {
  const reopen = { type: 'ReopenCase', reason: 'slips again', windowMs: 30 * 24 * 3_600_000 } as const;
  const event = { type: 'CaseReopened', data: { reason: 'slips again' } } as const;

  it('opens a new cycle', () => {
    spec.given(reported(), closed()).when(reopen).then(event);
    expect(spec.given(reported(), ...fixedVisit, closed(), reopened()).state()).toMatchObject({
      phase: 'open',
      cycle: 2,
      cycleStartedAt: h(7),
      informed: false,
      signedDigest: null,
    });
  });

  it('is possible until the window after the last closing ends; then a new case follows up', () => {
    const edge = h(6 + 30 * 24);
    spec.given(reported(), closed()).when(reopen, { now: edge }).then(event);
    spec
      .given(reported(), closed())
      .when(reopen, { now: edge + 1 })
      .thenRejected('case.reopen-window-over', {
        params: { followUpOf: 'c1', number: '7KM-3RX-4', until: isoH(6 + 720) },
      });
    spec
      .given(reported(), closed(6), reopened(7), closed(100))
      .when(reopen, { now: edge + 1 })
      .then(event);
  });

  it('is refused while open, for a final case, and before the closing', () => {
    spec.given(reported()).when(reopen).thenRejected('case.not-closed');
    spec.given(reported(), closed(), reopened()).when(reopen).thenRejected('case.not-closed');
    spec.given(reported(), cancelled()).when(reopen).thenRejected('case.cancelled');
    spec.given(reported(), merged()).when(reopen).thenRejected('case.merged');
    spec
      .given(reported(), closed())
      .when(reopen, late(5))
      .thenRejected(outOfOrder, { params: { predecessor: 'CaseClosed' } });
  });
});

describe('MergeDuplicate', () => {
  const merge = { type: 'MergeDuplicate', into: 'c0' } as const;

  it('makes the case final', () => {
    spec
      .given(reported())
      .when(merge)
      .then({ type: 'CaseMerged', data: { into: 'c0' } });
    expect(spec.given(reported(), paused('road'), merged()).state()).toMatchObject({
      phase: 'merged',
      mergedInto: 'c0',
      pauses: [],
    });
  });

  it('is refused into itself, while a visit is open, once closed, and before what it ends', () => {
    spec
      .given(reported())
      .when({ ...merge, into: 'c1' })
      .thenRejected('case.merge-into-itself');
    spec
      .given(reported(), dispatched())
      .when(merge)
      .thenRejected('case.visit-open', { params: { visitId: 'v1' } });
    spec.given(reported(), closed()).when(merge).thenRejected('case.already-closed');
    spec.given(reported(), merged()).when(merge).thenRejected('case.merged');
    spec.given(reported(), paused('road', 3)).when(merge, late(2)).thenRejected(outOfOrder);
  });
});

describe('AbsorbDuplicate', () => {
  const absorb = { type: 'AbsorbDuplicate', caseId: 'c2', number: '3XT-9PA-7', reportedAt: h(1) } as const;
  const event = { type: 'DuplicateAbsorbed', data: { caseId: 'c2', number: '3XT-9PA-7' } } as const;

  it('records number and contact on a survivor that is open or closed', () => {
    const contact = { name: '李', phone: '139' };
    spec.given(reported()).when(absorb).then(event);
    spec
      .given(reported(), closed())
      .when({ ...absorb, contact })
      .then({ ...event, data: { ...event.data, contact } });
    spec.given(reported({}, 1)).when(absorb).then(event);
  });

  it('is refused by a later, an unknown, a merged and a cancelled survivor', () => {
    spec
      .given(reported({}, 2))
      .when(absorb)
      .thenRejected('case.merge-into-older', { params: { reportedAt: isoH(2) } });
    spec.given().when(absorb).thenRejected('case.merge-target-unknown');
    spec
      .given(reported(), merged())
      .when(absorb)
      .thenRejected('case.merge-into-final', { params: { phase: 'merged' } });
    spec.given(reported(), cancelled()).when(absorb).thenRejected('case.merge-into-final');
  });
});
