import { Body, Controller, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandReply } from '@fieldcase/contracts';
import { when } from '../cases/instants';
import { VerdictDto } from '../cases/ending.dto';
import { OccurredDto } from '../cases/intake.dto';
import { DEPOT_OR_SUPERVISOR, SUPERVISOR } from '../cases/roles';
import { Call, type CommandCall } from '../http/command-call';
import { CommandRoute } from '../http/command-route';
import { CommandSender } from '../http/command-sender';
import { plain } from '../http/plain';
import { AdjustStockDto, CountStockDto, DismissSuggestionDto, ReceiveStockDto, SetLevelsDto } from './stock.dto';

const ON_CARD = ['depot.unknown', 'stock.part-unknown', 'stock.owner-unknown', 'stock.backdated'];
const WITH_SERIALS = ['stock.serials-required', 'stock.serials-not-kept', 'stock.serial-given-twice'];
const CARD = 'depots/:depotId/stock/:partNumber';

/** The shelves of a depot, a part at a time, and what is to be done about them. */
@ApiTags('stock')
@Controller('api/v1')
export class StockController {
  constructor(@Inject(CommandSender) private readonly commands: CommandSender) {}

  @CommandRoute(`${CARD}/receipts`, {
    command: 'ReceiveStock',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'Pieces have come from outside; who waits for them is served by itself',
    refusals: [...ON_CARD, ...WITH_SERIALS, 'stock.serial-elsewhere'],
  })
  receive(
    @Param('depotId') depotId: string,
    @Param('partNumber') partNumber: string,
    @Body() { occurredAt, ...body }: ReceiveStockDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'ReceiveStock', depotId, partNumber, ...plain(body) } as const;
    return this.commands.stock(call, when(occurredAt), () => command);
  }

  @CommandRoute(`${CARD}/counts`, {
    command: 'CountStock',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'What lies on the shelf; the newest promises that it cannot keep go back to sourcing',
    refusals: [...ON_CARD, ...WITH_SERIALS, 'stock.serial-elsewhere'],
  })
  count(
    @Param('depotId') depotId: string,
    @Param('partNumber') partNumber: string,
    @Body() { occurredAt, ...body }: CountStockDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'CountStock', depotId, partNumber, ...plain(body) } as const;
    return this.commands.stock(call, when(occurredAt), () => command);
  }

  @CommandRoute(`${CARD}/adjustments`, {
    command: 'AdjustStock',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'Pieces more or fewer, with a reason; above the limit it waits for a second person',
    creates: 'sometimes',
    made: ['adjustmentId'],
    refusals: [
      ...ON_CARD,
      ...WITH_SERIALS,
      'stock.quantity',
      'stock.below-zero',
      'stock.serial-not-here',
      'stock.serial-elsewhere',
    ],
  })
  adjust(
    @Param('depotId') depotId: string,
    @Param('partNumber') partNumber: string,
    @Body() { occurredAt, ...body }: AdjustStockDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'AdjustStock', depotId, partNumber, ...plain(body) } as const;
    return this.commands.stock(call, when(occurredAt), () => command);
  }

  @CommandRoute(`${CARD}/levels`, {
    command: 'SetLevels',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'How many pieces there should be',
    refusals: ['depot.unknown', 'stock.part-unknown', 'stock.levels'],
  })
  levels(
    @Param('depotId') depotId: string,
    @Param('partNumber') partNumber: string,
    @Body() { occurredAt, min, max }: SetLevelsDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'SetLevels', depotId, partNumber, min, max } as const;
    return this.commands.stock(call, when(occurredAt), () => command);
  }

  @CommandRoute('stock-adjustments/:adjustmentId/approval', {
    command: 'ApproveAdjustment',
    roles: SUPERVISOR,
    summary: 'Book the adjustment; never one’s own request',
    refusals: [
      'adjustment.unknown',
      'adjustment.own-request',
      'adjustment.already-decided',
      'stock.below-zero',
      'stock.serial-not-here',
      'stock.serial-elsewhere',
    ],
  })
  approve(
    @Param('adjustmentId') adjustmentId: string,
    @Body() { occurredAt, ...body }: VerdictDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.stock(call, when(occurredAt), (depots) => ({
      type: 'ApproveAdjustment',
      adjustmentId,
      ...plain(body),
      depots,
    }));
  }

  @CommandRoute('stock-adjustments/:adjustmentId/refusal', {
    command: 'RefuseAdjustment',
    roles: SUPERVISOR,
    summary: 'Refuse the adjustment; stock stays as it is',
    refusals: ['adjustment.unknown', 'adjustment.own-request', 'adjustment.already-decided'],
  })
  refuse(
    @Param('adjustmentId') adjustmentId: string,
    @Body() { occurredAt, ...body }: VerdictDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.stock(call, when(occurredAt), (depots) => ({
      type: 'RefuseAdjustment',
      adjustmentId,
      ...plain(body),
      depots,
    }));
  }

  @CommandRoute('depots/:depotId/suggestions/:suggestionId/acceptance', {
    command: 'AcceptSuggestion',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'Replenish: a transfer is asked of the depot above, or an order placed where there is none',
    creates: 'sometimes',
    made: ['transferId'],
    refusals: ['depot.unknown', 'suggestion.unknown', 'suggestion.already-decided'],
  })
  accept(
    @Param('depotId') depotId: string,
    @Param('suggestionId') suggestionId: string,
    @Body() { occurredAt }: OccurredDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    return this.commands.stock(call, when(occurredAt), () => ({ type: 'AcceptSuggestion', depotId, suggestionId }));
  }

  @CommandRoute('depots/:depotId/suggestions/:suggestionId/dismissal', {
    command: 'DismissSuggestion',
    roles: DEPOT_OR_SUPERVISOR,
    summary: 'No: it is suggested again only when less is left',
    refusals: ['depot.unknown', 'suggestion.unknown', 'suggestion.already-decided'],
  })
  dismiss(
    @Param('depotId') depotId: string,
    @Param('suggestionId') suggestionId: string,
    @Body() { occurredAt, ...body }: DismissSuggestionDto,
    @Call() call: CommandCall,
  ): Promise<CommandReply> {
    const command = { type: 'DismissSuggestion', depotId, suggestionId, ...plain(body) } as const;
    return this.commands.stock(call, when(occurredAt), () => command);
  }
}
