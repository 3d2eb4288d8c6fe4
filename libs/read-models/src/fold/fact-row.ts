/** One row per clock for figures: a pure function of a case's fold. */
import { withParts } from '@fieldcase/domain/parts';
import type { Clock } from '@fieldcase/domain/sla';
import { techniciansOf, type CaseFold } from './case-fold';
import { outlookOf, type ClockOutlook } from './clock-outlook';
import { dayOf } from '../formatting';
import { utc, utcOrNull } from './utc';
import type { VisitFold } from './visit-fold';

export type FactRow = ReturnType<typeof factRowOf>;

export function factRowsOf(caseId: string, fold: CaseFold): FactRow[] {
  return outlookOf(fold).map((outlook) => factRowOf(caseId, fold, outlook));
}

function factRowOf(caseId: string, fold: CaseFold, { clock, ticking }: ClockOutlook) {
  const { technicianId, depotId } = attribution(fold, clock);
  return {
    case_id: caseId,
    clock_id: clock.clockId,
    target: clock.target,
    subject: clock.subject,
    cycle: clock.cycle,
    /** `ticking`: running until due_at and breached after it, held as paused before runs_from. */
    state: ticking ? 'ticking' : clock.state,
    started_at: utc(clock.startedAt),
    month: dayOf(clock.startedAt).slice(0, 7),
    due_at: utcOrNull(clock.dueAt),
    runs_from: utcOrNull(ticking?.runsFrom ?? null),
    stopped_at: utcOrNull(clock.stoppedAt),
    within_ms: clock.within,
    counted_ms: clock.stoppedAt === null ? null : clock.counted,
    breached_at: utcOrNull(clock.stoppedAt === null && ticking ? null : (clock.breach?.at ?? null)),
    breach_recorded_at: utcOrNull(clock.breach?.recordedAt ?? null),
    breach_cause: clock.breach !== null && clock.breach.recordedAt !== null ? clock.breach.cause : null,
    early: clock.early,
    policy_id: clock.policy.id,
    policy_version: clock.policy.version,
    region: fold.region,
    product: fold.product,
    source: fold.source,
    case_type: fold.caseType,
    priority: fold.priority,
    technician_id: technicianId,
    depot_id: depotId,
    technicians: techniciansOf(fold),
  };
}

/**
 * A visit's clock belongs to that visit's technician, a case's clock to the first who arrived in its cycle, also where his
 * visit was withdrawn afterwards: he was there, and that is what the clock waited for. The depot is his home depot; before
 * anybody arrived, that of the latest dispatch; before a dispatch, the county's or the region's. Waiting for a part is the
 * depots' time.
 */
function attribution(fold: CaseFold, clock: Clock): { technicianId: string | null; depotId: string | null } {
  if (clock.target === 'partsWait') return ofParts(fold, clock);
  if (clock.target === 'appointment' || clock.target === 'visitAfterNotice') {
    const visit = fold.visits.find((candidate) => candidate.visitId === clock.subject);
    return { technicianId: visit?.technicianId || null, depotId: visit?.homeDepot ?? fold.depotId };
  }
  const ofCycle = fold.visits.filter((visit) => visit.cycle === clock.cycle);
  const arrived = firstToArrive(ofCycle);
  const sent = arrived ?? ofCycle.findLast((visit) => visit.kept);
  return { technicianId: arrived?.arrivedBy ?? null, depotId: sent?.homeDepot ?? fold.depotId };
}

/** To the depot that shipped last; before anything was shipped to the one that has the request. */
function ofParts(fold: CaseFold, { subject }: Clock): { technicianId: string | null; depotId: string | null } {
  const requests = withParts(fold.requests, subject ?? '');
  const sent = requests
    .filter(({ shippedAt }) => shippedAt !== null)
    .toSorted((a, b) => (a.shippedAt ?? 0) - (b.shippedAt ?? 0));
  const last = sent.at(-1) ?? requests.findLast(({ depotId }) => depotId !== null);
  return { technicianId: requests[0]?.technicianId ?? null, depotId: last?.depotId ?? fold.depotId };
}

function firstToArrive(visits: readonly VisitFold[]): VisitFold | undefined {
  return visits
    .filter((visit) => visit.arrivedAt !== null)
    .reduce<VisitFold | undefined>((first, visit) => {
      if (!first) return visit;
      return (visit.arrivedAt ?? 0) < (first.arrivedAt ?? 0) ? visit : first;
    }, undefined);
}
