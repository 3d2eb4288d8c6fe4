/** The part requests of a case as its state remembers them, and what can be said of them. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { StockLine } from '../stock/stock.events';

/**
 * `requested`: to be sourced. `split`: everything of it is in its children. A request that was short also has children,
 * for what was sourced again.
 */
export type PartRequestStatus =
  'requested' | 'backordered' | 'allocated' | 'acknowledged' | 'shipped' | 'split' | 'cancelled';

export interface PartRequestState {
  readonly partRequestId: string;
  readonly parentId: string | null;
  readonly partNumber: string;
  readonly serialised: boolean;
  readonly owners: readonly string[];
  /** Of this request itself, without what its children are to bring. */
  readonly quantity: number;
  readonly status: PartRequestStatus;
  /** Who has it or is to get it first. */
  readonly depotId: string | null;
  /** As promised, then as shipped. */
  readonly lines: readonly StockLine[];
  /** Shipped and not yet taken back, where the part is serialised. */
  readonly serials: readonly string[];
  /** Declined it: asked again only when stock has come since. */
  readonly excluded: readonly string[];
  readonly requestedAt: Instant;
  readonly promisedAt: Instant;
  readonly shippedAt: Instant | null;
  readonly technicianId: string | null;
  readonly cycle: number;
  readonly received: number;
  readonly consumed: number;
  /** Sent back, good and defective together; `takenBack` of it has come to the depot. */
  readonly returned: number;
  readonly takenBack: { readonly good: number; readonly defective: number };
  readonly announced: { readonly good: number; readonly defective: number };
  /** How many children it has: the next one's id. */
  readonly children: number;
}

export const partRequestId = (caseId: string, number: number): string => `${caseId}.${number}`;
export const childRequestId = (parentId: string, number: number): string => `${parentId}.${number}`;
/** The case that a request's id names; undefined for what is no such id. */
export function caseOfPartRequest(id: string): string | undefined {
  return /^([^.]+)(\.[1-9]\d{0,5}){1,6}$/.exec(id)?.[1];
}
/** The request that somebody made, of which this one is a part. */
export function rootPartRequest(id: string): string {
  return id.split('.').slice(0, 2).join('.');
}

const unshipped: ReadonlySet<PartRequestStatus> = new Set<PartRequestStatus>([
  'requested',
  'backordered',
  'allocated',
  'acknowledged',
]);

/** Nothing of it has left a depot: it may still be cancelled. */
export function isUnshipped(request: PartRequestState): boolean {
  return unshipped.has(request.status);
}

/** Pieces between a depot and the technician. */
export function onTheWay(request: PartRequestState): number {
  return request.status === 'shipped' ? request.quantity - request.received : 0;
}

/** Received, neither used nor sent back. */
export function inHand(request: PartRequestState): number {
  return request.received - request.consumed - request.returned;
}

/** Until cancelled, or until consumed + returned = received and nothing is to come. Its children are asked by themselves. */
export function isOpenRequest(request: PartRequestState): boolean {
  return isUnshipped(request) || onTheWay(request) > 0 || inHand(request) > 0;
}

/** Something is still to come: the case waits for it. */
export function isAwaited(request: PartRequestState): boolean {
  return isUnshipped(request) || onTheWay(request) > 0;
}

/** A request with everything that it was split into, itself first. */
export function withParts(requests: readonly PartRequestState[], id: string): readonly PartRequestState[] {
  return requests.filter(({ partRequestId: own }) => own === id || own.startsWith(`${id}.`));
}
