/** Commands about the part requests of a case; references resolved, instants in epoch ms. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { StockLine } from '../stock/stock.events';
import type { SupplySource } from '../part-supply/plan-supply';
import type { ReturnCondition } from '../stock/stock.events';
import type { ShortageReason } from './parts.events';

type C<Type extends string, Body> = { readonly type: Type } & Readonly<Body>;
type OfRequest = { partRequestId: string };

export type RequestPart = C<
  'RequestPart',
  { partNumber: string; quantity: number; neededBy?: Instant; serialised: boolean; makerId?: string }
>;
/**
 * By the part supply process. `sources`: who may be asked, nearest first, as their cards stand; `restocked`: whose stock
 * has just risen; `backorderAt`: who gets it first where nobody has it.
 */
export type SourcePart = C<
  'SourcePart',
  OfRequest & {
    sources: readonly SupplySource[];
    /** Whose pieces it may have, as the case is covered now; as it was when it was asked for, when absent. */
    owners?: readonly string[];
    restocked?: string;
    backorderAt?: string;
  }
>;
/** By the part supply process, after a card could not keep its promise. */
export type BreakPartPromise = C<'BreakPartPromise', OfRequest & { depotId: string }>;
export type AcknowledgePartRequest = C<'AcknowledgePartRequest', OfRequest & { depotId: string }>;
export type DeclinePartRequest = C<'DeclinePartRequest', OfRequest & { depotId: string; reason: string }>;
export type ShipPart = C<
  'ShipPart',
  OfRequest & {
    depotId: string;
    carrier?: string;
    trackingNumber?: string;
    serials?: readonly string[];
    /** Whose piece each serial is, as the card says. */
    lines?: readonly StockLine[];
  }
>;
export type ReceivePart = C<'ReceivePart', OfRequest & { quantity: number }>;
export type ReportShortage = C<'ReportShortage', OfRequest & { quantity: number; reason: ShortageReason }>;
export type ConsumePart = C<'ConsumePart', OfRequest & { quantity: number }>;
export type ReturnUnused = C<
  'ReturnUnused',
  OfRequest & { quantity: number; condition: ReturnCondition; serials?: readonly string[] }
>;
export type ReceiveReturn = C<
  'ReceiveReturn',
  OfRequest & { depotId: string; quantity: number; condition: ReturnCondition; serials?: readonly string[] }
>;
export type CancelPartRequest = C<'CancelPartRequest', OfRequest & { reason: string }>;

export type PartCommand =
  | RequestPart
  | SourcePart
  | BreakPartPromise
  | AcknowledgePartRequest
  | DeclinePartRequest
  | ShipPart
  | ReceivePart
  | ReportShortage
  | ConsumePart
  | ReturnUnused
  | ReceiveReturn
  | CancelPartRequest;
