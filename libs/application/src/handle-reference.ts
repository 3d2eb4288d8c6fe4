import { Command } from '@nestjs/cqrs';
import type { Depot, MachinePopulation, Part, SlaPolicy, Technician } from '@fieldcase/domain';
import type { CommandAnswer, CommandOptions } from './handle-case';

export type ReferenceCommand =
  | ({ readonly type: 'RegisterTechnician' } & Technician)
  | ({ readonly type: 'RegisterDepot' } & Depot)
  | ({ readonly type: 'RegisterPart' } & Part)
  | ({ readonly type: 'CountMachines' } & MachinePopulation)
  | ({ readonly type: 'PublishSlaPolicy' } & SlaPolicy);

/** One bus message for reference data; posting an id again is a new version of it. */
export class HandleReference extends Command<CommandAnswer> {
  constructor(
    readonly command: ReferenceCommand,
    readonly options: CommandOptions,
  ) {
    super();
  }
}
