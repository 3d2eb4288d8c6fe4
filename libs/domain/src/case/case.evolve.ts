/** The fold of `case:<id>` and `clocks:<id>` merged by position. Never throws, never mutates, reads no personal field. */
import type { Fact, Instant } from '@fieldcase/eventsourcing';
import { evolveSlaFacts, type ClockEvent } from '../sla';
import type { CaseEvent, DetailsCorrected, FaultReported } from './case.events';
import { evolveVisits } from './case.evolve-visits';
import type { PauseReason } from './case.values';
import type { CaseAttributes, CaseState, ExemptionState } from './case.state';

type CaseFact = Fact<CaseEvent | ClockEvent>;

const endedByArrival = new Set<PauseReason>(['waiting-customer', 'weather', 'road']);

export function evolveCase(state: CaseState, event: CaseFact): CaseState {
  const own = evolveOwn(state, event);
  const visits = evolveVisits(own, event);
  const sla = evolveSlaFacts(state.sla, event);
  return noteLatest({ ...own, visits, sla }, event);
}

/** Facts that an ending must not precede. */
const binding = new Set<CaseFact['type']>([
  'FaultReported',
  'CaseReopened',
  'TechnicianDispatched',
  'DispatchDeclined',
  'DispatchWithdrawn',
  'TechnicianArrived',
  'VisitCompleted',
  'CustomerInformed',
  'CasePaused',
  'CaseResumed',
]);

function noteLatest(state: CaseState, { type, occurredAt }: CaseFact): CaseState {
  return binding.has(type) && occurredAt >= state.latest.at ? { ...state, latest: { at: occurredAt, type } } : state;
}

function evolveOwn(state: CaseState, event: CaseFact): CaseState {
  switch (event.type) {
    case 'FaultReported':
      return reported(state, event.data, event.occurredAt);
    case 'CaseTriaged': {
      const { caseType, priority } = event.data;
      return { ...state, triaged: true, attributes: { ...state.attributes, caseType, priority } };
    }
    case 'DetailsCorrected':
      return { ...state, attributes: corrected(state.attributes, event.data.changes) };
    case 'OwnershipTaken':
      return { ...state, owner: event.data.owner };
    case 'CaseClosed':
      return { ...ended(state), phase: 'closed', closedAt: event.occurredAt };
    case 'CaseCancelled':
      return { ...ended(state), phase: 'cancelled' };
    case 'CaseMerged':
      return { ...ended(state), phase: 'merged', mergedInto: event.data.into };
    case 'CaseReopened':
      return reopened(state, event.occurredAt);
    default:
      return evolveDealings(state, event);
  }
}

/** What customer, pauses and approvals add. */
function evolveDealings(state: CaseState, event: CaseFact): CaseState {
  switch (event.type) {
    case 'CustomerTimeRequested':
      return promised(state, event.data, event.occurredAt);
    case 'CustomerTimeWithdrawn':
      return { ...state, promise: null, promiseChangedAt: event.occurredAt };
    case 'CustomerInformed':
      return { ...state, informed: true, informedAt: Math.max(state.informedAt ?? event.occurredAt, event.occurredAt) };
    case 'CasePaused': {
      const until = event.data.until === undefined ? null : Date.parse(event.data.until);
      return paused(state, event.data.reason, event.occurredAt, until);
    }
    case 'CaseResumed': {
      const { reasons } = event.data;
      return { ...state, pauses: state.pauses.filter(({ reason }) => !reasons.includes(reason)) };
    }
    case 'TechnicianArrived':
      return arrived(state, event.occurredAt);
    case 'VisitCompleted':
      return completed(state, event.occurredAt);
    case 'MaterialsAmended':
      return { ...state, signedDigest: null };
    case 'CustomerSigned':
      return { ...state, signedDigest: event.data.materialsDigest };
    default:
      return evolveApprovals(state, event);
  }
}

