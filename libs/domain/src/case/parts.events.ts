/**
 * The storage format of a case's part requests (备件申请, stream `parts:<caseId>`), all of them in one stream beside
 * the case's own. A request's id names its case: `<caseId>.<n>`, and of what it was split into `<caseId>.<n>.<m>`.
 */
import type { ReturnCondition, StockLine } from '../stock/stock.events';

export type ShortageReason = 'lost' | 'damaged' | 'short';

type E<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };
type OfRequest = { partRequestId: string };

/** A part of a request that is sourced by itself. */
export interface PartRequestPart {
  readonly partRequestId: string;
  readonly quantity: number;
}

/** What a visit's materials took from vans and from received requests. */
export interface MaterialsBooking {
  readonly visitId: string;
  readonly used: readonly {
    readonly depotId: string;
    readonly partNumber: string;
    readonly lines: readonly StockLine[];
  }[];
  readonly consumed: readonly PartRequestPart[];
}

/** `owners`: whose pieces may serve it, in this order; `promisedAt`: when the customer may expect it at the latest. */
export type PartRequested = E<
  'PartRequested',
  OfRequest & {
    partNumber: string;
    quantity: number;
    neededBy?: string;
    promisedAt: string;
    owners: readonly string[];
    serialised: boolean;
    technicianId?: string;
  }
>;
/** This depot has it and has promised it. */
export type PartAllocated = E<'PartAllocated', OfRequest & { depotId: string; lines: readonly StockLine[] }>;
/** Nobody has it: `depotId` gets it first (absent where no depot is known at all), `depots` may serve it. */
export type PartBackordered = E<
  'PartBackordered',
  OfRequest & { depotId?: string; quantity: number; depots: readonly string[] }
>;
/** No source has the whole: each part is a request of its own. */
export type PartRequestSplit = E<'PartRequestSplit', OfRequest & { children: readonly PartRequestPart[] }>;
export type PartRequestAcknowledged = E<'PartRequestAcknowledged', OfRequest & { depotId: string }>;
export type PartRequestDeclined = E<'PartRequestDeclined', OfRequest & { depotId: string; reason?: string }>;
/** A count or a use left less than was promised: the promise is gone and another source is looked for. */
export type PartPromiseBroken = E<'PartPromiseBroken', OfRequest & { depotId: string; partNumber?: string }>;
export type PartShipped = E<
  'PartShipped',
  OfRequest & {
    depotId: string;
    lines: readonly StockLine[];
    serials?: readonly string[];
    carrier?: string;
    trackingNumber?: string;
  }
>;
export type PartReceived = E<'PartReceived', OfRequest & { quantity: number }>;
/** `child` is sourced again; absent where the case needs it no more. */
export type PartShortageReported = E<
  'PartShortageReported',
  OfRequest & { quantity: number; reason: ShortageReason; child?: string }
>;
/** Outside a visit. */
export type PartConsumed = E<'PartConsumed', OfRequest & { quantity: number }>;
export type PartReturned = E<
  'PartReturned',
  OfRequest & { quantity: number; condition: ReturnCondition; serials?: readonly string[] }
>;
export type PartReturnReceived = E<
  'PartReturnReceived',
  OfRequest & { depotId: string; lines: readonly StockLine[]; condition: ReturnCondition }
>;
/** `quantity` = what was still to come. */
export type PartRequestCancelled = E<'PartRequestCancelled', OfRequest & { quantity: number; reason?: string }>;
export type MaterialsBooked = E<'MaterialsBooked', MaterialsBooking>;
/** Taken back by a corrected list. */
export type MaterialsBookingReversed = E<'MaterialsBookingReversed', MaterialsBooking>;

export type PartEvent =
  | PartRequested
  | PartAllocated
  | PartBackordered
  | PartRequestSplit
  | PartRequestAcknowledged
  | PartRequestDeclined
  | PartPromiseBroken
  | PartShipped
  | PartReceived
  | PartShortageReported
  | PartConsumed
  | PartReturned
  | PartReturnReceived
  | PartRequestCancelled
  | MaterialsBooked
  | MaterialsBookingReversed;

export const partPersonalFields = {
  PartRequested: [],
  PartAllocated: [],
  PartBackordered: [],
  PartRequestSplit: [],
  PartRequestAcknowledged: [],
  PartRequestDeclined: ['reason'],
  PartPromiseBroken: [],
  PartShipped: [],
  PartReceived: [],
  PartShortageReported: [],
  PartConsumed: [],
  PartReturned: [],
  PartReturnReceived: [],
  PartRequestCancelled: ['reason'],
  MaterialsBooked: [],
  MaterialsBookingReversed: [],
} as const satisfies Record<PartEvent['type'], readonly string[]>;
