import type { Decided, Fact, Instant } from '@fieldcase/eventsourcing';
import type { Clock, ClockEvent } from '../sla';
import type { CaseEvent } from './case.events';

export interface SlaFacts {
  readonly none?: never;
}
export const initialSlaFacts: SlaFacts = {};
export function evolveSlaFacts(facts: SlaFacts, _event: Fact<CaseEvent | ClockEvent>): SlaFacts {
  return facts;
}
export function settle(_facts: SlaFacts, _now: Instant): Decided<ClockEvent>[] {
  return [];
}
export function judge(_facts: SlaFacts, _at: Instant): Clock[] {
  return [];
}
export type { ClockEvent, SlaTarget } from '../sla';
