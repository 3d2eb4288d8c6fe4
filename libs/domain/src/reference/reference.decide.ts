import { Rejection, type CommandContext, type Decided, type RejectionKind } from '@fieldcase/eventsourcing';
import { validatePolicy } from '../sla';
import type { ReferenceCommand, ReferenceState } from './reference';
import type { Depot, MachinePopulation, Part, ReferenceEvent, Technician } from './reference.events';
import { idsAbove } from './reference.reads';

/** Every way in which reference data is refused; a policy's are `slaPolicyRefusals`. */
export const referenceRefusals = {
  'technician.home-depot-unknown': 'unacceptable',
  'depot.parent-unknown': 'unacceptable',
  /** A depot would be its own parent, directly or through others. */
  'depot.parent-cycle': 'unacceptable',
  'depot.van-needs-technician': 'unacceptable',
  /** Only a van belongs to a technician. */
  'depot.technician-only-for-van': 'unacceptable',
  'depot.technician-unknown': 'unacceptable',
  'part.substitutes-itself': 'unacceptable',
  'part.pack-size': 'malformed',
  'machine-population.count': 'malformed',
} as const satisfies Record<string, RejectionKind>;
export type ReferenceRefusal = keyof typeof referenceRefusals;

function refusal(code: ReferenceRefusal, params: Readonly<Record<string, unknown>>, errors: Record<string, string>) {
  return new Rejection(code, referenceRefusals[code], params, errors);
}

type Decision = readonly Decided<ReferenceEvent>[];

/**
 * Registering an id again is a new version of it: the whole content, not a change to the former.
 * @param state fold of all reference data, the thing's own earlier versions included
 */
export function decideReference(command: ReferenceCommand, state: ReferenceState, _context: CommandContext): Decision {
  switch (command.type) {
    case 'RegisterTechnician':
      return registerTechnician(contentOf(command), state);
    case 'RegisterDepot':
      return registerDepot(contentOf(command), state);
    case 'RegisterPart':
      return registerPart(contentOf(command));
    case 'CountMachines':
      return countMachines(contentOf(command));
    case 'PublishSlaPolicy':
      return [{ type: 'SlaPolicyPublished', data: validatePolicy(contentOf(command)) }];
    default:
      return command satisfies never;
  }
}

function contentOf<T extends { readonly type: string }>(command: T): Omit<T, 'type'> {
  const { type: _, ...content } = command;
  return content;
}

function registerTechnician(technician: Technician, { depots }: ReferenceState): Decision {
  if (!depots[technician.homeDepot]) {
    const params = { homeDepot: technician.homeDepot };
    throw refusal('technician.home-depot-unknown', params, { homeDepot: 'the id of a registered depot' });
  }
  return [{ type: 'TechnicianRegistered', data: technician }];
}

function registerDepot(depot: Depot, state: ReferenceState): Decision {
  requireParent(depot, state);
  const { kind, technicianId } = depot;
  if (kind === 'van') {
    if (technicianId === undefined) {
      throw refusal('depot.van-needs-technician', {}, { technicianId: 'the technician whose van it is' });
    }
    if (!state.technicians[technicianId]) {
      throw refusal(
        'depot.technician-unknown',
        { technicianId },
        { technicianId: 'the id of a registered technician' },
      );
    }
  } else if (technicianId !== undefined) {
    throw refusal('depot.technician-only-for-van', { kind }, { technicianId: 'absent unless kind is van' });
  }
  return [{ type: 'DepotRegistered', data: depot }];
}

function requireParent(depot: Depot, state: ReferenceState): void {
  const { id, parent } = depot;
  if (parent !== undefined && parent !== id && !state.depots[parent]) {
    throw refusal('depot.parent-unknown', { parent }, { parent: 'the id of a registered depot' });
  }
  if (idsAbove(depot, state).includes(id)) {
    throw refusal('depot.parent-cycle', { parent }, { parent: 'a depot that is not below this one' });
  }
}

function registerPart(part: Part): Decision {
  if (part.substitutes.includes(part.partNumber)) {
    const params = { partNumber: part.partNumber };
    throw refusal('part.substitutes-itself', params, { substitutes: 'part numbers of other parts' });
  }
  if (!Number.isInteger(part.packSize) || part.packSize < 1) {
    throw refusal('part.pack-size', {}, { packSize: 'a whole number from 1' });
  }
  return [{ type: 'PartRegistered', data: part }];
}

function countMachines(population: MachinePopulation): Decision {
  if (!Number.isInteger(population.count) || population.count < 0) {
    throw refusal('machine-population.count', {}, { count: 'a whole number from 0' });
  }
  return [{ type: 'MachinePopulationCounted', data: population }];
}
