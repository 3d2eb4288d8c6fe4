/** Commands of a stock card as its decider sees them: references resolved, ids made. */
import type { ReturnCondition, StockLine, StockOwner, StockReference } from './stock.events';

type C<Type extends string, Body> = { readonly type: Type } & Readonly<Body>;

/** What of the part's and the depot's reference data the card is decided by. */
export interface CardTerms {
  readonly serialised: boolean;
  readonly packSize: number;
  /** Levels by the machines of the county (R27), where none were set; null: none can be suggested. */
  readonly byMachines: { readonly min: number; readonly max: number } | null;
}

/** By people of the depot. */
export type ReceiveStock = C<
  'ReceiveStock',
  { quantity: number; owner: StockOwner; serials?: readonly string[]; reference?: StockReference }
>;
export type CountStock = C<'CountStock', { counted: number; owner: StockOwner; serials?: readonly string[] }>;
export type AdjustStock = C<
  'AdjustStock',
  { by: number; owner: StockOwner; reason: string; serials?: readonly string[]; adjustmentId?: string }
>;
export type SetLevels = C<'SetLevels', { min: number; max: number }>;
export type AcceptSuggestion = C<'AcceptSuggestion', { suggestionId: string; transferId?: string }>;
export type DismissSuggestion = C<'DismissSuggestion', { suggestionId: string; reason?: string }>;

/** Follow-ups of a case, a transfer or an approval, in the same append. */
export type ReserveStock = C<'ReserveStock', { reference: StockReference; lines: readonly StockLine[] }>;
export type ReleaseReservation = C<
  'ReleaseReservation',
  { reference: StockReference; cause: 'cancelled' | 'declined' }
>;
/** `lines`: reserved in the same step where nothing is reserved yet, or where a count has taken the promise away. */
export type IssueReserved = C<
  'IssueReserved',
  { reference: StockReference; lines?: readonly StockLine[]; serials?: readonly string[] }
>;
/** `lines` as planned by `planUse`: more than the card shows is booked all the same, and a count is due. */
export type UseStock = C<'UseStock', { reference: StockReference; caseId: string; lines: readonly StockLine[] }>;
export type ReverseUse = C<'ReverseUse', { reference: StockReference; caseId: string; lines: readonly StockLine[] }>;
export type TakeBack = C<
  'TakeBack',
  { reference: StockReference; lines: readonly StockLine[]; condition: ReturnCondition }
>;
export type ExpectSupply = C<'ExpectSupply', { reference: StockReference; owner: StockOwner; quantity: number }>;
export type ReceiveTransfer = C<
  'ReceiveTransfer',
  { reference: StockReference; line: StockLine; short: number; reason?: string }
>;

/** Without the terms, which whoever handles it resolves. */
export type StockFollowUp =
  ReserveStock | ReleaseReservation | IssueReserved | UseStock | ReverseUse | TakeBack | ExpectSupply | ReceiveTransfer;

export type StockCommand = (
  ReceiveStock | CountStock | AdjustStock | SetLevels | AcceptSuggestion | DismissSuggestion | StockFollowUp
) & { readonly terms: CardTerms };
