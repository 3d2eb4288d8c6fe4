import assert from 'node:assert/strict';

/**
 * What the shelves of a card must hold, from nothing but the answers that the workers were given: accepted quantities
 * add up in any order. What a count changed is not in its answer; `surplus` adds that from the log.
 */
export class ReferenceModel {
  private readonly good = new Map<string, number>();
  private readonly defective = new Map<string, number>();
  private readonly transit = new Map<string, number>();

  move(depot: string, part: string, by: number): void {
    add(this.good, key(depot, part), by);
  }
  toDefectiveStore(depot: string, part: string, by: number): void {
    add(this.defective, key(depot, part), by);
  }
  /** A piece between two depots belongs to neither. */
  underWay(part: string, by: number): void {
    add(this.transit, part, by);
  }

  /** @param shelves what the log says, by depot and part */
  check(shelves: ReadonlyMap<string, { readonly onHand: number; readonly defective: number }>): void {
    const keys = new Set([...this.good.keys(), ...this.defective.keys(), ...shelves.keys()]);
    for (const each of keys) {
      const shelf = shelves.get(each) ?? { onHand: 0, defective: 0 };
      assert.equal(shelf.onHand, this.good.get(each) ?? 0, `${each}: on hand`);
      assert.equal(shelf.defective, this.defective.get(each) ?? 0, `${each}: in the defective store`);
    }
    for (const [part, pieces] of this.transit) assert.equal(pieces, 0, `${part}: still under way`);
  }
}

export const key = (depot: string, part: string): string => `${depot} ${part}`;

function add(sums: Map<string, number>, of: string, by: number): void {
  sums.set(of, (sums.get(of) ?? 0) + by);
}
