import type { EventMetadata } from '@fieldcase/eventsourcing';
import { newId } from './new-id';
import type { CommandOptions } from './handle-case';

/** Most telling first: the role under which a person of several roles is taken to have acted. */
const ROLE_ORDER = [
  'supervisor',
  'dispatcher',
  'technician',
  'agent',
  'depot-clerk',
  'operator',
  'analyst',
  'regulator',
];

/** Under whose name clock facts are recorded: nobody's command brings them about. */
export const TIMERS = { actor: 'timers', roles: ['system'] } as const;

/** Of what follows from the facts alone and is only recorded along with a command. */
export const judgedBy = (command: EventMetadata): EventMetadata => ({
  ...command,
  actor: TIMERS.actor,
  actorRole: TIMERS.roles[0],
});

/** One command, one conversation unless the caller names an earlier one. */
export function metadataOf(options: CommandOptions): EventMetadata {
  const commandId = newId();
  return {
    correlationId: options.correlationId ?? commandId,
    causationId: commandId,
    commandId,
    actor: options.actor,
    actorRole: ROLE_ORDER.find((role) => options.roles.includes(role)) ?? options.roles[0] ?? 'system',
  };
}
