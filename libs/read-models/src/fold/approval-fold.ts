import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseFact } from './case-fact';

/** A request that waits for a second person. The reason is personal: it is read by `position` when it is shown. */
export interface PendingApproval {
  readonly kind: 'exemption' | 'voiding';
  /** exemptionId, or the clockId of a voiding. */
  readonly id: string;
  readonly target: string;
  /** Who asked for it or recorded the late fact: he may not decide it. */
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly factType: string | null;
  readonly position: string;
}

/** A merged or cancelled case takes no further decision, so nothing is pending there. */
export function evolveApprovals(pending: readonly PendingApproval[], event: CaseFact): readonly PendingApproval[] {
  switch (event.type) {
    case 'ExemptionRequested':
      return [...pending, asked(event, 'exemption', event.data.exemptionId, event.data.target)];
    case 'VoidingRequested': {
      const { clockId, factRecordedBy, factType } = event.data;
      const request = { ...asked(event, 'voiding', clockId, clockId), requestedBy: factRecordedBy, factType };
      return [...without(pending, 'voiding', clockId), request];
    }
    case 'ExemptionApproved':
    case 'ExemptionRefused':
      return without(pending, 'exemption', event.data.exemptionId);
    case 'BreachVoided':
    case 'VoidingRefused':
      return without(pending, 'voiding', event.data.clockId);
    case 'CaseCancelled':
    case 'CaseMerged':
      return [];
    default:
      return pending;
  }
}

function asked(event: CaseFact, kind: PendingApproval['kind'], id: string, target: string): PendingApproval {
  return {
    kind,
    id,
    target,
    requestedBy: event.metadata.actor,
    requestedAt: event.recordedAt,
    factType: null,
    position: String(event.position),
  };
}

function without(
  pending: readonly PendingApproval[],
  kind: PendingApproval['kind'],
  id: string,
): readonly PendingApproval[] {
  return pending.filter((request) => request.kind !== kind || request.id !== id);
}
