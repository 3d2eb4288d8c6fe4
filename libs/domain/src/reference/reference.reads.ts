/** On what of others a decision about reference data rests. */
import { categoryOf } from '@fieldcase/eventsourcing';
import type { ReferenceCommand, ReferenceState } from './reference';
import type { Depot } from './reference.events';
import { depotStream, technicianStream } from './reference.streams';

/**
 * The streams of others that `decideReference` reads for a command, those of unknown ids too: while none of them moves,
 * the decision stands. Of a depot that is the whole chain above it, or two commands at once could close a cycle.
 */
export function streamsReadFor(command: ReferenceCommand, state: ReferenceState): readonly string[] {
  switch (command.type) {
    case 'RegisterTechnician':
      return [depotStream(command.homeDepot)];
    case 'RegisterDepot': {
      const others = idsAbove(command, state).filter((id) => id !== command.id);
      const technician = command.technicianId === undefined ? [] : [technicianStream(command.technicianId)];
      return [...others.map(depotStream), ...technician];
    }
    default:
      return [];
  }
}

/** The parent, its parent and so on, each once: it ends also where the log already holds a cycle. */
export function idsAbove({ parent }: Pick<Depot, 'parent'>, { depots }: ReferenceState): readonly string[] {
  const above = new Set<string>();
  for (let id = parent; id !== undefined && !above.has(id); id = depots[id]?.parent) above.add(id);
  return [...above];
}

/** How far the state has folded a stream. */
export function referenceVersion({ versions }: ReferenceState, stream: string): number {
  return versions[categoryOf(stream)]?.[stream] ?? 0;
}
