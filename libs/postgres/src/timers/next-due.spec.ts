import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { nextDueOf, type Clocks } from './next-due';

interface Told {
  readonly type: 'Set' | 'Held';
  readonly data: { readonly in: number };
}

/** A clock in small: rings so long from now as it was last set to, unless it was held after that. */
const clock: Clocks<Told, number | null> = {
  categories: ['case', 'clocks', 'parts'],
  initialFacts: null,
  evolve: (_, { type, data }) => (type === 'Set' ? data.in : null),
  nextStepAt: (facts, now) => (facts === null ? null : now + facts),
};
const NOW = 1_000;

const set = (streamId: string, data: Told['data']) => ({ streamId, type: 'Set', data });
const held = (streamId: string) => ({ streamId, type: 'Held', data: {} });

/** What is next due by a log of these events, which is read stream by stream. */
async function nextDue(log: readonly object[], ...roots: string[]): Promise<Record<string, number | null>> {
  const events = log.map((event, i) => ({ ...event, position: BigInt(i + 1) }) as RecordedEvent);
  const eventsOf = (id: string) => events.filter(({ streamId }) => streamId === id);
  const readStreams = async (ids: readonly string[]) => new Map(ids.map((id) => [id, eventsOf(id)]));
  return Object.fromEntries(await nextDueOf({ readStreams }, clock)(roots, NOW));
}

it('folds the streams of a root in the order of the log, not one after the other', async () => {
  for (const [one, other] of [
    ['case:a', 'parts:a'],
    ['parts:a', 'case:a'],
    ['clocks:a', 'case:a'],
    ['case:a', 'clocks:a'],
  ] as const) {
    expect(await nextDue([set(one, { in: 5 }), held(other)], 'a')).toEqual({ a: null });
    expect(await nextDue([held(one), set(other, { in: 5 }), held(one), set(other, { in: 7 })], 'a')).toEqual({
      a: NOW + 7,
    });
    // More of them than one digit counts.
    const many = Array.from({ length: 12 }, (_, i) => set(i % 2 === 0 ? one : other, { in: i }));
    expect(await nextDue(many, 'a')).toEqual({ a: NOW + 11 });
  }
});

it('asks the clocks of each root by its own streams, and of one without any says that there is nothing', async () => {
  const log = [set('case:a', { in: 5 }), set('parts:b', { in: 6 }), held('case:b'), set('parts:a', { in: 8 })];
  const others = [held('stock:a'), set('case:d', { in: 9 })];
  expect(await nextDue([...log, ...others], 'a', 'b', 'c')).toEqual({ a: NOW + 8, b: null, c: null });
  expect(await nextDue(log)).toEqual({});
});
