import type { Instant } from '@fieldcase/eventsourcing';
import type { Rearming } from './clock-run';
import type { StoredClockFact } from './sla-facts';

type Stored<T extends StoredClockFact['type']> = Extract<StoredClockFact, { type: T }>;

/** What was recorded about one clock so far. */
export interface Published {
  readonly warnings: readonly Stored<'SlaWarningRaised'>[];
  /** The breach that stands published; null: none, or it was voided. */
  readonly breach: Stored<'SlaBreached'> | null;
  /** The last voiding and the breach that it voided. */
  readonly voided: { readonly breach: Stored<'SlaBreached'>; readonly by: Stored<'BreachVoided'> } | null;
  readonly rearmings: readonly Rearming[];
  /** A supervisor has been asked and has not answered. */
  readonly voidingRequested: boolean;
  readonly exempted: boolean;
}

export function publishedOf(stored: readonly StoredClockFact[], clockId: string): Published {
  const own = stored.filter(({ data }) => data.clockId === clockId);
  let breach: Published['breach'] = null;
  let voided: Published['voided'] = null;
  let voidingRequested = false;
  for (const fact of own) {
    if (fact.type === 'SlaBreached') breach = fact;
    if (fact.type === 'BreachVoided') {
      if (breach !== null) voided = { breach, by: fact };
      breach = null;
    }
    if (fact.type === 'VoidingRequested') voidingRequested = true;
    if (fact.type === 'BreachVoided' || fact.type === 'VoidingRefused') voidingRequested = false;
  }
  return {
    warnings: ofType(own, 'SlaWarningRaised'),
    breach,
    voided,
    rearmings: ofType(own, 'BreachVoided').map(({ recordedAt }) => ({ at: recordedAt, recordedAt })),
    voidingRequested,
    exempted: ofType(own, 'ClockExempted').length > 0,
  };
}

function ofType<T extends StoredClockFact['type']>(facts: readonly StoredClockFact[], type: T) {
  return facts.filter((fact): fact is Stored<T> => fact.type === type);
}

/**
 * The record of a step, once per clock: a step that lies ahead of a swap or a voiding counts anew, so a record from
 * before that does not stand for it.
 */
export function recordOfStep(
  step: { readonly percent: number; readonly at: Instant },
  { warnings, rearmings }: Published,
  swaps: readonly Rearming[],
): Stored<'SlaWarningRaised'> | undefined {
  const before = [...swaps, ...rearmings].filter(({ at }) => at <= step.at).sort((a, b) => a.at - b.at);
  const armed = before.at(-1);
  return warnings.findLast(
    ({ data, at, recordedAt }) =>
      data.percent === step.percent && (armed === undefined || (at >= armed.at && recordedAt >= armed.recordedAt)),
  );
}
