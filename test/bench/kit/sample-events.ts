import {
  categoryOf,
  InMemoryEventStore,
  InMemoryLogSource,
  rootOf,
  type Instant,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import { createApplication } from '@fieldcase/application';
import { addSampleData } from '../../../apps/cli/src/demo/sample-data';
import { addSampleParts } from '../../../apps/cli/src/demo/sample-parts';

/** 2026-11-23 10:00 in Shanghai: what the sample cases count back from. */
export const SAMPLE_NOW: Instant = Date.UTC(2026, 10, 23, 2);
/** Every story of the sample data once. */
export const SAMPLE_CASES = 47;

const HOUR = 3_600_000;

export interface SampleEvent extends RecordedEvent {
  readonly personal: object | undefined;
}

export interface SampleEvents {
  /** What is there before the cases: places, people, parts, shelves. */
  readonly before: readonly SampleEvent[];
  /** What the cases did, in order of time; within a root in the order of the log. */
  readonly cases: readonly SampleEvent[];
}

let made: Promise<SampleEvents> | undefined;

/** The product's own sample data, decided by its deciders, as a live system would have recorded them. */
export function sampleEvents(): Promise<SampleEvents> {
  return (made ??= decided());
}

async function decided(): Promise<SampleEvents> {
  const now = (): Instant => SAMPLE_NOW;
  const store = new InMemoryEventStore({ now });
  const source = new InMemoryLogSource(store);
  const limits = { occurredAtPastMs: 72 * HOUR, occurredAtFutureMs: HOUR, reopenWindowMs: 720 * HOUR };
  const application = createApplication({ store, referenceSource: source, secret: new Uint8Array([1]), limits, now });
  await addSampleData({ store, seed: 1, cases: SAMPLE_CASES, now });
  await addSampleParts({ application, store, source, now });
  const { events } = await source.read({ after: 0n, limit: Number.MAX_SAFE_INTEGER });
  const personal = await store.fetch(events.map(({ position }) => position));
  const all = recordedWhenTold(events).map((event) => ({ ...event, personal: personal.get(event.position) }));
  const moved = new Set(all.filter(isMovement).map(({ streamId }) => streamId));
  const isOfCases = ({ streamId }: RecordedEvent): boolean => OF_CASES.has(categoryOf(streamId)) || moved.has(streamId);
  return { before: all.filter((event) => !isOfCases(event)), cases: all.filter(isOfCases) };
}

const OF_CASES = new Set(['case', 'clocks', 'parts', 'survey', 'technician-week', 'depotfeed']);
const SHELF_TYPES = new Set(['StockReceived', 'LevelsSet', 'ReplenishmentSuggested', 'SuggestionWithdrawn']);
const isMovement = ({ streamId, type }: RecordedEvent): boolean =>
  categoryOf(streamId) === 'stock' && !SHELF_TYPES.has(type);

/** Sample data are history of one source; of a live system each fact is recorded when it happens. */
function recordedWhenTold(events: readonly RecordedEvent[]): RecordedEvent[] {
  const lastOf = new Map<string, Instant>();
  const live = events.map((event) => {
    const root = rootOf(event.streamId);
    const recordedAt = Math.max(event.occurredAt, lastOf.get(root) ?? 0);
    lastOf.set(root, recordedAt);
    const { source: _, ...metadata } = event.metadata;
    return { ...event, recordedAt, metadata };
  });
  return live.sort((a, b) => a.recordedAt - b.recordedAt);
}
