import { Body, Controller, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandReply } from '@fieldcase/contracts';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { malformed } from '../http/http-problem';
import { plain } from '../http/plain';
import { timeWindow, when } from './instants';
import {
  AddNoteDto,
  CorrectDetailsDto,
  HandOverResponsibilityDto,
  MergeDuplicateDto,
  ReasonDto,
  ReportFaultDto,
  RequestCustomerTimeDto,
  TakeOwnershipDto,
  TriageCaseDto,
} from './intake.dto';
import { OFFICE, OFFICE_OR_TECHNICIAN } from './roles';

/** From the first call until somebody drives out. */
@ApiTags('cases')
@Controller('api/v1/cases')
export class CaseIntakeController {
  constructor(@Inject(CommandSender) private readonly commands: CommandSender) {}

  @CommandRoute('', {
    command: 'ReportFault',
    roles: OFFICE,
    summary: 'Report a fault; answers a number that can be read over the telephone',
    creates: true,
    made: ['number'],
    refusals: ['auth.region-not-allowed', 'case.follow-up-unknown', 'customer-time.past'],
  })
  report(
    @Body() { occurredAt, customerTime, ...body }: ReportFaultDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const time = customerTime ? { customerTime: timeWindow(customerTime) } : {};
    return this.commands.report(call, when(occurredAt), { type: 'ReportFault', ...plain(body), ...time });
  }

  @CommandRoute(':id/triage', {
    command: 'TriageCase',
    roles: OFFICE,
    summary: 'Say what the fault is and how it is handled; judges the case anew',
    refusals: ['case.visit-open'],
  })
  triage(
    @Param('id') id: string,
    @Body() { occurredAt, ...body }: TriageCaseDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'TriageCase', ...plain(body) });
  }

  @CommandRoute(':id/details', {
    command: 'CorrectDetails',
    roles: OFFICE,
    summary: 'Correct any field of the report but its type',
    refusals: ['auth.region-not-allowed', 'case.nothing-changed', 'case.follow-up-unknown', 'customer-time.past'],
  })
  correct(
    @Param('id') id: string,
    @Body() { occurredAt, reason, customerTime, ...body }: CorrectDetailsDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const changes = { ...plain(body), ...(customerTime ? { customerTime: timeWindow(customerTime) } : {}) };
    if (Object.keys(changes).length === 0) throw malformed({ '': ['someField'] });
    return this.commands.onCase(call, id, when(occurredAt), { type: 'CorrectDetails', reason, changes });
  }

  @CommandRoute(':id/notes', {
    command: 'AddNote',
    roles: OFFICE_OR_TECHNICIAN,
    summary: 'Note a call, a callback or a remark',
    refusals: ['case.not-your-visit'],
  })
  note(
    @Param('id') id: string,
    @Body() { occurredAt, ...body }: AddNoteDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'AddNote', ...plain(body) });
  }

  @CommandRoute(':id/owner', { command: 'TakeOwnership', roles: OFFICE, summary: 'Make somebody answer for the case' })
  own(
    @Param('id') id: string,
    @Body() { occurredAt, owner }: TakeOwnershipDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'TakeOwnership', owner });
  }

  @CommandRoute(':id/responsibility', {
    command: 'HandOverResponsibility',
    roles: OFFICE,
    summary: 'Hand the responsibility to another unit',
  })
  handOver(
    @Param('id') id: string,
    @Body() { occurredAt, to, reason }: HandOverResponsibilityDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'HandOverResponsibility', to, reason });
  }

  @CommandRoute(':id/customer-time', {
    command: 'RequestCustomerTime',
    roles: OFFICE,
    summary: 'The customer names a time of his own; a newer one replaces it',
    refusals: ['customer-time.past'],
  })
  requestTime(
    @Param('id') id: string,
    @Body() { occurredAt, ...window }: RequestCustomerTimeDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'RequestCustomerTime', ...timeWindow(window) });
  }

  @CommandRoute(':id/customer-time/withdrawal', {
    command: 'WithdrawCustomerTime',
    roles: OFFICE,
    summary: 'The customer’s time stands no longer',
    refusals: ['customer-time.none-standing'],
  })
  withdrawTime(
    @Param('id') id: string,
    @Body() { occurredAt, reason }: ReasonDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'WithdrawCustomerTime', reason });
  }

  @CommandRoute(':id/merge', {
    command: 'MergeDuplicate',
    roles: OFFICE,
    summary: 'Merge this case into an older one; final',
    refusals: [
      'case.visit-open',
      'part-request.open',
      'case.merge-into-itself',
      'case.merge-into-older',
      'case.merge-into-final',
      'case.merge-target-unknown',
    ],
  })
  merge(
    @Param('id') id: string,
    @Body() { occurredAt, into }: MergeDuplicateDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'MergeDuplicate', into });
  }
}
