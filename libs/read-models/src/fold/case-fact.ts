import type { Fact } from '@fieldcase/eventsourcing';
import type { CaseEvent, ClockEvent, SurveyEvent } from '@fieldcase/domain/events';

/** An event of a case's streams (`case`, `clocks`, `parts`, `survey`), as the folds of this library see it. */
export type CaseFact = Fact<CaseEvent | ClockEvent> | SurveyFact;
export type SurveyFact = Fact<SurveyEvent>;
export type FactOf<Type extends CaseFact['type']> = Extract<CaseFact, { type: Type }>;

/** What customers say of the case; nothing that its decider or its clocks know of. */
export function isSurveyFact(fact: CaseFact): fact is SurveyFact {
  return fact.type === 'SurveySent' || fact.type === 'RatingSubmitted';
}
