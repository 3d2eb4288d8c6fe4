import type { StockOwner } from './stock.events';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

export interface TransferTerms {
  readonly from: string;
  readonly to: string;
  readonly partNumber: string;
  readonly owner: StockOwner;
  readonly quantity: number;
  readonly serialised: boolean;
  /** Asked for by the receiving depot (an accepted suggestion): nothing is reserved until it is dispatched. */
  readonly suggested: boolean;
}

export type TransferRequested = E<'TransferRequested', TransferTerms>;
export type TransferDispatched = E<'TransferDispatched', { serials?: readonly string[] }>;
/** `quantity` + `short` = what was sent. */
export type TransferReceived = E<
  'TransferReceived',
  { quantity: number; short: number; serials?: readonly string[]; reason?: string }
>;
export type TransferEvent = TransferRequested | TransferDispatched | TransferReceived;

export const transferPersonalFields = {
  TransferRequested: [],
  TransferDispatched: [],
  TransferReceived: ['reason'],
} as const satisfies Record<TransferEvent['type'], readonly string[]>;
