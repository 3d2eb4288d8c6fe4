import type { DomainEvent, Instant } from '@fieldcase/eventsourcing';
import type { CaseEvent, MaterialLine, PauseReason } from '../case/case.events';

export interface OpenPause {
  readonly reason: PauseReason;
  /** It ends with the case's next row; else it waits for a row that says so. */
  readonly untilNextRow: boolean;
}

/** As much of a case as the next row of its history needs. */
export interface CaseProgress {
  readonly reported: boolean;
  readonly closed: boolean;
  /** Merged or cancelled: no further row can change it. */
  readonly ended: boolean;
  /** The visit that is neither completed, declined nor withdrawn, nor over with a closing. */
  readonly openVisit: string | undefined;
  readonly arrived: boolean;
  /** Somebody was there since the last reopening. */
  readonly attended: boolean;
  readonly latestVisit: string | undefined;
  /** How the latest completed visit since the last reopening ended; undefined: none was completed. */
  readonly fixed: boolean | undefined;
  /** Of the latest visit. */
  readonly materials: readonly MaterialLine[];
  readonly pauses: readonly OpenPause[];
  /** Of the latest event. */
  readonly at: Instant;
}

export const noProgress: CaseProgress = {
  reported: false,
  closed: false,
  ended: false,
  openVisit: undefined,
  arrived: false,
  attended: false,
  latestVisit: undefined,
  fixed: undefined,
  materials: [],
  pauses: [],
  at: Number.NEGATIVE_INFINITY,
};

/** Pauses that an arrival ends by itself. */
const ENDED_BY_ARRIVAL: readonly PauseReason[] = ['waiting-customer', 'weather', 'road'];

/**
 * Folds events of an import and of live commands alike; types that change nothing here only move the time.
 * @param untilNextRow whether a pause that begins here ends with the case's next row
 */
export function advance(before: CaseProgress, event: DomainEvent, at: Instant, untilNextRow = false): CaseProgress {
  const changed = change(before, event as CaseEvent, untilNextRow);
  return { ...before, ...changed, at: Math.max(before.at, at) };
}

function change(before: CaseProgress, event: CaseEvent, untilNextRow: boolean): Partial<CaseProgress> {
  switch (event.type) {
    case 'FaultReported':
      return { reported: true };
    case 'TechnicianDispatched': {
      const { visitId } = event.data;
      return { openVisit: visitId, latestVisit: visitId, arrived: false, materials: [] };
    }
    case 'TechnicianArrived':
      return {
        arrived: true,
        attended: true,
        pauses: before.pauses.filter(({ reason }) => !ENDED_BY_ARRIVAL.includes(reason)),
      };
    case 'DispatchDeclined':
    case 'DispatchWithdrawn':
      return { openVisit: undefined };
    case 'VisitCompleted': {
      const { visitId, fixed, materials } = event.data;
      return { openVisit: undefined, latestVisit: visitId, fixed, materials };
    }
    case 'MaterialsAmended':
      return event.data.visitId === before.latestVisit ? { materials: event.data.materials } : {};
    case 'CasePaused':
      return { pauses: [...before.pauses, { reason: event.data.reason, untilNextRow }] };
    case 'CaseResumed':
      return { pauses: before.pauses.filter(({ reason }) => !event.data.reasons.includes(reason)) };
    case 'CaseClosed':
      return { closed: true, openVisit: undefined, pauses: [] };
    case 'CaseReopened':
      return { closed: false, fixed: undefined, attended: false };
    case 'CaseCancelled':
    case 'CaseMerged':
      return { ended: true, pauses: [] };
    default:
      return {};
  }
}
