import { Body, Controller, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandReply } from '@fieldcase/contracts';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { malformed } from '../http/http-problem';
import { plain } from '../http/plain';
import { CloseCaseDto, InformCustomerDto, PauseCaseDto, ResumeCaseDto } from './ending.dto';
import { instant, when } from './instants';
import { ReasonDto } from './intake.dto';
import { OFFICE, OFFICE_OR_TECHNICIAN, TECHNICIAN } from './roles';
import { CaptureSignatureDto } from './visit.dto';

/** Signature, pauses, and the ways in which a case ends. */
@ApiTags('cases')
@Controller('api/v1/cases/:id')
export class CaseEndingController {
  constructor(@Inject(CommandSender) private readonly commands: CommandSender) {}

  @CommandRoute('signature', {
    command: 'CaptureSignature',
    roles: TECHNICIAN,
    summary: 'The customer signs the materials as they stand',
    refusals: ['case.no-completed-visit', 'case.materials-changed', 'case.not-your-visit'],
  })
  sign(
    @Param('id') id: string,
    @Body() { occurredAt, ...body }: CaptureSignatureDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'CaptureSignature', ...plain(body) });
  }

  @CommandRoute('customer-informed', {
    command: 'InformCustomer',
    roles: OFFICE_OR_TECHNICIAN,
    summary: 'The customer was told the result',
    refusals: ['case.not-your-visit'],
  })
  inform(
    @Param('id') id: string,
    @Body() { occurredAt, ...body }: InformCustomerDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'InformCustomer', ...plain(body) });
  }

  @CommandRoute('pause', {
    command: 'PauseCase',
    roles: OFFICE_OR_TECHNICIAN,
    summary: 'Wait for something; one open pause per reason',
    refusals: ['case.already-paused', 'pause.until-past', 'case.not-your-visit'],
  })
  pause(
    @Param('id') id: string,
    @Body() { occurredAt, until, ...body }: PauseCaseDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    if (body.reason === 'other' && body.note === undefined) throw malformed({ note: ['withReason'] });
    const pause = { ...plain(body), until: instant(until) };
    return this.commands.onCase(call, id, when(occurredAt), { type: 'PauseCase', ...pause });
  }

  @CommandRoute('resume', {
    command: 'ResumeCase',
    roles: OFFICE_OR_TECHNICIAN,
    summary: 'Go on; without a reason all pauses end',
    refusals: ['case.not-paused', 'case.not-your-visit'],
  })
  resume(
    @Param('id') id: string,
    @Body() { occurredAt, ...body }: ResumeCaseDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'ResumeCase', ...plain(body) });
  }

  @CommandRoute('close', {
    command: 'CloseCase',
    roles: OFFICE,
    summary: 'Close the case; a refusal names each unmet need',
    refusals: ['case.closing-needs-unmet', 'case.closing-needs-supervisor'],
  })
  close(
    @Param('id') id: string,
    @Body() { occurredAt, ...body }: CloseCaseDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    if (body.resolution !== 'repaired' && body.note === undefined) throw malformed({ note: ['withReason'] });
    return this.commands.onCase(call, id, when(occurredAt), { type: 'CloseCase', ...plain(body) });
  }

  @CommandRoute('cancel', { command: 'CancelCase', roles: OFFICE, summary: 'Cancel the case; final' })
  cancel(
    @Param('id') id: string,
    @Body() { occurredAt, reason }: ReasonDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'CancelCase', reason });
  }

  @CommandRoute('reopen', {
    command: 'ReopenCase',
    roles: OFFICE,
    summary: 'Open a closed case again, within 30 days',
    refusals: ['case.not-closed', 'case.reopen-window-over'],
  })
  reopen(
    @Param('id') id: string,
    @Body() { occurredAt, reason }: ReasonDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'ReopenCase', reason });
  }
}
