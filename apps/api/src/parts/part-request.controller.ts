import { Body, Controller, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandReply } from '@fieldcase/contracts';
import { instant, when } from '../cases/instants';
import { OccurredDto } from '../cases/intake.dto';
import { DEPOT, TECHNICIAN } from '../cases/roles';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { plain } from '../http/plain';
import {
  CancelPartRequestDto,
  DeclinePartRequestDto,
  PiecesDto,
  ReportShortageDto,
  RequestPartDto,
  ReturnDto,
  ShipPartDto,
} from './part.dto';

/** Parts for a case: asked for by the technician, served by depots, used or sent back. */
@ApiTags('parts')
@Controller('api/v1')
export class PartRequestController {
  constructor(@Inject(CommandSender) private readonly commands: CommandSender) {}

  @CommandRoute('cases/:id/part-requests', {
    command: 'RequestPart',
    roles: TECHNICIAN,
    summary: 'Ask for a part; where it comes from is found by itself',
    creates: true,
    made: ['partRequestId'],
    refusals: ['part.unknown', 'part-request.needed-by-past'],
  })
  request(
    @Param('id') id: string,
    @Body() { occurredAt, neededBy, ...body }: RequestPartDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const needed = neededBy === undefined ? {} : { neededBy: instant(neededBy) };
    return this.commands.onCase(call, id, when(occurredAt), { type: 'RequestPart', ...plain(body), ...needed });
  }

  @CommandRoute('part-requests/:partRequestId/acknowledgement', {
    command: 'AcknowledgePartRequest',
    roles: DEPOT,
    summary: 'The depot has seen the request and works on it',
    refusals: [
      'part-request.unknown',
      'part-request.already-acknowledged',
      'part-request.already-shipped',
      'part-request.backordered',
      'part-request.cancelled',
    ],
  })
  acknowledge(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt }: OccurredDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.forDepot(call, when(occurredAt), (depots) => ({
      type: 'AcknowledgePartRequest',
      partRequestId,
      depots,
    }));
  }

  @CommandRoute('part-requests/:partRequestId/declination', {
    command: 'DeclinePartRequest',
    roles: DEPOT,
    summary: 'The depot cannot serve it: it moves on to the next source',
    refusals: [
      'part-request.unknown',
      'part-request.already-shipped',
      'part-request.backordered',
      'part-request.cancelled',
    ],
  })
  decline(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt, reason }: DeclinePartRequestDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.forDepot(call, when(occurredAt), (depots) => ({
      type: 'DeclinePartRequest',
      partRequestId,
      reason,
      depots,
    }));
  }

  @CommandRoute('part-requests/:partRequestId/shipment', {
    command: 'ShipPart',
    roles: DEPOT,
    summary: 'The whole request has left the depot',
    refusals: [
      'part-request.unknown',
      'part-request.already-shipped',
      'part-request.backordered',
      'part-request.cancelled',
      'stock.reservation-unknown',
      'stock.backdated',
      'stock.serials-required',
      'stock.serials-not-kept',
      'stock.serial-given-twice',
      'stock.serial-not-here',
    ],
  })
  ship(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt, ...body }: ShipPartDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.forDepot(call, when(occurredAt), (depots) => ({
      type: 'ShipPart',
      partRequestId,
      ...plain(body),
      depots,
    }));
  }

  @CommandRoute('part-requests/:partRequestId/receipt', {
    command: 'ReceivePart',
    roles: TECHNICIAN,
    summary: 'Pieces have arrived',
    refusals: [
      'part-request.unknown',
      'part-request.not-shipped',
      'part-request.cancelled',
      'part-request.more-than-shipped',
    ],
  })
  receive(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt, quantity }: PiecesDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onPartRequest(call, when(occurredAt), { type: 'ReceivePart', partRequestId, quantity });
  }

  @CommandRoute('part-requests/:partRequestId/shortage', {
    command: 'ReportShortage',
    roles: TECHNICIAN,
    summary: 'Pieces did not arrive as sent: they are sourced again',
    refusals: [
      'part-request.unknown',
      'part-request.not-shipped',
      'part-request.cancelled',
      'part-request.more-than-shipped',
    ],
  })
  shortage(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt, ...body }: ReportShortageDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'ReportShortage', partRequestId, ...plain(body) } as const;
    return this.commands.onPartRequest(call, when(occurredAt), command);
  }

  @CommandRoute('part-requests/:partRequestId/consumption', {
    command: 'ConsumePart',
    roles: TECHNICIAN,
    summary: 'Pieces were used outside of a visit; a visit’s completion books its own',
    refusals: ['part-request.unknown', 'part-request.more-than-received'],
  })
  consume(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt, quantity }: PiecesDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onPartRequest(call, when(occurredAt), { type: 'ConsumePart', partRequestId, quantity });
  }

  @CommandRoute('part-requests/:partRequestId/return', {
    command: 'ReturnUnused',
    roles: TECHNICIAN,
    summary: 'Unused pieces are on their way back; stock rises when the depot has them',
    refusals: [
      'part-request.unknown',
      'part-request.more-than-received',
      'part-request.split',
      'part-request.serial-not-shipped',
      'stock.serials-required',
      'stock.serials-not-kept',
      'stock.serial-given-twice',
    ],
  })
  return(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt, ...body }: ReturnDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'ReturnUnused', partRequestId, ...plain(body) } as const;
    return this.commands.onPartRequest(call, when(occurredAt), command);
  }

  @CommandRoute('part-requests/:partRequestId/return-receipt', {
    command: 'ReceiveReturn',
    roles: DEPOT,
    summary: 'The depot has pieces back: good ones to stock, defective ones to the defective store',
    refusals: [
      'part-request.unknown',
      'part-request.more-than-returned',
      'part-request.serial-not-shipped',
      'stock.backdated',
      'stock.serials-required',
      'stock.serial-given-twice',
    ],
  })
  receiveReturn(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt, ...body }: ReturnDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.forDepot(call, when(occurredAt), (depots) => ({
      type: 'ReceiveReturn',
      partRequestId,
      ...plain(body),
      depots,
    }));
  }

  @CommandRoute('part-requests/:partRequestId/cancellation', {
    command: 'CancelPartRequest',
    roles: TECHNICIAN,
    summary: 'It is needed no more, as long as nothing has been shipped',
    refusals: ['part-request.unknown', 'part-request.already-shipped', 'part-request.cancelled'],
  })
  cancel(
    @Param('partRequestId') partRequestId: string,
    @Body() { occurredAt, reason }: CancelPartRequestDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.onPartRequest(call, when(occurredAt), { type: 'CancelPartRequest', partRequestId, reason });
  }
}
