import type { CommandContext } from '@fieldcase/eventsourcing';
import {
  decideReference,
  depotStream,
  partStream,
  policyStream,
  populationStream,
  referenceVersion,
  streamsReadFor,
  technicianStream,
} from '@fieldcase/domain';
import type { Attempt, CommandRunner, CommandTask } from './command-runner';
import type { CommandAnswer, CommandOptions } from './handle-case';
import type { ReferenceCommand } from './handle-reference';
import { metadataOf } from './metadata';
import { newEvent } from './new-events';
import type { ReferenceData } from './reference-data';

/** Technicians, depots, parts, machine populations, policies: one stream each, a new version per posting. */
export class ReferenceCommands {
  constructor(
    private readonly runner: CommandRunner,
    private readonly reference: ReferenceData,
  ) {}

  /** @throws Rejection, VersionMismatch, KeyReused, Busy, StoreUnavailable */
  handle(command: ReferenceCommand, options: CommandOptions): Promise<CommandAnswer> {
    const { stream, id } = placeOf(command);
    let versions: ReadonlyMap<string, number> = new Map();
    const task: CommandTask = {
      main: stream,
      decidedOn: () => versions,
      attempt: async (context: CommandContext): Promise<Attempt> => {
        const state = await this.reference.current();
        const read = streamsReadFor(command, state);
        versions = new Map([stream, ...read].map((id) => [id, referenceVersion(state, id)]));
        const version = referenceVersion(state, stream);
        const decided = decideReference(command, state, context);
        const metadata = metadataOf(options);
        const events = decided.map((event) => newEvent(stream, event, context.occurredAt, metadata));
        const answer = { id, version: version + events.length, made: {}, created: version === 0 };
        const checks = read.map((id) => ({ streamId: id, expected: referenceVersion(state, id) }));
        return { writes: [{ streamId: stream, expected: version, events }], checks, answer };
      },
    };
    return this.runner.run(task, options);
  }
}

function placeOf(command: ReferenceCommand): { stream: string; id: string } {
  switch (command.type) {
    case 'RegisterTechnician':
      return { stream: technicianStream(command.id), id: command.id };
    case 'RegisterDepot':
      return { stream: depotStream(command.id), id: command.id };
    case 'RegisterPart':
      return { stream: partStream(command.partNumber), id: command.partNumber };
    case 'CountMachines':
      return {
        stream: populationStream(command.county, command.product),
        id: `${command.county}:${command.product}`,
      };
    case 'PublishSlaPolicy':
      return { stream: policyStream(command.id), id: command.id };
  }
}
