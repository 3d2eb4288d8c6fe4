import type { Projection } from '@fieldcase/eventsourcing';
import { evolveSlaFacts, initialSlaFacts, nextStepAt, slaEventTypes } from '@fieldcase/domain/sla';
import { nextDueOf, TimersSubscription } from '@fieldcase/postgres';
import type { OpenDatabase } from './database';
import { readModels } from './read-models';

/** All of this release that follows the log and may have parked events: the read models, and the timers. */
export function subscriptions({ pool, store, source }: OpenDatabase): readonly Projection[] {
  const nextDue = nextDueOf(store, {
    categories: ['case', 'clocks', 'parts'],
    initialFacts: initialSlaFacts,
    evolve: evolveSlaFacts,
    nextStepAt,
  });
  const timers = new TimersSubscription({ eventTypes: slaEventTypes, nextDue, head: () => source.head() });
  return [...readModels(pool), timers];
}
