import { DeciderSpec } from '@fieldcase/eventsourcing/testing';
import { adjustmentDecider, adjustmentFollowUps } from './adjustment';
import type { AdjustmentTerms } from './adjustment.events';

const terms: AdjustmentTerms = { depotId: 'gaolan', partNumber: 'belt-8', owner: 'own', by: -40, reason: 'flood' };
const spec = DeciderSpec.for(adjustmentDecider);
const requested = {
  type: 'AdjustmentRequested',
  data: terms,
  metadata: { actor: 'clerk' },
} as const;
const approve = { type: 'ApproveAdjustment', note: 'seen' } as const;
const sun = { actor: 'sun', roles: ['supervisor'] };

describe('an adjustment above the limit', () => {
  it('waits for a second person', () => {
    spec
      .given()
      .when({ type: 'RequestAdjustment', ...terms })
      .then({ type: 'AdjustmentRequested', data: terms });
    spec
      .given(requested)
      .when(approve, sun)
      .then({ type: 'AdjustmentApproved', data: { note: 'seen' } });
    spec.given(requested).when({ type: 'RefuseAdjustment' }, sun).then({ type: 'AdjustmentRefused', data: {} });
  });

  it('is decided once, and never by who asked', () => {
    spec.given().when(approve, sun).thenRejected('adjustment.unknown');
    spec.given(requested).when(approve, { actor: 'clerk' }).thenRejected('adjustment.own-request');
    const decided = [requested, { type: 'AdjustmentRefused', data: {} } as const];
    spec
      .given(decided)
      .when(approve, sun)
      .thenRejected('adjustment.already-decided', { params: { state: 'refused' } });
    const approved = [requested, { type: 'AdjustmentApproved', data: {} } as const];
    spec.given(approved).when({ type: 'RefuseAdjustment' }, sun).thenRejected('adjustment.already-decided');
  });

  it('is booked on the card with its approval, and not otherwise', () => {
    const before = spec.given(requested).state();
    const booked = (type: 'AdjustmentApproved' | 'AdjustmentRefused') =>
      adjustmentFollowUps('stock-adjustment:a1', [{ type, data: {} }], before);
    expect(booked('AdjustmentApproved')).toEqual([
      {
        streamId: 'stock:gaolan:belt-8',
        command: { type: 'AdjustStock', owner: 'own', by: -40, reason: '', adjustmentId: 'a1' },
      },
    ]);
    expect(booked('AdjustmentRefused')).toEqual([]);
  });
});
