import { DeciderSpec } from '../testing/decider-spec';
import { Rejection } from '../rejection';
import { Upcasters } from '../upcaster';
import { InMemoryEventStore } from './in-memory-event-store';

const metadata = { correlationId: 'c', causationId: 'c', actor: 'ann', actorRole: 'agent' };

describe('InMemoryEventStore', () => {
  it('upcasts what it reads', async () => {
    const upcasters = new Upcasters({ Noted: { 1: (data) => ({ text: data['note'] }) } });
    const store = new InMemoryEventStore({ upcasters });
    const event = { eventId: 'e', type: 'Noted', data: { note: 'a' }, schemaVersion: 1, occurredAt: 1, metadata };
    await store.append({ writes: [{ streamId: 'case:1', expected: 0, events: [event] }] });
    const read = await store.readStreams(['case:1']);
    expect(read.get('case:1')).toMatchObject([
      { data: { text: 'a' }, schemaVersion: 2, recordedAt: Date.UTC(2026, 0, 1) },
    ]);
  });
});

describe("InMemoryEventStore's recordedAt", () => {
  const event = { eventId: 'e', type: 'Noted', data: {}, schemaVersion: 1, occurredAt: 1, metadata };
  const recorded = async (store: InMemoryEventStore): Promise<number[]> => {
    for (const root of ['1', '2', '3']) {
      await store.append({ writes: [{ streamId: `case:${root}`, expected: 0, events: [event, event] }] });
    }
    return store.slice(0n, 6).map(({ recordedAt }) => recordedAt);
  };

  it('never decreases, though its clock may: an instant names a position', async () => {
    const times = [200, 100, 300];
    const store = new InMemoryEventStore({ now: () => times.shift() ?? 0 });
    expect(await recorded(store)).toEqual([200, 200, 200, 200, 300, 300]);
  });

  it('moves on with every append where no clock is given', async () => {
    const start = Date.UTC(2026, 0, 1);
    expect(await recorded(new InMemoryEventStore())).toEqual([0, 0, 1, 1, 2, 2].map((ms) => start + ms));
  });
});

describe('DeciderSpec', () => {
  type Counted = { type: 'Counted'; data: { by: number } };
  const spec = DeciderSpec.for<{ by: number }, Counted, number>({
    initialState: 0,
    evolve: (sum, event) => sum + event.data.by,
    decide: ({ by }, sum, { actor }) => {
      if (sum + by > 3) throw new Rejection('counter.full', 'conflict', { sum, actor });
      return [{ type: 'Counted', data: { by } }];
    },
  });
  const counted = (by: number): Counted => ({ type: 'Counted', data: { by } });

  it('compares what was decided', () => {
    spec.given(counted(1)).when({ by: 2 }).then(counted(2));
    spec
      .given([counted(1)])
      .when({ by: 2 })
      .then([counted(2)]);
    expect(() => spec.given().when({ by: 2 }).then(counted(1))).toThrow();
    expect(() => spec.given().when({ by: 2 }).then()).toThrow();
  });

  it('compares a rejection by its code and params', () => {
    const full = spec.given(counted(1), counted(2)).when({ by: 1 }, { actor: 'ann' });
    full.thenRejected('counter.full', { params: { sum: 3, actor: 'ann' } });
    expect(() => full.thenRejected('counter.other')).toThrow();
    expect(() => full.thenRejected('counter.full', { params: { sum: 2 } })).toThrow();
    expect(() => spec.given().when({ by: 1 }).thenRejected('counter.full')).toThrow('expected a rejection');
  });
});
