/**
 * Stock card of one part in one depot (stream `stock:<depotId>:<partNumber>`), all owners in it, so that no two writers
 * can promise the same piece. A van is a depot. Quantities are whole pieces.
 */
import type { StockState } from './stock.state';
import type { ReturnCondition, StockLine, StockOwner, StockReference } from './stock.values';

export type * from './stock.values';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

export type StockReceived = E<'StockReceived', { line: StockLine; reference?: StockReference }>;
export type StockReserved = E<'StockReserved', { reference: StockReference; lines: readonly StockLine[] }>;
/** `cancelled`, `declined`: by its request. Else less is left than was promised: the newest go back to sourcing. */
export type ReleaseCause = 'cancelled' | 'declined' | 'count' | 'adjustment' | 'use';
export type ReservationReleased = E<
  'ReservationReleased',
  {
    reference: StockReference;
    lines: readonly StockLine[];
    cause: ReleaseCause;
  }
>;
/** Out of the depot against a reservation: shipped to a technician, or sent to another depot. */
export type StockIssued = E<'StockIssued', { reference: StockReference; lines: readonly StockLine[] }>;
/** Used from a van on a visit, without a reservation. */
export type StockUsed = E<'StockUsed', { reference: StockReference; caseId: string; lines: readonly StockLine[] }>;
/** A corrected list of materials gives pieces back to the van. */
export type StockUseReversed = E<
  'StockUseReversed',
  { reference: StockReference; caseId: string; lines: readonly StockLine[] }
>;
/** Unused pieces that the depot has back: good ones on the shelf, defective ones in the defective store. */
export type StockReturned = E<
  'StockReturned',
  { reference: StockReference; lines: readonly StockLine[]; condition: ReturnCondition }
>;
/** `expected` is what the card showed; the shelf holds `counted` from now on. */
export type StockCounted = E<
  'StockCounted',
  { owner: StockOwner; counted: number; expected: number; serials?: readonly string[] }
>;
export type StockAdjusted = E<
  'StockAdjusted',
  { owner: StockOwner; by: number; reason?: string; adjustmentId?: string; serials?: readonly string[] }
>;
/** More was used than the card showed: `difference` is booked in, and a count is due. */
export type StockDiscrepancyFound = E<
  'StockDiscrepancyFound',
  { reference: StockReference; owner: StockOwner; used: number; shown: number; difference: number }
>;
/** On its way here from another depot, or ordered where there is none above. */
export type SupplyExpected = E<'SupplyExpected', { reference: StockReference; owner: StockOwner; quantity: number }>;
/** received + short = sent. */
export type TransferArrived = E<
  'TransferArrived',
  { reference: StockReference; line: StockLine; short: number; reason?: string }
>;
export type LevelsSet = E<'LevelsSet', { min: number; max: number }>;
/** One open suggestion at a time; `forecast` = on hand + incoming - reserved when it was made. */
export type ReplenishmentSuggested = E<
  'ReplenishmentSuggested',
  { suggestionId: string; quantity: number; forecast: number; min: number; max: number; basis: 'levels' | 'machines' }
>;
/** The need has gone before anybody answered. */
export type SuggestionWithdrawn = E<'SuggestionWithdrawn', { suggestionId: string }>;
export type SuggestionAccepted = E<
  'SuggestionAccepted',
  { suggestionId: string; quantity: number; transferId?: string }
>;
export type SuggestionDismissed = E<
  'SuggestionDismissed',
  { suggestionId: string; forecast: number; min: number; reason?: string }
>;
/** The card's state every so many events: loads begin at the last one. */
export type StockCarriedForward = E<'StockCarriedForward', { state: StockState }>;

export type StockEvent =
  | StockReceived
  | StockReserved
  | ReservationReleased
  | StockIssued
  | StockUsed
  | StockUseReversed
  | StockReturned
  | StockCounted
  | StockAdjusted
  | StockDiscrepancyFound
  | SupplyExpected
  | TransferArrived
  | LevelsSet
  | ReplenishmentSuggested
  | SuggestionWithdrawn
  | SuggestionAccepted
  | SuggestionDismissed
  | StockCarriedForward;

/** Free text is personal wherever it is typed. */
export const stockPersonalFields = {
  StockReceived: [],
  StockReserved: [],
  ReservationReleased: [],
  StockIssued: [],
  StockUsed: [],
  StockUseReversed: [],
  StockReturned: [],
  StockCounted: [],
  StockAdjusted: ['reason'],
  StockDiscrepancyFound: [],
  SupplyExpected: [],
  TransferArrived: ['reason'],
  LevelsSet: [],
  ReplenishmentSuggested: [],
  SuggestionWithdrawn: [],
  SuggestionAccepted: [],
  SuggestionDismissed: ['reason'],
  StockCarriedForward: [],
} as const satisfies Record<StockEvent['type'], readonly string[]>;
