/**
 * What board and SLA figures keep of a case: its clock facts and the few fields that lists show. JSON only, because it
 * is stored in the row that it makes; no personal data, because rows outlive an erasure.
 */
import type { Instant } from '@fieldcase/eventsourcing';
import { evolveSlaFacts, initialSlaFacts, openDealings, type OpenDealings, type SlaFacts } from '@fieldcase/domain/sla';
import { evolveParts, isAwaited, type PartRequestState } from '@fieldcase/domain/parts';
import type { CaseStatus } from '@fieldcase/contracts';
import { isSurveyFact, type CaseFact } from './case-fact';
import { evolveClosures, type ClosureFold } from './closure-fold';
import { evolveVisits, type VisitFold } from './visit-fold';
import { evolveApprovals, type PendingApproval } from './approval-fold';

export interface CaseFold {
  readonly facts: SlaFacts;
  readonly number: string;
  readonly region: string;
  readonly county: string | null;
  readonly priority: string;
  readonly caseType: string;
  readonly product: string | null;
  readonly serial: string | null;
  readonly owner: string | null;
  readonly depotId: string | null;
  readonly source: string;
  readonly reportedAt: Instant;
  readonly triaged: boolean;
  readonly ended: 'closed' | 'cancelled' | 'merged' | null;
  /** 1 + reopenings. */
  readonly cycle: number;
  readonly visits: readonly VisitFold[];
  /** A completed visit of this cycle that the customer was not told of since. */
  readonly informDue: boolean;
  readonly informedAt: Instant | null;
  readonly approvals: readonly PendingApproval[];
  /** As the decider folds them. */
  readonly requests: readonly PartRequestState[];
  /** Every closing, with what the customer said of it. */
  readonly closures: readonly ClosureFold[];
  /** Position of the last event folded, as text. */
  readonly position: string;
}

export const initialCaseFold: CaseFold = {
  facts: initialSlaFacts,
  number: '',
  region: '',
  county: null,
  priority: 'normal',
  caseType: 'fault',
  product: null,
  serial: null,
  owner: null,
  depotId: null,
  source: 'live',
  reportedAt: 0,
  triaged: false,
  ended: null,
  cycle: 1,
  visits: [],
  informDue: false,
  informedAt: null,
  approvals: [],
  requests: [],
  closures: [],
  position: '0',
};

/** Pure. Events come in the order of their positions; one folded before is left out (delivered twice). */
export function evolveCaseFold(fold: CaseFold, event: CaseFact): CaseFold {
  if (event.position !== 0n && event.position <= BigInt(fold.position)) return fold;
  const closures = evolveClosures(fold.closures, event, fold.cycle);
  if (isSurveyFact(event)) return { ...fold, closures, position: String(event.position) };
  const changes = changesOf(fold, event);
  const { ended, cycle } = { ended: fold.ended, cycle: fold.cycle, ...changes };
  return {
    ...fold,
    ...changes,
    facts: evolveSlaFacts(fold.facts, event),
    visits: evolveVisits(fold.visits, event, fold.cycle),
    // What its clocks ask for together with its end, or after it, nobody can decide any more.
    approvals: isFinal(ended) ? [] : evolveApprovals(fold.approvals, event),
    requests: evolveParts(fold.requests, event, cycle),
    closures,
    position: String(event.position),
  };
}

function changesOf(fold: CaseFold, event: CaseFact): Partial<CaseFold> {
  switch (event.type) {
    case 'FaultReported':
      return reported(event);
    case 'CaseTriaged':
      return { triaged: true, priority: event.data.priority, caseType: event.data.caseType };
    case 'DetailsCorrected':
      return corrected(fold, event.data.changes);
    case 'OwnershipTaken':
      return { owner: event.data.owner };
    case 'VisitCompleted':
      // A telling that happened after the completion counts, even where it was recorded before.
      return { informDue: fold.informedAt === null || fold.informedAt <= event.occurredAt };
    case 'CustomerInformed':
      return { informDue: false, informedAt: Math.max(fold.informedAt ?? event.occurredAt, event.occurredAt) };
    case 'CaseClosed':
      return { ended: 'closed' };
    case 'CaseCancelled':
      return { ended: 'cancelled' };
    case 'CaseMerged':
      return { ended: 'merged' };
    case 'CaseReopened':
      return { ended: null, cycle: fold.cycle + 1, informDue: false, informedAt: null };
    default:
      return {};
  }
}

/** Merged or cancelled: no further command changes it. */
const isFinal = (ended: CaseFold['ended']): boolean => ended === 'cancelled' || ended === 'merged';

/** Open ones, the one that began first before the others: as decider and clocks see them, however late they were recorded. */
export function pausesOf(fold: CaseFold): OpenDealings['pauses'] {
  return openDealings(fold.facts).pauses;
}

function reported(event: Extract<CaseFact, { type: 'FaultReported' }>): Partial<CaseFold> {
  const { data } = event;
  return {
    number: data.number,
    region: data.region,
    county: data.county ?? null,
    priority: data.priority,
    caseType: data.caseType,
    product: data.product ?? null,
    serial: data.assetSerial ?? null,
    depotId: data.depotId ?? null,
    source: data.source ?? event.metadata.source ?? 'live',
    reportedAt: event.occurredAt,
  };
}

function corrected(
  fold: CaseFold,
  changes: Extract<CaseFact, { type: 'DetailsCorrected' }>['data']['changes'],
): Partial<CaseFold> {
  return {
    region: changes.region ?? fold.region,
    county: changes.county ?? fold.county,
    product: changes.product ?? fold.product,
    serial: changes.assetSerial ?? fold.serial,
    priority: changes.priority ?? fold.priority,
    // null: the corrected place has no depot.
    depotId: changes.depotId === undefined ? fold.depotId : changes.depotId,
  };
}

/** The visit that is going on; at most one. */
export function openVisitOf(fold: CaseFold): VisitFold | null {
  return fold.ended ? null : (fold.visits.findLast((visit) => visit.open) ?? null);
}

/** The open visit, else the latest that was neither declined nor withdrawn. */
export function currentVisitOf(fold: CaseFold): VisitFold | null {
  return openVisitOf(fold) ?? fold.visits.findLast((visit) => visit.kept) ?? null;
}

/** Facts before the latest reopening no longer speak for the status. */
export function statusOf(fold: CaseFold): CaseStatus {
  if (fold.ended) return fold.ended;
  const open = openVisitOf(fold);
  if (open) return open.stage === 'completed' ? 'visit-done' : (open.stage as CaseStatus);
  if (fold.visits.some((visit) => visit.cycle === fold.cycle && visit.stage === 'completed')) return 'visit-done';
  return fold.triaged ? 'triaged' : 'reported';
}

/** Everybody who has a visit here that was not declined or withdrawn: they may see the case. */
export function techniciansOf(fold: CaseFold): string[] {
  return [...new Set(fold.visits.filter((visit) => visit.kept).flatMap((visit) => visit.technicians))].sort();
}

/** Parts are on their way, promised or waited for. */
export function isWaitingForParts(fold: CaseFold): boolean {
  return fold.requests.some(isAwaited);
}
