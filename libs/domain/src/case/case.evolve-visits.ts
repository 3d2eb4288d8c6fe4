import type { Fact } from '@fieldcase/eventsourcing';
import type { ClockEvent } from '../sla';
import type { CaseEvent } from './case.events';
import { isOpen, type CaseState, type VisitState } from './case.state';

type Visits = readonly VisitState[];
type Change = Partial<VisitState>;

function change(visits: Visits, visitId: string, changes: Change | ((visit: VisitState) => Change)): Visits {
  return visits.map((visit) => {
    if (visit.visitId !== visitId) return visit;
    return { ...visit, ...(typeof changes === 'function' ? changes(visit) : changes) };
  });
}

/** The visits after an event, given the case's state with everything else of that event already in it. */
export function evolveVisits(state: CaseState, event: Fact<CaseEvent | ClockEvent>): Visits {
  const { visits } = state;
  const at = event.occurredAt;
  switch (event.type) {
    case 'TechnicianDispatched':
      return [...visits, dispatched(state, event.data.visitId, event.data.technicianId, at)];
    case 'DispatchAccepted':
      return change(visits, event.data.visitId, { status: 'accepted' });
    case 'DispatchDeclined':
      return change(visits, event.data.visitId, { status: 'declined', endedAt: at });
    case 'DispatchWithdrawn':
      return change(visits, event.data.visitId, { status: 'withdrawn', endedAt: at });
    case 'AppointmentAgreed':
    case 'AppointmentMoved': {
      const window = { from: Date.parse(event.data.from), to: Date.parse(event.data.to), agreedAt: at };
      return change(visits, event.data.visitId, { window });
    }
    case 'TravelStarted':
      return change(visits, event.data.visitId, { status: 'travelling' });
    case 'TechnicianArrived':
      return change(visits, event.data.visitId, { status: 'on-site', arrivedAt: at });
    case 'VisitHandedOver':
      return change(visits, event.data.visitId, { technicianId: event.data.technicianId });
    case 'CaseClosed':
      // Only history closes with a visit open: whatever became of it, it is over.
      return visits.map((visit) => (isOpen(visit) ? { ...visit, status: 'completed', endedAt: at } : visit));
    case 'VisitCompleted':
      return completed(state, event);
    case 'MaterialsAmended':
      return change(visits, event.data.visitId, { materials: event.data.materials });
    default:
      return visits;
  }
}

function dispatched(state: CaseState, visitId: string, technicianId: string, dispatchedAt: number): VisitState {
  return {
    visitId,
    technicianId,
    status: 'dispatched',
    cycle: state.cycle,
    dispatchedAt,
    window: null,
    arrivedAt: null,
    endedAt: null,
    fixed: null,
    materials: [],
  };
}

/** An import's remote completion has no dispatch: it is a visit of its own. */
function completed(state: CaseState, event: Extract<Fact<CaseEvent>, { type: 'VisitCompleted' }>): Visits {
  const { visitId, fixed, materials } = event.data;
  const known = state.visits.some((visit) => visit.visitId === visitId);
  const visits = known ? state.visits : [...state.visits, dispatched(state, visitId, '', event.occurredAt)];
  return change(visits, visitId, { status: 'completed', endedAt: event.occurredAt, fixed, materials });
}
