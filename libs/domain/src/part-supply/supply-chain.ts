import type { Depot } from '../reference/reference.events';

/**
 * Whom a part is asked for, nearest first: the technician's van, the case's depot, its parent and so on up, and the
 * factory at last where no parent leads to it.
 */
export function supplyChain(
  depots: Readonly<Record<string, Depot>>,
  { technicianId, depotId }: { readonly technicianId: string | null; readonly depotId: string | undefined },
): readonly string[] {
  const all = Object.values(depots).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const van = technicianId === null ? undefined : vanOf(depots, technicianId);
  const chain: string[] = van === undefined ? [] : [van];
  // Registered depots have no cycle, so this ends.
  for (let next = depotId; next !== undefined && depots[next] !== undefined; next = depots[next]?.parent)
    chain.push(next);
  const factory = all.find(({ kind }) => kind === 'factory')?.id;
  const ends = chain.some((id) => depots[id]?.kind === 'factory');
  return [...new Set(factory === undefined || ends ? chain : [...chain, factory])];
}

/** A technician's van is a depot of his own; of several the first id counts. */
export function vanOf(depots: Readonly<Record<string, Depot>>, technicianId: string): string | undefined {
  return Object.values(depots)
    .filter((depot) => depot.kind === 'van' && depot.technicianId === technicianId)
    .map(({ id }) => id)
    .toSorted()[0];
}