function evolveApprovals(state: CaseState, event: CaseFact): CaseState {
  switch (event.type) {
    case 'ExemptionRequested': {
      const { exemptionId, target } = event.data;
      const requestedBy = event.metadata.actor;
      const exemption: ExemptionState = { exemptionId, target, requestedBy, cycle: state.cycle, state: 'pending' };
      return { ...state, exemptions: [...state.exemptions, exemption] };
    }
    case 'ExemptionApproved':
      return exemptionDecided(state, event.data.exemptionId, 'approved');
    case 'ExemptionRefused':
      return exemptionDecided(state, event.data.exemptionId, 'refused');
    case 'VoidingRequested': {
      const { clockId, target, dueAt, factRecordedBy } = event.data;
      return { ...state, voidings: [...withoutVoiding(state, clockId), { clockId, target, dueAt, factRecordedBy }] };
    }
    case 'BreachVoided':
    case 'VoidingRefused':
      return { ...state, voidings: withoutVoiding(state, event.data.clockId) };
    default:
      return state;
  }
}

function reported(state: CaseState, data: FaultReported['data'], at: Instant): CaseState {
  const { caseId, number, caseType, priority, region, county, product, assetSerial, channel, followUpOf, depotId } =
    data;
  const optional = { county, product, assetSerial, channel, followUpOf, depotId };
  const known = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  const attributes = { caseType, priority, region, ...known };
  return { ...state, phase: 'open', caseId, number, attributes, reportedAt: at, cycleStartedAt: at };
}

function corrected(attributes: CaseAttributes, changes: DetailsCorrected['data']['changes']): CaseAttributes {
  const { depotId, ...rest } = { ...attributes, ...changes };
  return { ...rest, ...(typeof depotId === 'string' ? { depotId } : {}) };
}

/** Closing, cancelling and merging end every pause and the customer's time. */
function ended(state: CaseState): CaseState {
  return { ...state, pauses: [], promise: null };
}

/** Only facts after the latest reopening count for the next closing. */
function reopened(state: CaseState, at: Instant): CaseState {
  const cycle = state.cycle + 1;
  return { ...state, phase: 'open', cycle, cycleStartedAt: at, informed: false, informedAt: null, signedDigest: null };
}

/** A fact that was recorded late may have been overtaken by an arrival already known. */
function arrivedSince(state: CaseState, at: Instant): boolean {
  return state.visits.some((visit) => visit.cycle === state.cycle && visit.arrivedAt !== null && visit.arrivedAt >= at);
}

function promised(
  state: CaseState,
  data: { readonly promise: number; readonly from: string; readonly to: string },
  namedAt: Instant,
): CaseState {
  const promise = { number: data.promise, from: Date.parse(data.from), to: Date.parse(data.to), namedAt };
  const stands = !arrivedSince(state, namedAt);
  return { ...state, promises: data.promise, promiseChangedAt: namedAt, promise: stands ? promise : null };
}

function paused(state: CaseState, reason: PauseReason, from: Instant, until: Instant | null): CaseState {
  if (endedByArrival.has(reason) && arrivedSince(state, from)) return state;
  return { ...state, pauses: [...state.pauses.filter((pause) => pause.reason !== reason), { reason, from, until }] };
}

function arrived(state: CaseState, at: Instant): CaseState {
  const pauses = state.pauses.filter((pause) => !endedByArrival.has(pause.reason) || pause.from > at);
  const promise = state.promise !== null && state.promise.namedAt <= at ? null : state.promise;
  return { ...state, pauses, promise };
}

/** A telling counts for this completion only when it happened later, even if it was recorded before. */
function completed(state: CaseState, at: Instant): CaseState {
  return { ...state, signedDigest: null, informed: state.informedAt !== null && state.informedAt > at };
}

function exemptionDecided(state: CaseState, exemptionId: string, decision: 'approved' | 'refused'): CaseState {
  const exemptions = state.exemptions.map((exemption) =>
    exemption.exemptionId === exemptionId ? { ...exemption, state: decision } : exemption,
  );
  return { ...state, exemptions };
}

function withoutVoiding(state: CaseState, clockId: string) {
  return state.voidings.filter((voiding) => voiding.clockId !== clockId);
}
