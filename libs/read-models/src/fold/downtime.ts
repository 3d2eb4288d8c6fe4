/** R25: how long a machine stood still, from the fault's report to its repair. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseFold } from './case-fold';

export interface Span {
  readonly from: Instant;
  /** null: it still stands. */
  readonly to: Instant | null;
}

/**
 * From the report, or a reopening, to the completion as fixed, or the closing where nobody repaired it. A later arrival
 * or an unfixed completion says that it was not repaired. Only faults stop a machine; cancelled and merged cases do not.
 */
export function downtimesOf(fold: CaseFold): readonly Span[] {
  if (fold.caseType !== 'fault' || fold.ended === 'cancelled' || fold.ended === 'merged') return [];
  const spans: Span[] = [];
  let from: Instant | null = null;
  let repaired: Instant | null = null;
  const end = (to: Instant | null): void => {
    if (from !== null) spans.push({ from, to });
    from = null;
  };
  const facts = fold.facts.facts.toSorted((a, b) => a.at - b.at || Number(BigInt(a.position) - BigInt(b.position)));
  for (const fact of facts) {
    if (fact.type === 'FaultReported' || fact.type === 'CaseReopened') {
      end(repaired ?? fact.at);
      from = fact.at;
      repaired = null;
    }
    if (fact.type === 'TechnicianArrived') repaired = null;
    if (fact.type === 'VisitCompleted') repaired = fact.data.fixed ? fact.at : null;
    if (fact.type === 'CaseClosed') end(repaired ?? fact.at);
  }
  end(repaired);
  return spans;
}

/** Milliseconds; what overlaps counts once. */
export function lengthOf(spans: readonly Span[], now: Instant): number {
  let covered = -Infinity;
  let sum = 0;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(from, covered);
    const end = to ?? now;
    sum += Math.max(0, end - start);
    covered = Math.max(covered, end);
  }
  return sum;
}
