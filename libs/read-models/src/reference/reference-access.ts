/** Who may see which reference data. Parts and counts of machines are of no region. */
import type { Scope } from '@fieldcase/contracts';
import type { Depot, Technician } from '@fieldcase/domain/events';
import type { SlaPolicy } from '@fieldcase/domain/sla';
import { coversRegion, isOffice, isReader, isTechnician } from '../access';

export interface KnownPlaces {
  readonly technicians: Readonly<Record<string, Technician>>;
}

/** Office roles and readers see those who work in their regions, a technician himself. */
export function maySeeTechnician(scope: Scope, { id, regions }: Technician): boolean {
  const inRegion = regions.length === 0 || regions.some((region) => coversRegion(scope, region));
  return (inRegion && (isOffice(scope) || isReader(scope))) || (isTechnician(scope) && id === scope.sub);
}

export function maySeeName(scope: Scope, { id }: Technician): boolean {
  return isOffice(scope) || (isTechnician(scope) && id === scope.sub);
}

/** A clerk sees his depots, a technician also the depot that he belongs to and his van, wherever they lie. */
export function maySeeDepot(scope: Scope, depot: Depot, { technicians }: KnownPlaces): boolean {
  const byRegion = isOffice(scope) || isReader(scope) || isTechnician(scope);
  if (byRegion && coversRegion(scope, depot.region)) return true;
  if (isTechnician(scope) && (depot.technicianId === scope.sub || technicians[scope.sub]?.homeDepot === depot.id)) {
    return true;
  }
  return scope.roles.includes('depot-clerk') && (scope.depots === '*' || scope.depots.includes(depot.id));
}

/** A policy that names no region is of every region. */
export function maySeePolicy(scope: Scope, { match }: SlaPolicy): boolean {
  return match.region === undefined || coversRegion(scope, match.region);
}
