/** Conditions that many commands share. Each throws a Rejection or answers what it found. */
import type { CommandContext, Instant } from '@fieldcase/eventsourcing';
import { isOpen, type CaseState, type VisitState } from './case.state';
import { refusal } from './case.refusals';

export const iso = (at: Instant): string => new Date(at).toISOString();

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys that are undefined: events are JSON and leave absent things out. */
export function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Present<T>;
}

/** Open or closed: reported, and neither merged nor cancelled. */
export function requireNotFinal(state: CaseState): void {
  if (state.phase === 'absent') throw refusal('case.unknown');
  if (state.phase === 'merged') throw refusal('case.merged', { caseId: state.caseId, into: state.mergedInto });
  if (state.phase === 'cancelled') throw refusal('case.cancelled', { caseId: state.caseId });
}

export function requireOpen(state: CaseState): void {
  requireNotFinal(state);
  if (state.phase === 'closed') throw refusal('case.already-closed', { caseId: state.caseId });
}

/** @param predecessor the event type that must come first */
export function requireOrder(context: CommandContext, at: Instant | null, predecessor: string): void {
  if (at === null || context.occurredAt >= at) return;
  throw refusal(
    'occurred-at.out-of-order',
    { predecessor, notBefore: iso(at), occurredAt: iso(context.occurredAt) },
    { occurredAt: `not before ${iso(at)} (${predecessor})` },
  );
}

/** Nothing happens to a case before it was reported. */
export function requireAfterReport(state: CaseState, context: CommandContext): void {
  requireOrder(context, state.reportedAt, 'FaultReported');
}

/** What belongs to the current cycle does not happen before the cycle's start. */
export function requireInCycle(state: CaseState, context: CommandContext): void {
  requireOrder(context, state.cycleStartedAt, state.cycle === 1 ? 'FaultReported' : 'CaseReopened');
}

export function requireWindow(window: { readonly from: Instant; readonly to: Instant }): void {
  if (window.to <= window.from) throw refusal('window.empty', {}, { to: 'an instant after from' });
}

export function requireField(field: string, value: unknown, when: string): void {
  if (value === undefined || value === '') throw refusal('field.required', { field, when }, { [field]: when });
}

const dispatching = ['dispatcher', 'supervisor'] as const;

export function mayDispatch(context: CommandContext): boolean {
  return dispatching.some((role) => context.roles.includes(role));
}

const engaged = (visit: VisitState) => visit.status !== 'declined' && visit.status !== 'withdrawn';

/** A technician without a visit in this case must not learn that it exists. */
function requireSight(state: CaseState, context: CommandContext): void {
  const own = state.visits.some((visit) => visit.technicianId === context.actor && engaged(visit));
  if (!own && !context.roles.includes('agent')) throw refusal('case.unknown');
}

/**
 * The visit, if the caller is its technician or acts on his behalf (dispatcher, supervisor; an agent where told).
 * Unknown visits are `visit.unknown`; another technician's are `visit.not-yours`.
 */
export function requireVisit(
  state: CaseState,
  visitId: string,
  context: CommandContext,
  options: { readonly agents?: boolean } = {},
): VisitState {
  const visit = state.visits.find((candidate) => candidate.visitId === visitId);
  const onBehalf = mayDispatch(context) || (options.agents === true && context.roles.includes('agent'));
  if (!onBehalf) requireSight(state, context);
  if (visit === undefined) throw refusal('visit.unknown', { visitId });
  if (!onBehalf && visit.technicianId !== context.actor) throw refusal('visit.not-yours', { visitId });
  return visit;
}

export function requireOpenVisit(visit: VisitState): VisitState {
  if (!isOpen(visit)) throw refusal('visit.not-open', { visitId: visit.visitId, status: visit.status });
  return visit;
}

export function requireNotArrived(visit: VisitState): VisitState {
  if (requireOpenVisit(visit).arrivedAt !== null) throw refusal('visit.already-arrived', { visitId: visit.visitId });
  return visit;
}

/**
 * For commands about the whole case that a technician may give as well: his must be the case's latest visit.
 * @param agents whether an agent may give the command too
 */
export function requireLatestTechnician(state: CaseState, context: CommandContext, agents: boolean): void {
  if (mayDispatch(context) || (agents && context.roles.includes('agent'))) return;
  requireSight(state, context);
  const latest = state.visits.findLast(engaged);
  if (latest?.technicianId !== context.actor) throw refusal('case.not-your-visit', { caseId: state.caseId });
}
