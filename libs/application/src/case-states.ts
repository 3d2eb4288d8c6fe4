import { streamId, type EventStore, type Fact, type RecordedEvent } from '@fieldcase/eventsourcing';
import { caseDecider, type CaseState } from '@fieldcase/domain';
import type { CaseEvent, ClockEvent } from '@fieldcase/domain/events';

/** Bounded, least recently used first out: a state is some kilobytes. */
const CACHED_CASES = 5_000;

export const caseStream = (caseId: string): string => streamId('case', caseId);
export const clocksStream = (caseId: string): string => streamId('clocks', caseId);

/** A case as folded from its two streams, and how far they were read. */
export interface LoadedCase {
  readonly state: CaseState;
  readonly caseVersion: number;
  readonly clocksVersion: number;
}

const absent: LoadedCase = { state: caseDecider.initialState, caseVersion: 0, clocksVersion: 0 };
type CaseFact = Fact<CaseEvent | ClockEvent>;

/**
 * States of cases by id. A cached state may be behind the log; that is safe because every append checks the versions,
 * and a refusal is checked against the log's tail before it is answered.
 */
export class CaseStates {
  private readonly cache = new Map<string, LoadedCase>();

  constructor(
    private readonly store: EventStore,
    private readonly cachedCases = CACHED_CASES,
  ) {}

  /** From the cache where there is one, else from the log. */
  async load(caseId: string): Promise<LoadedCase> {
    const known = this.cache.get(caseId);
    if (!known) return this.loadFresh(caseId);
    this.remember(caseId, known);
    return known;
  }

  /** Up to the log's head: only what the cache does not have is read. */
  async loadFresh(caseId: string): Promise<LoadedCase> {
    const known = this.cache.get(caseId) ?? absent;
    const streams = [caseStream(caseId), clocksStream(caseId)];
    // One query reads both streams after one version, so what the longer stream had is dropped again here.
    const afterVersion = Math.min(known.caseVersion, known.clocksVersion);
    const read = await this.store.readStreams(streams, { afterVersion });
    const events = streams
      .flatMap((stream, index) => {
        const have = index === 0 ? known.caseVersion : known.clocksVersion;
        return (read.get(stream) ?? []).filter((event) => event.version > have);
      })
      .sort((a, b) => (a.position < b.position ? -1 : 1));
    const loaded = fold(known, events);
    if (loaded.caseVersion > 0) this.remember(caseId, loaded);
    return loaded;
  }

  /** After an append of this process: the cache follows without a read. */
  append(caseId: string, before: LoadedCase, events: readonly RecordedEvent[]): void {
    this.remember(caseId, fold(before, events));
  }

  private remember(caseId: string, loaded: LoadedCase): void {
    this.cache.delete(caseId);
    this.cache.set(caseId, loaded);
    if (this.cache.size <= this.cachedCases) return;
    const oldest = this.cache.keys().next().value;
    if (oldest !== undefined) this.cache.delete(oldest);
  }
}

function fold(before: LoadedCase, events: readonly RecordedEvent[]): LoadedCase {
  let { state, caseVersion, clocksVersion } = before;
  for (const event of events) {
    state = caseDecider.evolve(state, event as unknown as CaseFact);
    if (event.streamId.startsWith('case:')) caseVersion = event.version;
    else clocksVersion = event.version;
  }
  return { state, caseVersion, clocksVersion };
}
