import { Command } from '@nestjs/cqrs';
import type { StockReference } from '@fieldcase/domain/events';
import type { CommandAnswer, CommandOptions, ForDepots } from './handle-case';

type OnCard = { readonly depotId: string; readonly partNumber: string };
type C<Type extends string, Body> = { readonly type: Type } & Readonly<Body>;

/** What clerks and supervisors do with stock. `depots`: those that the caller speaks for. */
export type StockCommandInput =
  | C<
      'ReceiveStock',
      OnCard & {
        quantity: number;
        owner?: string;
        serials?: readonly string[];
        /** Of an import: what the receipt belongs to. */
        reference?: StockReference;
      }
    >
  | C<'CountStock', OnCard & { counted: number; owner?: string; serials?: readonly string[] }>
  | C<'AdjustStock', OnCard & { by: number; reason: string; owner?: string; serials?: readonly string[] }>
  | C<'SetLevels', OnCard & { min: number; max: number }>
  | C<'AcceptSuggestion', { depotId: string; suggestionId: string }>
  | C<'DismissSuggestion', { depotId: string; suggestionId: string; reason?: string }>
  | C<'ApproveAdjustment' | 'RefuseAdjustment', { adjustmentId: string; note?: string } & ForDepots>
  | C<'TransferStock', { depotId: string; to: string; partNumber: string; quantity: number; owner?: string }>
  | C<'DispatchTransfer', { transferId: string; serials?: readonly string[] } & ForDepots>
  | C<
      'ReceiveTransfer',
      { transferId: string; quantity: number; reason?: string; serials?: readonly string[] } & ForDepots
    >;

/** One bus message for all commands of stock. */
export class HandleStock extends Command<CommandAnswer> {
  constructor(
    readonly command: StockCommandInput,
    readonly options: CommandOptions,
  ) {
    super();
  }
}
