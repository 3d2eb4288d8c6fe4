/** Pauses, exemptions and voidings: where the clocks are told to be lenient, and by whom. */
import type { CommandContext, Decided, Instant } from '@fieldcase/eventsourcing';
import { judge, openDealings, type ClockEvent } from '../sla';
import type { ApproveExemption, PauseCase, RefuseExemption, RequestExemption, ResumeCase } from './case.commands';
import type { ApproveVoiding, RefuseVoiding } from './case.commands';
import type { CaseEvent } from './case.events';
import { refusal } from './case.refusals';
import {
  iso,
  present,
  requireAfterReport,
  requireField,
  requireInCycle,
  requireLatestTechnician,
  requireNotFinal,
  requireOpen,
  requireOrder,
} from './case.requirements';
import type { CaseState, ExemptionState, VoidingState } from './case.state';

type Decision = readonly Decided<CaseEvent | ClockEvent>[];

const DAY_MS = 86_400_000;
/** How long after the last closing a missed target may still be excused. */
export const EXEMPTION_WINDOW_MS = 30 * DAY_MS;
/** Target of an exemption that is no clock: the customer's signature. */
export const SIGNATURE_TARGET = 'signature';

export function pauseCase(command: PauseCase, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireLatestTechnician(state, context, true);
  const { reason, note, until } = command;
  if (reason === 'other') requireField('note', note, 'what the case waits for');
  requireInCycle(state, context);
  // Told late it must not lie inside a pause of the same reason that has ended since, either.
  const then = openDealings(state.sla, context.occurredAt).pauses;
  if ([...state.pauses, ...then].some((pause) => pause.reason === reason)) {
    throw refusal('case.already-paused', { reason });
  }
  if (until <= context.occurredAt) {
    throw refusal('pause.until-past', { until: iso(until) }, { until: `after ${iso(context.occurredAt)}` });
  }
  return [{ type: 'CasePaused', data: present({ reason, note, until: iso(until) }) }];
}

/** Without a reason every open pause ends. */
export function resumeCase(command: ResumeCase, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireLatestTechnician(state, context, true);
  const ending = state.pauses.filter(({ reason }) => command.reason === undefined || command.reason === reason);
  if (ending.length === 0) throw refusal('case.not-paused', present({ reason: command.reason }));
  requireOrder(context, Math.max(...ending.map(({ from }) => from)), 'CasePaused');
  return [{ type: 'CaseResumed', data: { reasons: ending.map(({ reason }) => reason) } }];
}

export function requestExemption(command: RequestExemption, state: CaseState, context: CommandContext): Decision {
  requireNotFinal(state);
  requireAfterReport(state, context);
  if (state.phase === 'closed' && state.closedAt !== null) {
    const until = state.closedAt + EXEMPTION_WINDOW_MS;
    if (context.now > until) throw refusal('exemption.too-late', { until: iso(until) });
  }
  const { exemptionId, target, reason } = command;
  requireExemptable(target, state, context.now);
  for (const earlier of state.exemptions) {
    if (earlier.target !== target) continue;
    const params = { target, exemptionId: earlier.exemptionId };
    if (earlier.state === 'pending') throw refusal('exemption.already-pending', params);
    const counts = target !== SIGNATURE_TARGET || earlier.cycle === state.cycle;
    if (earlier.state === 'approved' && counts) throw refusal('exemption.already-approved', params);
  }
  return [{ type: 'ExemptionRequested', data: { exemptionId, target, reason } }];
}

const notExemptable = new Set(['met', 'replaced', 'cancelled', 'voided']);

function requireExemptable(target: string, state: CaseState, now: Instant): void {
  if (target === SIGNATURE_TARGET) return;
  const clock = judge(state.sla, now).find(({ clockId }) => clockId === target);
  if (clock === undefined) {
    throw refusal('exemption.unknown-target', { target }, { target: 'a clockId of this case, or signature' });
  }
  if (notExemptable.has(clock.state)) throw refusal('exemption.clock-ended', { target, state: clock.state });
}

/** For a clock, `ClockExempted` follows when the clocks are settled. */
export function approveExemption(command: ApproveExemption, state: CaseState, context: CommandContext): Decision {
  const { exemptionId, target } = requirePendingExemption(command.exemptionId, state, context);
  requireExemptable(target, state, context.now);
  return [{ type: 'ExemptionApproved', data: present({ exemptionId, target, note: command.note }) }];
}

export function refuseExemption(command: RefuseExemption, state: CaseState, context: CommandContext): Decision {
  const { exemptionId, target } = requirePendingExemption(command.exemptionId, state, context);
  return [{ type: 'ExemptionRefused', data: present({ exemptionId, target, note: command.note }) }];
}

/** A second person decides: never the requester. */
function requirePendingExemption(exemptionId: string, state: CaseState, context: CommandContext): ExemptionState {
  requireNotFinal(state);
  const exemption = state.exemptions.find((candidate) => candidate.exemptionId === exemptionId);
  if (exemption === undefined) throw refusal('exemption.unknown', { exemptionId });
  if (exemption.state !== 'pending') {
    throw refusal('exemption.already-decided', { exemptionId, state: exemption.state });
  }
  if (exemption.requestedBy === context.actor) throw refusal('exemption.own-request', { exemptionId });
  requireOrder(context, exemption.requestedAt, 'ExemptionRequested');
  return exemption;
}

export function approveVoiding(command: ApproveVoiding, state: CaseState, context: CommandContext): Decision {
  const voiding = requirePendingVoiding(command.clockId, state, context);
  return [{ type: 'BreachVoided', data: { ...ofClock(voiding), by: 'approval', ...present({ note: command.note }) } }];
}

export function refuseVoiding(command: RefuseVoiding, state: CaseState, context: CommandContext): Decision {
  const voiding = requirePendingVoiding(command.clockId, state, context);
  return [{ type: 'VoidingRefused', data: { ...ofClock(voiding), ...present({ note: command.note }) } }];
}

function ofClock({ clockId, target, dueAt }: VoidingState) {
  return { clockId, target, dueAt };
}

/** A second person decides: never the one who recorded the late fact. */
function requirePendingVoiding(clockId: string, state: CaseState, context: CommandContext): VoidingState {
  requireNotFinal(state);
  const voiding = state.voidings.find((candidate) => candidate.clockId === clockId);
  if (voiding === undefined) throw refusal('voiding.unknown', { clockId });
  if (voiding.factRecordedBy === context.actor) throw refusal('voiding.own-fact', { clockId });
  requireOrder(context, voiding.requestedAt, 'VoidingRequested');
  return voiding;
}
