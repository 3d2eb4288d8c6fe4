import fc from 'fast-check';
import { linesFrom, planSupply, planUse } from './plan-supply';
import { supplyChain, vanOf } from './supply-chain';
import type { Depot } from '../reference/reference.events';

const source = (depotId: string, own: number, maker = 0) => ({ depotId, available: { own, maker } });

describe('where a part comes from', () => {
  it('the nearest that has the whole, though a nearer one has some', () => {
    const plan = planSupply(3, ['own'], [source('van', 2), source('county', 3), source('city', 9)]);
    expect(plan).toEqual({ allocations: [{ depotId: 'county', lines: [{ owner: 'own', quantity: 3 }] }], missing: 0 });
  });

  it('else a share of each, nearest first, and what nobody has is missing', () => {
    const { allocations, missing } = planSupply(
      9,
      ['maker', 'own'],
      [source('van', 2, 1), source('county', 0), source('city', 4)],
    );
    expect(allocations).toEqual([
      {
        depotId: 'van',
        lines: [
          { owner: 'maker', quantity: 1 },
          { owner: 'own', quantity: 2 },
        ],
      },
      { depotId: 'city', lines: [{ owner: 'own', quantity: 4 }] },
    ]);
    expect(missing).toBe(2);
  });

  it('never takes more than there is, never another owner’s, and never loses a piece', () => {
    const pieces = fc.integer({ min: 0, max: 20 });
    const sources = fc.array(fc.tuple(pieces, pieces), { maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), sources, fc.boolean(), (quantity, shelves, covered) => {
        const owners = covered ? ['maker', 'own'] : ['own'];
        const given = shelves.map(([own, maker], index) => source(`d${index}`, own, maker));
        const { allocations, missing } = planSupply(quantity, owners, given);
        const lines = allocations.flatMap((each) => each.lines.map((line) => ({ ...line, depotId: each.depotId })));
        expect(lines.reduce((sum, line) => sum + line.quantity, missing)).toBe(quantity);
        for (const { owner, depotId, quantity: taken } of lines) {
          expect(owners).toContain(owner);
          const shelf = given.find((each) => each.depotId === depotId);
          expect(taken).toBeLessThanOrEqual(shelf?.available[owner as 'own' | 'maker'] ?? 0);
        }
      }),
    );
  });

  it('reads no owner out of the prototype', () => {
    expect(linesFrom({}, ['constructor', 'own'], 2)).toEqual([]);
  });
});

describe('what a technician used from his van', () => {
  it('is the maker’s as far as the card shows it, and the rest our own, shown or not', () => {
    expect(planUse(3, ['maker', 'own'], { maker: 1, own: 0 })).toEqual([
      { owner: 'maker', quantity: 1 },
      { owner: 'own', quantity: 2 },
    ]);
    expect(planUse(1, ['maker', 'own'], { maker: 5, own: 5 })).toEqual([{ owner: 'maker', quantity: 1 }]);
    expect(planUse(2, ['own'], { own: 9 })).toEqual([{ owner: 'own', quantity: 2 }]);
  });
});

describe('whom a part is asked for', () => {
  const depot = (id: string, kind: Depot['kind'], more: Partial<Depot> = {}): Depot => ({
    id,
    name: id,
    kind,
    region: 'gansu',
    ...more,
  });
  const depots = Object.fromEntries(
    [
      depot('factory', 'factory'),
      depot('lanzhou', 'region', { parent: 'factory' }),
      depot('gaolan', 'county', { parent: 'lanzhou' }),
      depot('van-b', 'van', { technicianId: 'wang', parent: 'gaolan' }),
      depot('van-a', 'van', { technicianId: 'wang', parent: 'gaolan' }),
      depot('alone', 'county'),
    ].map((each) => [each.id, each]),
  );

  it('the van, the case’s depot, its parents, and the factory at last', () => {
    expect(supplyChain(depots, { technicianId: 'wang', depotId: 'gaolan' })).toEqual([
      'van-a',
      'gaolan',
      'lanzhou',
      'factory',
    ]);
    expect(supplyChain(depots, { technicianId: null, depotId: 'gaolan' })).toEqual(['gaolan', 'lanzhou', 'factory']);
    expect(supplyChain(depots, { technicianId: 'li', depotId: 'alone' })).toEqual(['alone', 'factory']);
    expect(supplyChain(depots, { technicianId: null, depotId: undefined })).toEqual(['factory']);
    expect(supplyChain({}, { technicianId: 'wang', depotId: 'gone' })).toEqual([]);
  });

  it('a van is its technician’s, of several the first id', () => {
    expect([vanOf(depots, 'wang'), vanOf(depots, 'li')]).toEqual(['van-a', undefined]);
  });
});
