import type { SlaTarget } from './policy.types';
import type { SlaFact } from './sla-facts';

/** Identity of a clock within its case, and the fact that starts it. */
export interface ClockKey {
  readonly target: SlaTarget;
  /** The visit, the number of the customer's time; null for the case's own clocks. */
  readonly subject: string | null;
  /** 1 + reopenings. */
  readonly cycle: number;
  readonly start: SlaFact;
}

export function clockIdOf({ target, subject, cycle }: Omit<ClockKey, 'start'>): string {
  return `${target}:${subject ?? '-'}:${cycle}`;
}

/** Every clock that these facts may start; whether it exists is for its policy to say. */
export function clockKeys(facts: readonly SlaFact[]): readonly ClockKey[] {
  let cycle = 1;
  return facts.flatMap((start): ClockKey[] => {
    switch (start.type) {
      case 'CaseReopened':
        cycle += 1;
        return caseClocks(start, cycle);
      case 'FaultReported':
        return caseClocks(start, cycle);
      case 'TechnicianDispatched':
        // An import that opens a visit at its arrival gives no notice, so nothing runs from one.
        if (!start.data.notice) return [];
        return (['appointment', 'visitAfterNotice'] as const).map((target) => ({
          target,
          subject: start.data.visitId,
          cycle,
          start,
        }));
      case 'CustomerTimeRequested':
        return [{ target: 'customerPromise', subject: String(start.data.promise), cycle, start }];
      case 'PartRequested':
        return [{ target: 'partsWait', subject: start.data.partRequestId, cycle, start }];
      default:
        return [];
    }
  });
}

function caseClocks(start: SlaFact, cycle: number): ClockKey[] {
  return (['onSiteResponse', 'restore'] as const).map((target) => ({ target, subject: null, cycle, start }));
}
