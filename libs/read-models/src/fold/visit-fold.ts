import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseFact } from './case-fact';

/** Stages in order; a visit never goes back to an earlier one. */
const STAGES = ['dispatched', 'accepted', 'appointed', 'travelling', 'on-site', 'completed'] as const;
type Progress = (typeof STAGES)[number];
export type VisitStage = Progress | 'declined' | 'withdrawn';

export interface VisitFold {
  readonly visitId: string;
  readonly technicianId: string;
  /** All who had it: a hand-over adds one. */
  readonly technicians: readonly string[];
  readonly homeDepot: string | null;
  readonly cycle: number;
  readonly stage: VisitStage;
  /** Neither declined, withdrawn nor completed. */
  readonly open: boolean;
  /** Neither declined nor withdrawn. */
  readonly kept: boolean;
  readonly dispatchedAt: Instant;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly arrivedAt: Instant | null;
  /** Who arrived, not who has the visit now. */
  readonly arrivedBy: string | null;
  readonly completedAt: Instant | null;
}

const ARRIVAL_ENDS = ['waiting-customer', 'weather', 'road'];
export function endedByArrival(pauseReason: string): boolean {
  return ARRIVAL_ENDS.includes(pauseReason);
}

export function evolveVisits(visits: readonly VisitFold[], event: CaseFact, cycle: number): readonly VisitFold[] {
  switch (event.type) {
    case 'TechnicianDispatched':
      return [...visits, dispatched(event, cycle)];
    case 'VisitCompleted':
      return completed(visits, event, cycle);
    case 'CaseClosed':
    case 'CaseCancelled':
    case 'CaseMerged':
      return visits.map((visit) => (visit.open ? { ...visit, open: false } : visit));
    case 'DispatchAccepted':
    case 'DispatchDeclined':
    case 'DispatchWithdrawn':
    case 'AppointmentAgreed':
    case 'AppointmentMoved':
    case 'TravelStarted':
    case 'TechnicianArrived':
    case 'VisitHandedOver': {
      const { visitId } = event.data;
      return visits.map((visit) => (visit.visitId === visitId ? { ...visit, ...progress(visit, event) } : visit));
    }
    default:
      return visits;
  }
}

function dispatched(event: Extract<CaseFact, { type: 'TechnicianDispatched' }>, cycle: number): VisitFold {
  const { visitId, technicianId, homeDepot } = event.data;
  return {
    visitId,
    technicianId,
    technicians: [technicianId],
    homeDepot: homeDepot ?? null,
    cycle,
    stage: 'dispatched',
    open: true,
    kept: true,
    dispatchedAt: event.occurredAt,
    from: null,
    to: null,
    arrivedAt: null,
    arrivedBy: null,
    completedAt: null,
  };
}

/** History knows completions without a visit (remote help): nobody was sent, so there is no visit to list. */
function completed(
  visits: readonly VisitFold[],
  event: Extract<CaseFact, { type: 'VisitCompleted' }>,
  cycle: number,
): readonly VisitFold[] {
  const done = { stage: 'completed', open: false, completedAt: event.occurredAt } as const;
  if (visits.some((visit) => visit.visitId === event.data.visitId)) {
    return visits.map((visit) => (visit.visitId === event.data.visitId ? { ...visit, ...done } : visit));
  }
  const remote: VisitFold = {
    visitId: event.data.visitId,
    technicianId: '',
    technicians: [],
    homeDepot: null,
    cycle,
    kept: false,
    dispatchedAt: event.occurredAt,
    from: null,
    to: null,
    arrivedAt: null,
    arrivedBy: null,
    ...done,
  };
  return [...visits, remote];
}

type VisitFact = Extract<CaseFact, { data: { visitId: string } }>;

function progress(visit: VisitFold, event: VisitFact): Partial<VisitFold> {
  switch (event.type) {
    case 'DispatchAccepted':
      return { stage: later(visit.stage, 'accepted') };
    case 'AppointmentAgreed':
    case 'AppointmentMoved': {
      const window = { from: Date.parse(event.data.from), to: Date.parse(event.data.to) };
      return { stage: later(visit.stage, 'appointed'), ...window };
    }
    case 'TravelStarted':
      return { stage: later(visit.stage, 'travelling') };
    case 'TechnicianArrived':
      return {
        stage: later(visit.stage, 'on-site'),
        arrivedAt: visit.arrivedAt ?? event.occurredAt,
        arrivedBy: visit.arrivedBy ?? visit.technicianId,
      };
    case 'VisitHandedOver':
      return {
        technicianId: event.data.technicianId,
        technicians: [...new Set([...visit.technicians, event.data.technicianId])],
      };
    case 'DispatchDeclined':
      return { stage: 'declined', open: false, kept: false };
    case 'DispatchWithdrawn':
      return { stage: 'withdrawn', open: false, kept: false };
    default:
      return {};
  }
}

function later(stage: VisitStage, reached: Progress): VisitStage {
  return STAGES.indexOf(stage as Progress) >= STAGES.indexOf(reached) ? stage : reached;
}
