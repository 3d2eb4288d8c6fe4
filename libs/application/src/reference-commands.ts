import { streamId, type CommandContext, type EventStore } from '@fieldcase/eventsourcing';
import { decideReference } from '@fieldcase/domain';
import type { Attempt, CommandRunner, CommandTask } from './command-runner';
import type { CommandAnswer, CommandOptions } from './handle-case';
import type { ReferenceCommand } from './handle-reference';
import { metadataOf } from './metadata';
import { newEvent } from './new-events';
import type { ReferenceData } from './reference-data';

/** Technicians, depots, parts, machine populations, policies: one stream each, a new version per posting. */
export class ReferenceCommands {
  constructor(
    private readonly store: EventStore,
    private readonly runner: CommandRunner,
    private readonly reference: ReferenceData,
  ) {}

  /** @throws Rejection, VersionMismatch, KeyReused, Busy, StoreUnavailable */
  handle(command: ReferenceCommand, options: CommandOptions): Promise<CommandAnswer> {
    const { stream, id } = placeOf(command);
    let version = 0;
    const task: CommandTask = {
      main: stream,
      decidedOn: () => new Map([[stream, version]]),
      attempt: async (context: CommandContext): Promise<Attempt> => {
        version = ((await this.store.readStreams([stream])).get(stream) ?? []).length;
        const decided = decideReference(command, await this.reference.current(), context);
        const metadata = metadataOf(options);
        const events = decided.map((event) => newEvent(stream, event, context.occurredAt, metadata));
        const answer = { id, version: version + events.length, made: {}, created: version === 0 };
        return { writes: [{ streamId: stream, expected: version, events }], checks: [], answer };
      },
    };
    return this.runner.run(task, options);
  }
}

function placeOf(command: ReferenceCommand): { stream: string; id: string } {
  switch (command.type) {
    case 'RegisterTechnician':
      return { stream: streamId('technician', command.id), id: command.id };
    case 'RegisterDepot':
      return { stream: streamId('depot', command.id), id: command.id };
    case 'RegisterPart':
      return { stream: streamId('part', command.partNumber), id: command.partNumber };
    case 'CountMachines':
      return {
        stream: streamId('machine-population', command.county, command.product),
        id: `${command.county}:${command.product}`,
      };
    case 'PublishSlaPolicy':
      return { stream: streamId('sla-policy', command.id), id: command.id };
  }
}
