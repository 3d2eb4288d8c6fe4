import type { VisitView } from '@fieldcase/contracts';
import type { CaseFact, FactOf } from '../fold/case-fact';
import { evolveVisits, type VisitFold } from '../fold/visit-fold';
import { known, type InstantText } from './known';

/** The visits of the page; the state is the board's own, so that page and board never disagree. */
export function evolvePageVisits(
  visits: readonly VisitView[],
  event: CaseFact,
  cycle: number,
  text: InstantText,
): readonly VisitView[] {
  if (event.type === 'TechnicianDispatched') return [...visits, dispatched(event, cycle, text)];
  if (!('visitId' in event.data)) return visits;
  const { visitId } = event.data;
  const existing = visits.some((visit) => visit.visitId === visitId);
  const present = event.type === 'VisitCompleted' && !existing ? [...visits, remote(event, cycle, text)] : visits;
  return present.map((visit) => (visit.visitId === visitId ? { ...visit, ...changeOf(visit, event, text) } : visit));
}

function dispatched(event: FactOf<'TechnicianDispatched'>, cycle: number, text: InstantText): VisitView {
  const { visitId, technicianId, homeDepot, note } = event.data;
  return {
    visitId,
    technicianId,
    state: 'dispatched',
    cycle,
    ...known({ homeDepot, note }),
    dispatchedAt: text(event.occurredAt),
    diagnoses: [],
    materials: [],
  };
}

function remote(event: FactOf<'VisitCompleted'>, cycle: number, text: InstantText): VisitView {
  const { visitId } = event.data;
  const empty = { diagnoses: [], materials: [] };
  return { visitId, technicianId: '', state: 'dispatched', cycle, dispatchedAt: text(event.occurredAt), ...empty };
}

/** One step of the board's fold, started from the state that the view is in. */
function stageAfter(visit: VisitView, event: CaseFact): VisitView['state'] {
  const before = { visitId: visit.visitId, technicianId: visit.technicianId, technicians: [], stage: visit.state };
  const [after] = evolveVisits([before as unknown as VisitFold], event, visit.cycle);
  return after?.stage ?? visit.state;
}

function changeOf(visit: VisitView, event: CaseFact, text: InstantText): Partial<VisitView> {
  const at = text(event.occurredAt);
  const state = stageAfter(visit, event);
  switch (event.type) {
    case 'DispatchAccepted':
      return { state, acceptedAt: at };
    case 'DispatchDeclined':
    case 'DispatchWithdrawn':
      return { state, endedAt: at, ...known({ reason: event.data.reason }) };
    case 'AppointmentAgreed':
    case 'AppointmentMoved':
      return { state, appointment: appointmentOf(visit, event, text) };
    case 'TravelStarted':
      return { state, travelStartedAt: at };
    case 'TechnicianArrived':
      return { state, arrivedAt: visit.arrivedAt ?? at };
    case 'VisitHandedOver':
      return { technicianId: event.data.technicianId };
    case 'DiagnosisRecorded': {
      const { faultCode, cause, correction } = event.data;
      return { diagnoses: [...visit.diagnoses, { faultCode, ...known({ cause, correction }), at }] };
    }
    case 'VisitCompleted': {
      const { fixed, reason, materials, remote: isRemote } = event.data;
      return { state, completedAt: at, fixed, materials, ...known({ reason, remote: isRemote }) };
    }
    case 'MaterialsAmended':
      return { materials: event.data.materials };
    default:
      return {};
  }
}

function appointmentOf(
  visit: VisitView,
  event: FactOf<'AppointmentAgreed' | 'AppointmentMoved'>,
  text: InstantText,
): NonNullable<VisitView['appointment']> {
  const { from, to, requestedBy, overrideReason } = event.data;
  return {
    from: text(Date.parse(from)),
    to: text(Date.parse(to)),
    requestedBy,
    agreedAt: text(event.occurredAt),
    moves: visit.appointment ? visit.appointment.moves + 1 : 0,
    ...known({ reason: event.type === 'AppointmentMoved' ? event.data.reason : undefined, overrideReason }),
  };
}
