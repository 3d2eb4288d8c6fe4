import type { Instant } from '@fieldcase/eventsourcing';
import { DEFAULT_LATE_FACT_LIMIT_MS } from './built-in-policy';
import { clockIdOf, clockKeys } from './clock-key';
import type { Calendar } from './clock.types';
import { judgeClock, type JudgedClock } from './late-facts';
import { publishedOf, type Published } from './published';
import { inOrderOfTime, isFinal } from './situation';
import type { SlaFact, SlaFacts } from './sla-facts';

/** One clock with all that is known about it. */
export interface KnownClock extends JudgedClock {
  readonly clockId: string;
  readonly published: Published;
  /** Exemptions asked for, the latest last; without those that nobody decides on any more. */
  readonly exemptions: readonly ExemptionFact[];
}

export type ExemptionFact = Extract<SlaFact, { type: `Exemption${string}` }>;

/** Every clock that exists at an instant, in order of its start. */
export function judgedClocks(facts: SlaFacts, at: Instant, calendars: readonly Calendar[]): readonly KnownClock[] {
  const happened = inOrderOfTime(facts.facts.filter((fact) => fact.at <= at));
  const context = {
    facts: happened,
    at,
    calendars,
    stored: facts.stored,
    importedUntil: facts.importedUntil ?? Number.NEGATIVE_INFINITY,
    lateFactLimitMs: lateFactLimitOf(happened),
  };
  const final = happened.some(isFinal);
  return clockKeys(happened)
    .map((key) => judgeClock(key, context))
    .filter(({ run }) => run.exists)
    .map((judged) => {
      const clockId = clockIdOf(judged.key);
      const asked = happened.filter((fact): fact is ExemptionFact => isExemptionOf(fact, clockId));
      const exemptions = final ? asked.filter(({ type }) => type !== 'ExemptionRequested') : asked;
      return { ...judged, clockId, published: publishedOf(facts.stored, clockId), exemptions };
    });
}

function isExemptionOf(fact: SlaFact, clockId: string): boolean {
  return 'target' in fact.data && fact.data.target === clockId;
}

/** Of the policy that judges the case now. */
function lateFactLimitOf(facts: readonly SlaFact[]): number {
  const judging = facts.findLast((fact) => fact.type === 'FaultReported' || fact.type === 'CaseTriaged');
  return judging !== undefined && 'sla' in judging.data ? judging.data.sla.lateFactLimitMs : DEFAULT_LATE_FACT_LIMIT_MS;
}
