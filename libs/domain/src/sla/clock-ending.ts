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
  /** What ends `partsWait`, see `partsEnd`. */
  readonly partsEnd: PartsEnd | null;
}

/** The fact with which nothing is awaited any more; `cancelled` where nothing had come at all. */
export interface PartsEnd {
  readonly fact: SlaFact;
  readonly ending: 'stopped' | 'cancelled';
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
    case 'PartReceived':
    case 'PartRequestCancelled':
      if (target !== 'partsWait' || !isOf(key.subject, fact.data.partRequestId)) return null;
      return fact === context.partsEnd?.fact ? context.partsEnd.ending : null;
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

const isOf = (subject: string | null, id: string): boolean => id === subject || id.startsWith(`${subject}.`);

/** Each piece of a request was received or cancelled, whatever it was split into on the way. */
export function partsEnd(facts: readonly SlaFact[], { target, subject, start }: ClockKey): PartsEnd | null {
  if (target !== 'partsWait' || start.type !== 'PartRequested') return null;
  let awaited = start.data.quantity;
  let received = 0;
  for (const fact of facts.slice(facts.indexOf(start) + 1)) {
    if (fact.type !== 'PartReceived' && fact.type !== 'PartRequestCancelled') continue;
    if (!isOf(subject, fact.data.partRequestId)) continue;
    awaited -= fact.data.quantity;
    if (fact.type === 'PartReceived') received += fact.data.quantity;
    if (awaited <= 0) return { fact, ending: received > 0 ? 'stopped' : 'cancelled' };
  }
  return null;
}
