/** Where a part comes from: the nearest that has the whole, else a share of each, and what nobody has is back-ordered. */
import type { StockLine, StockOwner } from '../stock/stock.events';

/** A depot that may be asked, nearest first, with what it has and has promised to nobody. */
export interface SupplySource {
  readonly depotId: string;
  readonly available: Readonly<Record<StockOwner, number>>;
}

export interface Allocation {
  readonly depotId: string;
  readonly lines: readonly StockLine[];
}

export interface SupplyPlan {
  readonly allocations: readonly Allocation[];
  /** What no source has. */
  readonly missing: number;
}

/** Whose pieces a case may have, in this order: in warranty the maker's consigned stock goes first. */
export function ownersFor(coverage: string | null | undefined, makerId: string | undefined): readonly StockOwner[] {
  return coverage === 'in-warranty' && makerId !== undefined ? [makerId, 'own'] : ['own'];
}

/** @param owners whose pieces may be taken, in this order */
export function planSupply(
  quantity: number,
  owners: readonly StockOwner[],
  sources: readonly SupplySource[],
): SupplyPlan {
  for (const source of sources) {
    const lines = linesFrom(source.available, owners, quantity);
    if (sum(lines) === quantity) return { allocations: [{ depotId: source.depotId, lines }], missing: 0 };
  }
  const allocations: Allocation[] = [];
  let missing = quantity;
  for (const { depotId, available } of sources) {
    const lines = linesFrom(available, owners, missing);
    if (lines.length === 0) continue;
    allocations.push({ depotId, lines });
    missing -= sum(lines);
  }
  return { allocations, missing };
}

/** From a shelf, in the owners' order, up to `quantity`. */
export function linesFrom(
  available: Readonly<Record<StockOwner, number>>,
  owners: readonly StockOwner[],
  quantity: number,
): readonly StockLine[] {
  let left = quantity;
  return owners.flatMap((owner) => {
    const taken = Math.min(left, Object.hasOwn(available, owner) ? (available[owner] ?? 0) : 0);
    left -= Math.max(0, taken);
    return taken > 0 ? [{ owner, quantity: taken }] : [];
  });
}

/** What a technician used from his van: consigned pieces as far as the card shows them, and the rest of our own. */
export function planUse(
  quantity: number,
  owners: readonly StockOwner[],
  onHand: Readonly<Record<StockOwner, number>>,
): readonly StockLine[] {
  const consigned = linesFrom(onHand, owners.slice(0, -1), quantity);
  const rest = quantity - sum(consigned);
  const last = owners.at(-1);
  return rest > 0 && last !== undefined ? [...consigned, { owner: last, quantity: rest }] : consigned;
}

const sum = (lines: readonly StockLine[]): number => lines.reduce((total, line) => total + line.quantity, 0);
