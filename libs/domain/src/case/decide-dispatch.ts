/** From sending a technician to his agreed appointment. */
import type { CommandContext, Decided } from '@fieldcase/eventsourcing';
import type {
  AcceptDispatch,
  AgreeAppointment,
  DeclineDispatch,
  DispatchTechnician,
  WithdrawDispatch,
} from './case.commands';
import type { CaseEvent } from './case.events';
import { refusal } from './case.refusals';
import {
  iso,
  mayDispatch,
  present,
  requireInCycle,
  requireNotArrived,
  requireOpen,
  requireOpenVisit,
  requireOrder,
  requireVisit,
  requireWindow,
} from './case.requirements';
import { completedVisits, openVisit, type CaseState, type VisitState, type VisitStatus } from './case.state';
import { nameCustomerTime, stands } from './decide-intake';
import { MAX_WINDOW_MS } from '../technician-week/technician-week';

type Decision = readonly Decided<CaseEvent>[];

const endings: Partial<Record<VisitStatus, CaseEvent['type']>> = {
  completed: 'VisitCompleted',
  declined: 'DispatchDeclined',
  withdrawn: 'DispatchWithdrawn',
};

/** A dispatch after a completed visit is the second (third) visit of the same order. */
export function dispatchTechnician(command: DispatchTechnician, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  if (state.attributes.caseType === 'enquiry') throw refusal('case.enquiry-without-visit', { caseId: state.caseId });
  const open = openVisit(state);
  if (open) throw refusal('case.visit-open', { visitId: open.visitId, technicianId: open.technicianId });
  requireInCycle(state, context);
  const previous = state.visits.at(-1);
  if (previous) requireOrder(context, previous.endedAt, endings[previous.status] ?? 'TechnicianDispatched');
  const { visitId, technicianId, homeDepot, note } = command;
  const data = { ...present({ visitId, technicianId, homeDepot, note }), notice: true };
  return [{ type: 'TechnicianDispatched', data }];
}

export function acceptDispatch(command: AcceptDispatch, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireOpenVisit(requireVisit(state, command.visitId, context));
  if (visit.status !== 'dispatched') throw refusal('visit.already-accepted', { visitId: visit.visitId });
  requireOrder(context, visit.dispatchedAt, 'TechnicianDispatched');
  return [{ type: 'DispatchAccepted', data: { visitId: visit.visitId } }];
}

export function declineDispatch(command: DeclineDispatch, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireNotArrived(requireVisit(state, command.visitId, context));
  requireOrder(context, visit.dispatchedAt, 'TechnicianDispatched');
  return [{ type: 'DispatchDeclined', data: { visitId: visit.visitId, reason: command.reason } }];
}

/** Even after the arrival: who cannot finish may be replaced. */
export function withdrawDispatch(command: WithdrawDispatch, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireOpenVisit(requireVisit(state, command.visitId, context));
  requireOrder(
    context,
    visit.arrivedAt ?? visit.dispatchedAt,
    visit.arrivedAt ? 'TechnicianArrived' : 'TechnicianDispatched',
  );
  return [{ type: 'DispatchWithdrawn', data: { visitId: visit.visitId, reason: command.reason } }];
}

/**
 * Agreed, or moved when it was agreed before. `override` lets a dispatcher agree a window that is already over. It
 * never permits a double booking: that is the technician's week's.
 */
export function agreeAppointment(command: AgreeAppointment, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  const visit = requireNotArrived(requireVisit(state, command.visitId, context, { agents: true }));
  requireCustomerTold(state);
  requireAgreeable(command, context);
  requireOrder(context, visit.dispatchedAt, 'TechnicianDispatched');
  requireOrder(context, visit.window?.agreedAt ?? null, 'AppointmentAgreed');
  const appointment = appointmentEvent(command, visit);
  const renamed = command.requestedBy === 'customer' && !stands(command, state);
  return renamed ? [appointment, nameCustomerTime(command, state, context)] : [appointment];
}

/** After an unfixed visit the customer hears first why somebody has to come again. */
function requireCustomerTold(state: CaseState): void {
  const last = completedVisits(state).at(-1);
  if (last && last.fixed === false && !state.informed) {
    throw refusal('case.customer-not-informed', { visitId: last.visitId });
  }
}

function requireAgreeable(command: AgreeAppointment, context: CommandContext): void {
  requireWindow(command);
  if (command.to - command.from > MAX_WINDOW_MS) {
    throw refusal('appointment.too-long', { maxMs: MAX_WINDOW_MS }, { to: 'at most seven days after from' });
  }
  if (command.override) {
    if (!mayDispatch(context)) throw refusal('appointment.override-not-allowed', { visitId: command.visitId });
    return;
  }
  if (command.to <= context.occurredAt) {
    throw refusal('appointment.past', { to: iso(command.to) }, { to: `after ${iso(context.occurredAt)}` });
  }
}

function appointmentEvent(command: AgreeAppointment, visit: VisitState): CaseEvent {
  const { visitId, requestedBy, reason, override } = command;
  const window = { from: iso(command.from), to: iso(command.to) };
  const agreed = { visitId, ...window, requestedBy, ...present({ overrideReason: override?.reason }) };
  if (visit.window === null) return { type: 'AppointmentAgreed', data: agreed };
  if (!reason) throw refusal('appointment.reason-required', { visitId }, { reason: 'why the appointment is moved' });
  return { type: 'AppointmentMoved', data: { ...agreed, reason } };
}
