import { Body, Controller, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandReply } from '@fieldcase/contracts';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { plain } from '../http/plain';
import { RequestExemptionDto, VerdictDto } from './ending.dto';
import { when } from './instants';
import { OFFICE, SUPERVISOR } from './roles';

/** Exemptions and voidings: one asks, another decides. */
@ApiTags('approvals')
@Controller('api/v1/cases/:id')
export class ApprovalController {
  constructor(@Inject(CommandSender) private readonly commands: CommandSender) {}

  @CommandRoute('exemptions', {
    command: 'RequestExemption',
    roles: OFFICE,
    summary: 'Ask that a clock or the signature does not count',
    creates: true,
    made: ['exemptionId'],
    refusals: [
      'exemption.unknown-target',
      'exemption.already-pending',
      'exemption.already-approved',
      'exemption.clock-ended',
      'exemption.too-late',
    ],
  })
  request(
    @Param('id') id: string,
    @Body() { occurredAt, ...body }: RequestExemptionDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'RequestExemption', ...plain(body) });
  }

  @CommandRoute('exemptions/:exemptionId/approval', {
    command: 'ApproveExemption',
    roles: SUPERVISOR,
    summary: 'Grant the exemption; never one’s own request',
    refusals: ['exemption.unknown', 'exemption.own-request', 'exemption.already-decided', 'exemption.clock-ended'],
  })
  approve(
    @Param('id') id: string,
    @Param('exemptionId') exemptionId: string,
    @Body() { occurredAt, ...body }: VerdictDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'ApproveExemption', exemptionId, ...plain(body) });
  }

  @CommandRoute('exemptions/:exemptionId/refusal', {
    command: 'RefuseExemption',
    roles: SUPERVISOR,
    summary: 'Refuse the exemption',
    refusals: ['exemption.unknown', 'exemption.own-request', 'exemption.already-decided'],
  })
  refuse(
    @Param('id') id: string,
    @Param('exemptionId') exemptionId: string,
    @Body() { occurredAt, ...body }: VerdictDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'RefuseExemption', exemptionId, ...plain(body) });
  }

  @CommandRoute('voidings/:clockId/approval', {
    command: 'ApproveVoiding',
    roles: SUPERVISOR,
    summary: 'The breach did not happen: void it',
    refusals: ['voiding.unknown', 'voiding.own-fact'],
  })
  approveVoiding(
    @Param('id') id: string,
    @Param('clockId') clockId: string,
    @Body() { occurredAt, ...body }: VerdictDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'ApproveVoiding', clockId, ...plain(body) });
  }

  @CommandRoute('voidings/:clockId/refusal', {
    command: 'RefuseVoiding',
    roles: SUPERVISOR,
    summary: 'The breach stands',
    refusals: ['voiding.unknown', 'voiding.own-fact'],
  })
  refuseVoiding(
    @Param('id') id: string,
    @Param('clockId') clockId: string,
    @Body() { occurredAt, ...body }: VerdictDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'RefuseVoiding', clockId, ...plain(body) });
  }
}
