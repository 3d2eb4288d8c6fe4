import type { Instant } from '@fieldcase/eventsourcing';
import type { Calendar, Clock } from './clock.types';
import type { SlaFacts } from './sla-facts';

/** Every calendar version that a policy names, by id and version. */
export type Calendars = readonly Calendar[];

/**
 * Every clock of the case as it stands at an instant, by target, cycle and subject. Pure: facts that happened after
 * `at` are not looked at. Judge the facts of an earlier position for `asOf`.
 */
export function judge(_facts: SlaFacts, _at: Instant, _calendars: Calendars = []): readonly Clock[] {
  return [];
}
