/** The fold of `case:<id>` and `clocks:<id>` merged by position. Never throws, never mutates, reads no personal field. */
import type { Fact, Instant } from '@fieldcase/eventsourcing';
import { evolveSlaFacts, openDealings, type ClockEvent } from '../sla';
import type { CaseEvent, DetailsCorrected, FaultReported } from './case.events';
import { evolveParts } from './case.evolve-parts';
import { evolveVisits } from './case.evolve-visits';
import type { CaseAttributes, CaseState } from './case.state';

type CaseFact = Fact<CaseEvent | ClockEvent>;

export function evolveCase(state: CaseState, event: CaseFact): CaseState {
  const own = evolveOwn(state, event);
  const visits = evolveVisits(own, event);
  const parts = evolveParts(state.parts, event, own.cycle);
  const sla = evolveSlaFacts(state.sla, event);
  // Pauses and the customer's time are what the clocks say: in order of business time, whatever was recorded late.
  const dealings = sla.facts === state.sla.facts ? {} : openDealings(sla);
  return noteLatest({ ...own, ...dealings, visits, parts, sla }, event);
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
      const { caseType, priority, coverage } = event.data;
      const attributes = { ...state.attributes, caseType, priority, ...(coverage && { coverage }) };
      return { ...state, triaged: true, attributes };
    }
    case 'DetailsCorrected':
      return { ...state, attributes: corrected(state.attributes, event.data.changes) };
    case 'OwnershipTaken':
      return { ...state, owner: event.data.owner };
    case 'CaseClosed':
      return { ...state, phase: 'closed', closedAt: event.occurredAt };
    case 'CaseCancelled':
      return { ...state, phase: 'cancelled', voidings: [] };
    case 'CaseMerged':
      return { ...state, phase: 'merged', mergedInto: event.data.into, voidings: [] };
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
      return { ...state, promises: event.data.promise, promiseChangedAt: event.occurredAt };
    case 'CustomerTimeWithdrawn':
      return { ...state, promiseChangedAt: event.occurredAt };
    case 'CustomerInformed':
      return { ...state, informed: true, informedAt: Math.max(state.informedAt ?? event.occurredAt, event.occurredAt) };
    case 'VisitCompleted':
      return completed(state, event.occurredAt);
    case 'MaterialsAmended':
      return { ...state, signedDigest: null };
    case 'CustomerSigned':
      return { ...state, signedDigest: event.data.materialsDigest };
    case 'MaterialsBooked':
      return { ...state, bookings: { ...state.bookings, [event.data.visitId]: event.data } };
    case 'MaterialsBookingReversed': {
      const { [event.data.visitId]: _, ...bookings } = state.bookings;
      return { ...state, bookings };
    }
    default:
      return evolveApprovals(state, event);
  }
}

function evolveApprovals(state: CaseState, event: CaseFact): CaseState {
  switch (event.type) {
    case 'ExemptionRequested': {
      const { exemptionId, target } = event.data;
      const requestedBy = event.metadata.actor;
      const made = { requestedBy, requestedAt: event.occurredAt, cycle: state.cycle, state: 'pending' } as const;
      return { ...state, exemptions: [...state.exemptions, { exemptionId, target, ...made }] };
    }
    case 'ExemptionApproved':
      return exemptionDecided(state, event.data.exemptionId, 'approved');
    case 'ExemptionRefused':
      return exemptionDecided(state, event.data.exemptionId, 'refused');
    case 'VoidingRequested': {
      const { clockId, target, dueAt, factRecordedBy } = event.data;
      const voiding = { clockId, target, dueAt, factRecordedBy, requestedAt: event.occurredAt };
      return { ...state, voidings: [...withoutVoiding(state, clockId), voiding] };
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

/** Only facts after the latest reopening count for the next closing. */
function reopened(state: CaseState, at: Instant): CaseState {
  const cycle = state.cycle + 1;
  return { ...state, phase: 'open', cycle, cycleStartedAt: at, informed: false, informedAt: null, signedDigest: null };
}

/** A telling counts for this completion only when it happened later, even if it was recorded before. */
function completed(state: CaseState, at: Instant): CaseState {
  return { ...state, informed: state.informedAt !== null && state.informedAt > at };
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
