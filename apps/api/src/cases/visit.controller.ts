import { Body, Controller, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandReply } from '@fieldcase/contracts';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { malformed } from '../http/http-problem';
import { plain } from '../http/plain';
import { timeWindow, when } from './instants';
import { OccurredDto, ReasonDto } from './intake.dto';
import { DISPATCHER, OFFICE_OR_TECHNICIAN, TECHNICIAN } from './roles';
import {
  AgreeAppointmentDto,
  AmendMaterialsDto,
  CompleteVisitDto,
  DispatchTechnicianDto,
  RecordDiagnosisDto,
  WhereaboutsDto,
} from './visit.dto';

/** What a list of materials may be refused for. */
const MATERIALS = [
  'part-request.unknown-source',
  'part-request.other-part',
  'part-request.more-than-received',
  'materials.serial-quantity',
  'part-request.serial-not-shipped',
  'stock.serials-required',
  'stock.serial-elsewhere',
];

/** From the dispatch to the last screw. */
@ApiTags('visits')
@Controller('api/v1/cases/:id')
export class VisitController {
  constructor(@Inject(CommandSender) private readonly commands: CommandSender) {}

  @CommandRoute('dispatch', {
    command: 'DispatchTechnician',
    roles: DISPATCHER,
    summary: 'Send a technician',
    creates: true,
    made: ['visitId'],
    refusals: ['case.visit-open', 'case.enquiry-without-visit', 'technician.unknown', 'technician.inactive'],
  })
  dispatch(
    @Param('id') id: string,
    @Body() { occurredAt, ...body }: DispatchTechnicianDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'DispatchTechnician', ...plain(body) });
  }

  @CommandRoute('visits/:visitId/acceptance', {
    command: 'AcceptDispatch',
    roles: TECHNICIAN,
    summary: 'The technician takes the visit',
    refusals: ['visit.unknown', 'visit.not-yours', 'visit.not-open', 'visit.already-accepted'],
  })
  accept(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt }: OccurredDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'AcceptDispatch', visitId });
  }

  @CommandRoute('visits/:visitId/declination', {
    command: 'DeclineDispatch',
    roles: TECHNICIAN,
    summary: 'The technician declines the visit',
    refusals: ['visit.unknown', 'visit.not-yours', 'visit.not-open', 'visit.already-arrived'],
  })
  decline(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt, reason }: ReasonDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'DeclineDispatch', visitId, reason });
  }

  @CommandRoute('visits/:visitId/withdrawal', {
    command: 'WithdrawDispatch',
    roles: DISPATCHER,
    summary: 'Withdraw the dispatch',
    refusals: ['visit.unknown', 'visit.not-open', 'visit.already-arrived'],
  })
  withdraw(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt, reason }: ReasonDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'WithdrawDispatch', visitId, reason });
  }

  @CommandRoute('visits/:visitId/appointment', {
    command: 'AgreeAppointment',
    roles: OFFICE_OR_TECHNICIAN,
    summary: 'Agree a time with the customer, or move it',
    refusals: [
      'visit.unknown',
      'visit.not-yours',
      'visit.not-open',
      'technician.double-booked',
      'case.customer-not-informed',
      'appointment.reason-required',
      'appointment.past',
      'appointment.too-long',
      'appointment.override-not-allowed',
    ],
  })
  appoint(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt, from, to, ...body }: AgreeAppointmentDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), {
      type: 'AgreeAppointment',
      visitId,
      ...plain(body),
      ...timeWindow({ from, to }),
    });
  }

  @CommandRoute('visits/:visitId/departure', {
    command: 'StartTravel',
    roles: TECHNICIAN,
    summary: 'The technician sets off',
    refusals: [
      'visit.unknown',
      'visit.not-yours',
      'visit.not-open',
      'visit.already-travelling',
      'visit.already-arrived',
    ],
  })
  depart(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt, ...body }: WhereaboutsDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'StartTravel', visitId, ...plain(body) });
  }

  @CommandRoute('visits/:visitId/arrival', {
    command: 'RecordArrival',
    roles: TECHNICIAN,
    summary: 'The technician is there',
    refusals: ['visit.unknown', 'visit.not-yours', 'visit.not-open', 'visit.already-arrived'],
  })
  arrive(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt, ...body }: WhereaboutsDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'RecordArrival', visitId, ...plain(body) });
  }

  @CommandRoute('visits/:visitId/diagnosis', {
    command: 'RecordDiagnosis',
    roles: TECHNICIAN,
    summary: 'What was found',
    refusals: ['visit.unknown', 'visit.not-yours', 'visit.not-open', 'visit.not-arrived', ...MATERIALS],
  })
  diagnose(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt, ...body }: RecordDiagnosisDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'RecordDiagnosis', visitId, ...plain(body) });
  }

  @CommandRoute('visits/:visitId/completion', {
    command: 'CompleteVisit',
    roles: TECHNICIAN,
    summary: 'The visit is over, fixed or not',
    refusals: ['visit.unknown', 'visit.not-yours', 'visit.not-open', 'visit.not-arrived', ...MATERIALS],
  })
  complete(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt, materials, ...body }: CompleteVisitDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    if (!body.fixed && body.reason === undefined) throw malformed({ reason: ['withReason'] });
    const used = plain(materials ?? []);
    return this.commands.onCase(call, id, when(occurredAt), {
      type: 'CompleteVisit',
      visitId,
      materials: used,
      ...plain(body),
    });
  }

  @CommandRoute('visits/:visitId/materials', {
    command: 'AmendMaterials',
    roles: TECHNICIAN,
    summary: 'Correct the list of materials; a signature given before no longer counts',
    refusals: ['visit.unknown', 'visit.not-yours', 'visit.not-completed', 'visit.materials-final', ...MATERIALS],
  })
  amend(
    @Param('id') id: string,
    @Param('visitId') visitId: string,
    @Body() { occurredAt, ...body }: AmendMaterialsDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onCase(call, id, when(occurredAt), { type: 'AmendMaterials', visitId, ...plain(body) });
  }
}
