/** Part requests, stock cards and the depots' feed as queries answer them. Quantities are whole pieces. */

export interface StockLineView {
  /** `own`, or a maker's id for consigned stock (代管). */
  readonly owner: string;
  readonly quantity: number;
  readonly serials?: readonly string[];
}

export const PART_REQUEST_STATUSES = [
  'requested',
  'backordered',
  'allocated',
  'acknowledged',
  'shipped',
  'received',
  'split',
  'cancelled',
] as const;
export type PartRequestStatusView = (typeof PART_REQUEST_STATUSES)[number];

export interface ShipmentView {
  readonly shippedAt: string;
  readonly lines: readonly StockLineView[];
  readonly carrier?: string;
  readonly trackingNumber?: string;
}

/** What shipping needs to know of the case, for the depot that has the request, until it was received. */
export interface ShipToView {
  readonly siteName?: string;
  readonly contact?: { readonly name: string; readonly phone: string };
  readonly address?: string;
  readonly technicianId?: string;
}

export interface PartRequestView {
  readonly partRequestId: string;
  /** Absent where somebody asked for it; else the request that this one is a part of. */
  readonly parentId?: string;
  readonly caseId: string;
  readonly caseNumber: string;
  readonly partNumber: string;
  /** Everything asked for, parts included. */
  readonly quantity: number;
  /** A request that was split is `received` (or `cancelled`) when all of its parts are. */
  readonly status: PartRequestStatusView;
  /** Something is to come, to be used or to be sent back. */
  readonly open: boolean;
  /** Who has it now; of a back-order who gets it first. */
  readonly depotId: string | null;
  /** As promised, then as shipped. */
  readonly lines: readonly StockLineView[];
  readonly serialised: boolean;
  readonly priority: string;
  readonly technicianId?: string;
  readonly requestedAt: string;
  readonly neededBy?: string;
  readonly promisedAt: string;
  readonly acknowledgedAt?: string;
  readonly shipment?: ShipmentView;
  readonly received: number;
  readonly consumed: number;
  /** Sent back. */
  readonly returned: number;
  /** Sent back and not yet taken back by the depot. */
  readonly returnsDue: number;
  readonly shipTo?: ShipToView;
  readonly children: readonly PartRequestView[];
}

/** A movement or a promise on a card, of one owner, and what the card shows after it. */
export interface StockCardRow {
  readonly version: number;
  readonly position: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly type: string;
  readonly text: string;
  readonly owner: string;
  /** Pieces that came (or went, below zero). */
  readonly moved: number;
  readonly onHand: number;
  readonly reserved: number;
  readonly defective: number;
  readonly reference?: { readonly kind: string; readonly id: string };
  readonly serials?: readonly string[];
  /** Personal data. */
  readonly reason?: string;
  /** Of an adjustment that a second person has approved. */
  readonly requestedBy?: string;
  readonly actor: string;
}

export interface FeedItem {
  /** Of this depot, from 1, without gaps. */
  readonly sequence: number;
  readonly at: string;
  readonly change: string;
  readonly partRequestId: string;
  readonly caseId: string;
  readonly caseNumber: string;
  readonly partNumber: string;
  readonly quantity: number;
  readonly lines?: readonly StockLineView[];
  readonly promisedAt: string;
  readonly priority: string;
  readonly technicianId?: string;
}

export interface FeedView {
  readonly items: readonly FeedItem[];
  /** What `after` is next: the last item's sequence, or `after` itself where there is none. */
  readonly nextAfter: number;
  /** The newest sequence that the depot has. */
  readonly head: number;
  /** Of the log, as far as this answer goes. */
  readonly position: string;
}

export interface TransferView {
  readonly transferId: string;
  readonly from: string;
  readonly to: string;
  readonly partNumber: string;
  readonly owner: string;
  readonly quantity: number;
  readonly status: 'requested' | 'in-transit' | 'received';
  /** Asked for by the receiving depot. */
  readonly suggested: boolean;
  readonly requestedAt: string;
  readonly dispatchedAt?: string;
  readonly receivedAt?: string;
  readonly received?: number;
  readonly short?: number;
  readonly serials?: readonly string[];
  readonly version: number;
}

export interface AdjustmentView {
  readonly adjustmentId: string;
  readonly depotId: string;
  readonly partNumber: string;
  readonly owner: string;
  readonly by: number;
  readonly reason?: string;
  readonly serials?: readonly string[];
  readonly status: 'pending' | 'approved' | 'refused';
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
  readonly note?: string;
  readonly version: number;
}
