import type { ReferenceCommand } from '@fieldcase/application';
import type { Scope } from '@fieldcase/contracts';
import type { ReferenceState } from '@fieldcase/domain';

/**
 * Whether what a command writes, and what it would replace, lies in the caller's regions. Parts and counts of machines
 * are of no region; a policy that names none is of every region.
 */
export function mayWrite(scope: Scope, command: ReferenceCommand, state: ReferenceState): boolean {
  const { regions } = scope;
  if (regions === '*') return true;
  return placesOf(command, state).every((region) => region !== undefined && regions.includes(region));
}

/** Undefined is everywhere. */
function placesOf(command: ReferenceCommand, state: ReferenceState): readonly (string | undefined)[] {
  switch (command.type) {
    case 'RegisterDepot':
      return [command.region, state.depots[command.id]?.region ?? command.region];
    case 'RegisterTechnician':
      return [...command.regions, ...(state.technicians[command.id]?.regions ?? [])];
    case 'PublishSlaPolicy': {
      const earlier = state.policies.filter(({ policy }) => policy.id === command.id).at(-1);
      return [command.match.region, ...(earlier ? [earlier.policy.match.region] : [])];
    }
    case 'RegisterPart':
    case 'CountMachines':
      return [];
  }
}
