/** For which depots a caller speaks. To everyone else a depot's stock and requests do not exist. */
import type { Role, Scope } from '@fieldcase/contracts';
import type { ReferenceState } from '@fieldcase/domain';

export type Depots = '*' | readonly string[];

const DEPOT_READERS: readonly Role[] = ['agent', 'dispatcher', 'supervisor', 'analyst', 'regulator'];

/**
 * @param roles those that the route allows: a clerk acts for his depots, a technician for his van, a supervisor (and who
 * may only read) for the depots of his regions
 */
export function depotsOf(scope: Scope, roles: readonly Role[], { depots }: ReferenceState): Depots {
  const plays = (role: Role): boolean => scope.roles.includes(role) && roles.includes(role);
  if (plays('depot-clerk') && scope.depots === '*') return '*';
  const byRegion = DEPOT_READERS.some(plays);
  if (byRegion && scope.regions === '*') return '*';
  const own = plays('depot-clerk') ? (scope.depots as readonly string[]) : [];
  const others = Object.values(depots).filter(
    (depot) =>
      (byRegion && scope.regions.includes(depot.region)) ||
      (plays('technician') && depot.kind === 'van' && depot.technicianId === scope.sub),
  );
  return [...new Set([...own, ...others.map(({ id }) => id)])];
}

/** With the caller's own van, and without. */
export const callersDepots = (scope: Scope, roles: readonly Role[], reference: ReferenceState) => ({
  all: depotsOf(scope, roles, reference),
  asClerk: depotsOf(
    scope,
    roles.filter((role) => role !== 'technician'),
    reference,
  ),
});

export const speaksFor = (depots: Depots, depotId: string): boolean => depots === '*' || depots.includes(depotId);

export const isDepot = ({ depots }: ReferenceState, depotId: string): boolean => depots[depotId] !== undefined;
