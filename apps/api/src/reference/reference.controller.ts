import { Body, Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandReply } from '@fieldcase/contracts';
import { when } from '../cases/instants';
import { SUPERVISOR } from '../cases/roles';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { plain } from '../http/plain';
import { CountMachinesDto, RegisterDepotDto, RegisterPartDto, RegisterTechnicianDto } from './reference.dto';
import { PublishSlaPolicyDto } from './sla-policy.dto';
import { slaPolicy } from './sla-policy.mapping';

/** What cases refer to. Posting an id again is a new version of it. */
@ApiTags('reference')
@Controller('api/v1')
export class ReferenceController {
  constructor(@Inject(CommandSender) private readonly commands: CommandSender) {}

  @CommandRoute('technicians', {
    command: 'RegisterTechnician',
    roles: SUPERVISOR,
    summary: 'Register a technician, or change him',
    creates: true,
    refusals: ['reference.unknown', 'technician.home-depot-unknown'],
  })
  technician(@Body() { occurredAt, ...body }: RegisterTechnicianDto, @Call() call: CommandCall): Promise<CommandReply> {
    const path = `technicians/${encodeURIComponent(body.id)}`;
    return this.commands.reference(call, when(occurredAt), { type: 'RegisterTechnician', ...plain(body) }, path);
  }

  @CommandRoute('depots', {
    command: 'RegisterDepot',
    roles: SUPERVISOR,
    summary: 'Register a depot, or change it',
    creates: true,
    refusals: [
      'reference.unknown',
      'depot.parent-unknown',
      'depot.parent-cycle',
      'depot.van-needs-technician',
      'depot.technician-only-for-van',
      'depot.technician-unknown',
    ],
  })
  depot(@Body() { occurredAt, ...body }: RegisterDepotDto, @Call() call: CommandCall): Promise<CommandReply> {
    const path = `depots/${encodeURIComponent(body.id)}`;
    return this.commands.reference(call, when(occurredAt), { type: 'RegisterDepot', ...plain(body) }, path);
  }

  @CommandRoute('parts', {
    command: 'RegisterPart',
    roles: SUPERVISOR,
    summary: 'Register a part, or change it',
    creates: true,
    refusals: ['part.substitutes-itself'],
  })
  part(@Body() { occurredAt, ...body }: RegisterPartDto, @Call() call: CommandCall): Promise<CommandReply> {
    const path = `parts/${encodeURIComponent(body.partNumber)}`;
    return this.commands.reference(call, when(occurredAt), { type: 'RegisterPart', ...plain(body) }, path);
  }

  @CommandRoute('machine-populations', {
    command: 'CountMachines',
    roles: SUPERVISOR,
    summary: 'How many machines of a product a county has',
    creates: true,
  })
  machines(@Body() { occurredAt, ...body }: CountMachinesDto, @Call() call: CommandCall): Promise<CommandReply> {
    const path = `machine-populations/${encodeURIComponent(body.county)}/${encodeURIComponent(body.product)}`;
    return this.commands.reference(call, when(occurredAt), { type: 'CountMachines', ...plain(body) }, path);
  }

  @CommandRoute('sla-policies', {
    command: 'PublishSlaPolicy',
    roles: SUPERVISOR,
    summary: 'Publish a version of a service level policy',
    creates: true,
    refusals: [
      'reference.unknown',
      'sla-policy.id-reserved',
      'sla-policy.target-unknown',
      'sla-policy.id-reserved',
      'sla-policy.target-twice',
      'sla-policy.calendar-unknown',
      'sla-policy.zone-unknown',
      'sla-policy.never-pauses',
    ],
  })
  policy(@Body() body: PublishSlaPolicyDto, @Call() call: CommandCall): Promise<CommandReply> {
    const path = `sla-policies/${encodeURIComponent(body.id)}`;
    const command = { type: 'PublishSlaPolicy', ...slaPolicy(body) } as const;
    return this.commands.reference(call, when(body.occurredAt), command, path);
  }
}
