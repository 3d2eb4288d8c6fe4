import type { Decided, Instant } from '@fieldcase/eventsourcing';
import type { ClockEvent } from './clock.events';
import type { Calendars } from './judge';
import type { SlaFacts } from './sla-facts';

/** Every clock fact that is due up to `now` and not yet recorded, in the order in which it happened. */
export function settle(_facts: SlaFacts, _now: Instant, _calendars: Calendars = []): readonly Decided<ClockEvent>[] {
  return [];
}

/** The earliest instant at which `settle` has something, epoch ms; null: nothing ahead as the facts stand. */
export function nextStepAt(_facts: SlaFacts, _now: Instant, _calendars: Calendars = []): Instant | null {
  return null;
}
