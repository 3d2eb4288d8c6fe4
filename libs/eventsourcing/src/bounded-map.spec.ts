import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { BoundedMap } from './bounded-map';

describe('BoundedMap', () => {
  it('forgets what was set the longest ago', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([3, undefined, 4]);
  });

  it.each([
    ['not full', 1_000],
    ['full', 2_000],
  ])('holds nothing of what was replaced while it is %s', (_, keys) => {
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const map = new BoundedMap<number, object>(2_000);
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    for (let key = 0; key < keys; key += 1) map.set(key, {});
    const before = heap();
    for (let n = 0; n < 300_000; n += 1) map.set(n % keys, { n });
    expect(heap() - before).toBeLessThan(5_000_000);
    expect(map.get(1)).toBeDefined();
  });

  it('keeps the latest, whatever is set again and again', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 });
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 8 }), (set, most) => {
        const map = new BoundedMap<number, number>(most);
        set.forEach((key, time) => map.set(key, time));
        const latest = [...new Set(set.toReversed())].slice(0, most);
        for (let key = 0; key <= 9; key++) {
          expect(map.get(key)).toBe(latest.includes(key) ? set.lastIndexOf(key) : undefined);
        }
      }),
    );
  });
});
