/** One row per closing: a pure function of the case's fold. */
import type { CaseFold } from '../fold/case-fold';
import { techniciansOf } from '../fold/case-fold';
import type { ClosureFold } from '../fold/closure-fold';
import { utc, utcOrNull } from '../fold/utc';
import { dayOf } from '../formatting';

export type SatisfactionRow = ReturnType<typeof rowOf>;

/** Enquiries are not asked about. */
export function satisfactionRowsOf(caseId: string, fold: CaseFold): SatisfactionRow[] {
  if (fold.caseType === 'enquiry') return [];
  return fold.closures.map((closure) => rowOf(caseId, fold, closure));
}

function rowOf(caseId: string, fold: CaseFold, closure: ClosureFold) {
  const visit = fold.visits.findLast(({ cycle, kept }) => kept && cycle === closure.cycle);
  const score = (kind: string): number | null => closure.ratings.find((rating) => rating.kind === kind)?.score ?? null;
  return {
    case_id: caseId,
    cycle: closure.cycle,
    closed_at: utc(closure.closedAt),
    month: dayOf(closure.closedAt).slice(0, 7),
    stands: closure.stands && fold.ended === 'closed',
    live: fold.source === 'live',
    region: fold.region,
    product: fold.product,
    depot_id: visit?.homeDepot ?? fold.depotId,
    technician_id: visit?.technicianId || null,
    technicians: techniciansOf(fold),
    sent_at: utcOrNull(closure.sentAt),
    csat: score('csat'),
    nps: score('nps'),
  };
}
