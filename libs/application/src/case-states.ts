import { BoundedMap, type EventStore, type Fact, type RecordedEvent } from '@fieldcase/eventsourcing';
import { caseDecider, caseStreams, type CaseState } from '@fieldcase/domain';
import type { CaseEvent, ClockEvent } from '@fieldcase/domain/events';

/** Bounded, least recently used first out: a state is some kilobytes. */
const CACHED_CASES = 2_000;

/** A case as folded from its streams, and how far each was read. */
export interface LoadedCase {
  readonly state: CaseState;
  readonly versions: ReadonlyMap<string, number>;
}

type CaseFact = Fact<CaseEvent | ClockEvent>;

/**
 * States of cases by id. A cached state may be behind the log; that is safe because every append checks the versions,
 * and a refusal is checked against the log's tail before it is answered.
 */
export class CaseStates {
  private readonly cache: BoundedMap<string, LoadedCase>;

  constructor(
    private readonly store: EventStore,
    cachedCases = CACHED_CASES,
  ) {
    this.cache = new BoundedMap(cachedCases);
  }

  /** From the cache where there is one, else from the log. */
  async load(caseId: string): Promise<LoadedCase> {
    const known = this.cache.get(caseId);
    if (!known) return this.loadFresh(caseId);
    this.cache.set(caseId, known);
    return known;
  }

  /** Of an id that nobody has yet: nothing to read, and the append holds it to that. */
  loadNew(caseId: string): LoadedCase {
    return absent(caseStreams(caseId));
  }

  /** Up to the log's head: only what the cache does not have is read. */
  async loadFresh(caseId: string): Promise<LoadedCase> {
    const streams = caseStreams(caseId);
    const known = this.cache.get(caseId) ?? absent(streams);
    const read = await this.store.readStreams(streams, { afterVersion: known.versions });
    const events = [...read.values()].flat().sort((a, b) => (a.position < b.position ? -1 : 1));
    const loaded = fold(known, events);
    if (events.length > 0) this.cache.set(caseId, loaded);
    return loaded;
  }

  /** After an append of this process: the cache follows without a read. */
  append(caseId: string, before: LoadedCase, events: readonly RecordedEvent[]): void {
    this.cache.set(caseId, fold(before, events));
  }
}

function absent(streams: readonly string[]): LoadedCase {
  return { state: caseDecider.initialState, versions: new Map(streams.map((stream) => [stream, 0])) };
}

function fold(before: LoadedCase, events: readonly RecordedEvent[]): LoadedCase {
  const versions = new Map(before.versions);
  for (const { streamId, version } of events) versions.set(streamId, version);
  const state = events.reduce(
    (folded, event) => caseDecider.evolve(folded, event as unknown as CaseFact),
    before.state,
  );
  return { state, versions };
}
