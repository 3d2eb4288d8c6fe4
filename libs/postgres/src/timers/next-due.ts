import { streamId, type DomainEvent, type EventStore, type Fact, type Instant } from '@fieldcase/eventsourcing';
import type { NextDue } from './timer-rows';

/** The clocks of a root, as the domain folds and asks them. */
export interface Clocks<E extends DomainEvent, Facts> {
  /** Of the root's streams that tell about them. */
  readonly categories: readonly string[];
  readonly initialFacts: Facts;
  readonly evolve: (facts: Facts, event: Fact<E>) => Facts;
  readonly nextStepAt: (facts: Facts, now: Instant) => Instant | null;
}

/** Folds the streams of each root at the log's head and asks its clocks when they have something to record next. */
export function nextDueOf<E extends DomainEvent, Facts>(
  store: Pick<EventStore, 'readStreams'>,
  clocks: Clocks<E, Facts>,
): NextDue {
  const { categories, initialFacts, evolve, nextStepAt } = clocks;
  return async (roots, now) => {
    const idsOf = (root: string): string[] => categories.map((category) => streamId(category, root));
    const streams = await store.readStreams(roots.flatMap(idsOf));
    return new Map(
      roots.map((root) => {
        const events = idsOf(root).flatMap((id) => streams.get(id) ?? []);
        if (events.length === 0) return [root, null];
        events.sort((a, b) => (a.position < b.position ? -1 : 1));
        const facts = events.reduce((folded, event) => evolve(folded, event as unknown as Fact<E>), initialFacts);
        return [root, nextStepAt(facts, now)];
      }),
    );
  };
}
