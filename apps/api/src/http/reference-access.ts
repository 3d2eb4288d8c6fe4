import type { ReferenceCommand } from '@fieldcase/application';
import type { Scope } from '@fieldcase/contracts';
import { decideReference, type ReferenceState } from '@fieldcase/domain';
import type { CommandContext } from '@fieldcase/eventsourcing';
import { maySeeDepot, maySeeTechnician } from '@fieldcase/read-models';

/**
 * Whether what a command writes, and what it would replace, lies in the caller's regions. Parts and counts of machines
 * are of no region; a policy that names none is of every region.
 */
export function mayWrite(scope: Scope, command: ReferenceCommand, state: ReferenceState): boolean {
  const { regions } = scope;
  if (regions === '*') return true;
  return placesOf(command, state).every((region) => region !== undefined && regions.includes(region));
}

/** Undefined is everywhere; a technician without regions is of every one. */
function placesOf(command: ReferenceCommand, state: ReferenceState): readonly (string | undefined)[] {
  switch (command.type) {
    case 'RegisterDepot':
      return [command.region, state.depots[command.id]?.region ?? command.region];
    case 'RegisterTechnician': {
      const earlier = state.technicians[command.id];
      return [...regionsOf(command), ...(earlier ? regionsOf(earlier) : [])];
    }
    case 'PublishSlaPolicy': {
      const earlier = state.policies.filter(({ policy }) => policy.id === command.id).at(-1);
      return [command.match.region, ...(earlier ? [earlier.policy.match.region] : [])];
    }
    case 'RegisterPart':
    case 'CountMachines':
      return [];
  }
}

const regionsOf = ({ regions }: { readonly regions: readonly string[] }): readonly (string | undefined)[] =>
  regions.length === 0 ? [undefined] : regions;

/**
 * What a command refers to and its caller may not see is refused as what does not exist. What the thing refers to
 * already may stay: that its own page shows.
 * @throws Rejection the decider's own, decided on what the caller sees
 */
export function requireSeen(
  scope: Scope,
  command: ReferenceCommand,
  state: ReferenceState,
  context: CommandContext,
): void {
  if (scope.regions === '*' || (command.type !== 'RegisterTechnician' && command.type !== 'RegisterDepot')) return;
  const technician = command.type === 'RegisterTechnician' ? state.technicians[command.id] : undefined;
  const depot = command.type === 'RegisterDepot' ? state.depots[command.id] : undefined;
  const depots = only(
    state.depots,
    (each) => [depot?.parent, technician?.homeDepot].includes(each.id) || maySeeDepot(scope, each, state),
  );
  const technicians = only(
    state.technicians,
    (each) => depot?.technicianId === each.id || maySeeTechnician(scope, each),
  );
  decideReference(command, { ...state, depots, technicians }, context);
}

/** No prototype, as in the fold: ids such as `constructor` are plain ids. */
function only<Entry>(
  entries: Readonly<Record<string, Entry>>,
  isSeen: (entry: Entry) => boolean,
): Readonly<Record<string, Entry>> {
  const seen = Object.entries(entries).filter(([, entry]) => isSeen(entry));
  return Object.assign(Object.create(null) as object, Object.fromEntries(seen));
}
