import {
  categoryOf,
  InMemoryEventStore,
  InMemoryLogSource,
  rootOf,
  type Fact,
  type Instant,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import { caseDecider, isOpen, type CaseState } from '@fieldcase/domain';
import type { CaseEvent, ClockEvent } from '@fieldcase/domain/events';
import { addSampleData, type SampleReport } from './sample-data';

/** 2026-11-23 10:00 in Shanghai. */
export const NOW: Instant = Date.UTC(2026, 10, 23, 2);

export interface SampleCaseOfLog {
  readonly caseId: string;
  /** By position, as everybody reads them. */
  readonly events: readonly RecordedEvent[];
  readonly state: CaseState;
}

/** Sample data in a log in memory, which records everything at `NOW`. */
export class SampleLog {
  readonly store = new InMemoryEventStore({ now: () => NOW });

  add(cases: number, { seed = 1, now = NOW } = {}): Promise<SampleReport> {
    return addSampleData({ store: this.store, seed, cases, now: () => now });
  }

  async events(): Promise<readonly RecordedEvent[]> {
    const source = new InMemoryLogSource(this.store);
    return (await source.read({ after: 0n, limit: Number.MAX_SAFE_INTEGER })).events;
  }

  async cases(): Promise<readonly SampleCaseOfLog[]> {
    const byCase = new Map<string, RecordedEvent[]>();
    for (const event of await this.events()) {
      if (!['case', 'clocks'].includes(categoryOf(event.streamId))) continue;
      const caseId = rootOf(event.streamId);
      byCase.set(caseId, [...(byCase.get(caseId) ?? []), event]);
    }
    return [...byCase].map(([caseId, events]) => ({ caseId, events, state: stateOf(events) }));
  }
}

export function stateOf(events: readonly RecordedEvent[]): CaseState {
  return events.reduce(
    (state, event) => caseDecider.evolve(state, event as unknown as Fact<CaseEvent | ClockEvent>),
    caseDecider.initialState,
  );
}

/** As the board names it. */
export function statusOf({ phase, visits, triaged, cycle }: CaseState): string {
  if (phase !== 'open') return phase;
  const open = visits.find(isOpen);
  if (open?.status === 'accepted' || open?.status === 'dispatched') return open.window ? 'appointed' : open.status;
  if (open) return open.status;
  if (visits.some((visit) => visit.cycle === cycle && visit.status === 'completed')) return 'visit-done';
  return triaged ? 'triaged' : 'reported';
}
