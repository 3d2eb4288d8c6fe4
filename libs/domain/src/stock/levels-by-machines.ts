/** R27: where nobody set levels, the stock of a part follows the number of machines in the depot's county. */
import type { Depot, Part } from '../reference/reference.events';

/** Pieces per 100 machines that should be there at least; twice as many at most. */
const PER_HUNDRED: Readonly<Record<Part['class'], number>> = { wear: 4, general: 2, special: 1 };

/** null: no county of its own (a van, a factory), or no machines counted in it. */
export function levelsByMachines(
  part: Pick<Part, 'class' | 'packSize'>,
  depot: Depot | undefined,
  populations: Readonly<Record<string, Readonly<Record<string, number>>>>,
): { readonly min: number; readonly max: number } | null {
  if (depot?.kind !== 'county' || depot.county === undefined) return null;
  const machines = Object.values(populations[depot.county] ?? {}).reduce((sum, count) => sum + count, 0);
  if (machines === 0) return null;
  const min = Math.ceil((machines * PER_HUNDRED[part.class]) / 100);
  return { min, max: 2 * min };
}
