/**
 * What a case remembers to decide by. It holds no personal data: nothing named in `casePersonalFields` is kept,
 * so a state folded from events without their personal part is the same state.
 */
import type { Instant } from '@fieldcase/eventsourcing';
import { initialSlaFacts, type SlaFacts, type SlaTarget } from '../sla';
import type { Coverage, MaterialLine, MaterialsBooking } from './case.events';
import type { CaseType, PauseReason, Priority } from './case.values';
import type { PartRequestState } from './part-request';

export type CasePhase = 'absent' | 'open' | 'closed' | 'cancelled' | 'merged';
export type VisitStatus = 'dispatched' | 'accepted' | 'travelling' | 'on-site' | 'completed' | 'declined' | 'withdrawn';

export interface VisitState {
  readonly visitId: string;
  readonly technicianId: string;
  readonly status: VisitStatus;
  /** 1 + reopenings before the dispatch: only visits of the current cycle count for closing. */
  readonly cycle: number;
  readonly dispatchedAt: Instant;
  readonly window: { readonly from: Instant; readonly to: Instant; readonly agreedAt: Instant } | null;
  readonly arrivedAt: Instant | null;
  /** Completed, declined or withdrawn at. */
  readonly endedAt: Instant | null;
  readonly fixed: boolean | null;
  readonly materials: readonly MaterialLine[];
}

/** An open pause; ended ones live on only in the clocks. */
export interface PauseState {
  readonly reason: PauseReason;
  readonly from: Instant;
  readonly until: Instant | null;
}

export interface ExemptionState {
  readonly exemptionId: string;
  readonly target: string;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly cycle: number;
  readonly state: 'pending' | 'approved' | 'refused';
}

/** A published breach that a late fact contradicts; a supervisor has to decide. */
export interface VoidingState {
  readonly clockId: string;
  readonly target: SlaTarget;
  readonly dueAt: string;
  readonly factRecordedBy: string;
  readonly requestedAt: Instant;
}

/** The attributes that choose depot and policy; `sla` policies are chosen anew from them at triage. */
export interface CaseAttributes {
  readonly caseType: CaseType;
  readonly priority: Priority;
  readonly region: string;
  readonly county?: string;
  readonly product?: string;
  readonly assetSerial?: string;
  readonly channel?: string;
  readonly followUpOf?: string;
  readonly depotId?: string;
  readonly coverage?: Coverage;
}

export interface CaseState {
  readonly phase: CasePhase;
  readonly caseId: string;
  readonly number: string;
  readonly attributes: CaseAttributes;
  readonly triaged: boolean;
  readonly owner: string | null;
  readonly reportedAt: Instant;
  /** 1 + reopenings. */
  readonly cycle: number;
  /** The report's, or the latest reopening's, occurredAt. */
  readonly cycleStartedAt: Instant;
  /** occurredAt of the latest closing. */
  readonly closedAt: Instant | null;
  /** The case into which this one was merged. */
  readonly mergedInto: string | null;
  /** In order of their dispatch, those of earlier cycles too. */
  readonly visits: readonly VisitState[];
  readonly pauses: readonly PauseState[];
  /** How many times the customer named so far; the latest naming or withdrawal; the one that stands. */
  readonly promises: number;
  readonly promiseChangedAt: Instant | null;
  readonly promise: {
    readonly number: number;
    readonly from: Instant;
    readonly to: Instant;
    readonly namedAt: Instant;
  } | null;
  /** Latest telling of this cycle, and whether it covers the last completion. */
  readonly informedAt: Instant | null;
  readonly informed: boolean;
  /** Digest signed in this cycle; null when none counts. */
  readonly signedDigest: string | null;
  readonly exemptions: readonly ExemptionState[];
  readonly voidings: readonly VoidingState[];
  /** The latest fact that an ending must not precede: report, reopening, visit steps, telling, pauses. */
  readonly latest: { readonly at: Instant; readonly type: string };
  /** In order of their making, those that were split and what they were split into. */
  readonly parts: readonly PartRequestState[];
  /** What each visit's materials took, as booked last. */
  readonly bookings: Readonly<Record<string, MaterialsBooking>>;
  readonly sla: SlaFacts;
}

export const initialCaseState: CaseState = {
  phase: 'absent',
  caseId: '',
  number: '',
  attributes: { caseType: 'fault', priority: 'normal', region: '' },
  triaged: false,
  owner: null,
  reportedAt: 0,
  cycle: 1,
  cycleStartedAt: 0,
  closedAt: null,
  mergedInto: null,
  visits: [],
  pauses: [],
  promises: 0,
  promiseChangedAt: null,
  promise: null,
  informedAt: null,
  informed: false,
  signedDigest: null,
  exemptions: [],
  voidings: [],
  latest: { at: Number.MIN_SAFE_INTEGER, type: '' },
  parts: [],
  bookings: {},
  sla: initialSlaFacts,
};

const ended = new Set<VisitStatus>(['completed', 'declined', 'withdrawn']);

export function isOpen(visit: VisitState): boolean {
  return !ended.has(visit.status);
}

export function openVisit(state: CaseState): VisitState | undefined {
  return state.visits.find(isOpen);
}

/** Completed visits since the latest reopening, oldest first. */
export function completedVisits(state: CaseState): readonly VisitState[] {
  return state.visits.filter((visit) => visit.cycle === state.cycle && visit.status === 'completed');
}

/** Every material line of all visits, as the customer signs them. */
export function materialLines(state: CaseState): readonly MaterialLine[] {
  return state.visits.flatMap((visit) => visit.materials);
}
