import { Body, Controller, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandReply } from '@fieldcase/contracts';
import { when } from '../cases/instants';
import { DEPOT } from '../cases/roles';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { plain } from '../http/plain';
import { DispatchTransferDto, ReceiveTransferDto, TransferStockDto } from './stock.dto';

/** Between two depots; on the way the pieces belong to neither. */
@ApiTags('stock')
@Controller('api/v1')
export class TransferController {
  constructor(@Inject(CommandSender) private readonly commands: CommandSender) {}

  @CommandRoute('depots/:depotId/transfers', {
    command: 'TransferStock',
    roles: DEPOT,
    summary: 'Promise pieces to another depot; they leave with the dispatch',
    creates: true,
    made: ['transferId'],
    refusals: [
      'depot.unknown',
      'depot.target-unknown',
      'stock.part-unknown',
      'stock.owner-unknown',
      'transfer.same-depot',
      'stock.not-available',
    ],
  })
  transfer(
    @Param('depotId') depotId: string,
    @Body() { occurredAt, ...body }: TransferStockDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'TransferStock', depotId, ...plain(body) } as const;
    return this.commands.stock(call, when(occurredAt), () => command);
  }

  @CommandRoute('transfers/:transferId/dispatch', {
    command: 'DispatchTransfer',
    roles: DEPOT,
    summary: 'The pieces have left the sending depot',
    refusals: [
      'transfer.unknown',
      'transfer.already-dispatched',
      'stock.not-available',
      'stock.backdated',
      'stock.serials-required',
      'stock.serials-not-kept',
      'stock.serial-given-twice',
      'stock.serial-not-here',
    ],
  })
  dispatch(
    @Param('transferId') transferId: string,
    @Body() { occurredAt, ...body }: DispatchTransferDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.stock(call, when(occurredAt), (depots) => ({
      type: 'DispatchTransfer',
      transferId,
      ...plain(body),
      depots,
    }));
  }

  @CommandRoute('transfers/:transferId/receipt', {
    command: 'ReceiveTransfer',
    roles: DEPOT,
    summary: 'The pieces have arrived; received + short = sent',
    refusals: [
      'transfer.unknown',
      'transfer.not-dispatched',
      'transfer.already-received',
      'transfer.more-than-sent',
      'transfer.serial-not-sent',
      'stock.backdated',
      'stock.serials-required',
      'stock.serials-not-kept',
      'stock.serial-given-twice',
    ],
  })
  receive(
    @Param('transferId') transferId: string,
    @Body() { occurredAt, ...body }: ReceiveTransferDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.stock(call, when(occurredAt), (depots) => ({
      type: 'ReceiveTransfer',
      transferId,
      ...plain(body),
      depots,
    }));
  }
}
