import { clockIdOf, type ClockKey } from './clock-key';
import { visitTargets } from './situation';
import type { SlaFact } from './sla-facts';

/** `stopped`: what the clock waited for happened; whether it is met or breached is for the due instant to say. */
export type Ending = 'stopped' | 'replaced' | 'cancelled' | 'exempted' | 'voided';

/** What of the clock's own past decides how a fact ends it. */
export interface EndingContext {
  /** A customer's time stands that this clock gave way to. */
  readonly suspended: boolean;
  /** The completion that stops `restore` in this cycle, see `restoreStop`. */
  readonly restoreStop: SlaFact | null;
}

/** How a fact, in the order of business time after the clock's start, ends the clock; null: not at all. */
export function endingBy(fact: SlaFact, key: ClockKey, context: EndingContext): Ending | null {
  const { target } = key;
  switch (fact.type) {
    case 'TechnicianArrived':
      return byArrival(fact.data.visitId, key, context);
    case 'AppointmentAgreed':
      return target === 'appointment' && fact.data.visitId === key.subject ? 'stopped' : null;
    case 'VisitCompleted':
      return target === 'restore' && fact === context.restoreStop ? 'stopped' : null;
    case 'DispatchDeclined':
    case 'DispatchWithdrawn':
      return visitTargets.has(target) && fact.data.visitId === key.subject ? 'cancelled' : null;
    case 'CustomerTimeRequested':
      return target === 'customerPromise' ? 'replaced' : null;
    case 'CustomerTimeWithdrawn':
      return target === 'customerPromise' && String(fact.data.promise) === key.subject ? 'cancelled' : null;
    case 'ExemptionApproved':
      return fact.data.target === clockIdOf(key) ? 'exempted' : null;
    case 'CaseClosed':
      return target === 'restore' ? 'stopped' : 'cancelled';
    case 'CaseCancelled':
    case 'CaseReopened':
      return 'cancelled';
    case 'CaseMerged':
      return 'voided';
    default:
      return null;
  }
}

function byArrival(visitId: string, { target, subject }: ClockKey, { suspended }: EndingContext): Ending | null {
  if (target === 'customerPromise') return 'stopped';
  if (!visitTargets.has(target)) return null;
  if (suspended) return 'replaced';
  return target === 'onSiteResponse' || visitId === subject ? 'stopped' : null;
}

/**
 * The completion as fixed that no later arrival or completion of the same cycle annuls: the clock runs on through an
 * annulled one without a gap.
 */
export function restoreStop(facts: readonly SlaFact[], start: SlaFact): SlaFact | null {
  let stop: SlaFact | null = null;
  for (const fact of facts.slice(facts.indexOf(start) + 1)) {
    if (fact.type === 'CaseReopened') break;
    if (fact.type === 'TechnicianArrived') stop = null;
    if (fact.type === 'VisitCompleted') stop = fact.data.fixed ? fact : null;
  }
  return stop;
}
