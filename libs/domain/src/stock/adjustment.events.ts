import type { StockOwner } from './stock.events';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

export interface AdjustmentTerms {
  readonly depotId: string;
  readonly partNumber: string;
  readonly owner: StockOwner;
  readonly by: number;
  readonly reason?: string;
  readonly serials?: readonly string[];
}

export type AdjustmentRequested = E<'AdjustmentRequested', AdjustmentTerms>;
export type AdjustmentApproved = E<'AdjustmentApproved', { note?: string }>;
export type AdjustmentRefused = E<'AdjustmentRefused', { note?: string }>;
export type AdjustmentEvent = AdjustmentRequested | AdjustmentApproved | AdjustmentRefused;

export const adjustmentPersonalFields = {
  AdjustmentRequested: ['reason'],
  AdjustmentApproved: ['note'],
  AdjustmentRefused: ['note'],
} as const satisfies Record<AdjustmentEvent['type'], readonly string[]>;
