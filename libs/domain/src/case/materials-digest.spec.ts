import fc from 'fast-check';
import type { MaterialLine } from './case.events';
import { materialsDigest } from './materials-digest';

const belt: MaterialLine = { partNumber: 'belt-8', quantity: 1, source: 'van' };
const line = fc.record(
  {
    partNumber: fc.string({ minLength: 1, maxLength: 4 }),
    quantity: fc.integer({ min: 1, max: 9 }),
    source: fc.constantFrom('van', 'customer-supplied'),
    serial: fc.string({ maxLength: 3 }),
  },
  { requiredKeys: ['partNumber', 'quantity', 'source'] },
);

describe('materialsDigest', () => {
  it('is a SHA-256 that stays the same for ever: customers signed it', () => {
    expect(materialsDigest([])).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
    expect(materialsDigest([{ ...belt, serial: 's1' }, belt])).toBe(
      '306a04a84f9ddd19fe7c09462149ad2d02f4ce14b878a7d0dfb54f69ae4f5c55',
    );
  });

  it('does not depend on the order of the lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        expect(materialsDigest([...lines].reverse())).toBe(materialsDigest(lines));
      }),
    );
  });

  it('changes with every field of a line and with the number of lines', () => {
    const changed = [{ partNumber: 'belt-9' }, { quantity: 2 }, { source: 'customer-supplied' }, { serial: 's1' }];
    const digests = changed.map((change) => materialsDigest([{ ...belt, ...change }]));
    const all = [...digests, materialsDigest([belt]), materialsDigest([belt, belt]), materialsDigest([])];
    expect(new Set(all).size).toBe(all.length);
  });
});
