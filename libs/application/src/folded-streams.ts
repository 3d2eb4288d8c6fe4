import { BoundedMap, categoryOf, type DomainEvent, type EventStore, type Fact } from '@fieldcase/eventsourcing';
import { deciders, type AnyDecider } from './deciders';

/** Bounded, least recently used first out: a card's state is some kilobytes. */
const CACHED_STREAMS = 2_000;

/** A stream as far as it was read. */
export interface Folded {
  readonly version: number;
  readonly state: unknown;
}

/**
 * States of streams that have one decider by their category. What is remembered is only a start: every load reads what
 * the log has beyond it, and every append checks the version.
 */
export class FoldedStreams {
  private readonly cache = new BoundedMap<string, Folded>(CACHED_STREAMS);

  constructor(private readonly store: EventStore) {}

  async load(streamId: string): Promise<Folded> {
    const decider = deciderOf(streamId);
    const known = this.cache.get(streamId);
    const options = known
      ? { afterVersion: known.version }
      : decider.carriesForward
        ? { fromLast: decider.carriesForward }
        : {};
    const events = (await this.store.readStreams([streamId], options)).get(streamId) ?? [];
    const before = known ?? { version: 0, state: decider.initialState };
    const folded = {
      version: events.at(-1)?.version ?? before.version,
      state: events.reduce((state, event) => decider.evolve(state, event as Fact<DomainEvent>), before.state),
    };
    if (folded.version > 0) this.cache.set(streamId, folded);
    return folded;
  }
}

export function deciderOf(streamId: string): AnyDecider {
  const category = categoryOf(streamId);
  const decider = deciders[category];
  if (!decider) throw new Error(`no decider for streams of category ${category}`);
  return decider;
}

/** A case's clocks and parts have the case's decider and no blind appends. */
export const isBlind = (streamId: string): boolean => deciders[categoryOf(streamId)]?.blind ?? false;
