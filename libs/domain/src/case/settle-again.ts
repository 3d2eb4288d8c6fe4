import type { Instant } from '@fieldcase/eventsourcing';
import { nextStepAt, settle, type SlaFacts } from '../sla';

/** Of facts of which nothing was due at an instant: until when nothing is. Found out when they are asked about again. */
interface Quiet {
  readonly since: Instant;
  until: Instant | undefined;
}

const quiet = new WeakMap<SlaFacts, Quiet>();

/**
 * As `settle`, for facts that are asked about again and again: notes, owners and tellings leave a case's clocks as they are.
 * To judge them anew for each was a sixth of what such a command cost the process.
 */
export function settleAgain(facts: SlaFacts, now: Instant): ReturnType<typeof settle> {
  const known = quiet.get(facts);
  if (known && now >= known.since) {
    known.until ??= nextStepAt(facts, known.since) ?? Number.POSITIVE_INFINITY;
    if (now < known.until) return [];
  }
  const due = settle(facts, now);
  if (due.length === 0 && !known && isPast(facts, now)) quiet.set(facts, { since: now, until: undefined });
  return due;
}

/** What lies ahead (a device's clock is not ours) changes what is due when it comes. */
function isPast({ facts, stored }: SlaFacts, now: Instant): boolean {
  return [...facts, ...stored].every(({ at }) => at <= now);
}
