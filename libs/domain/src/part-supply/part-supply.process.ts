/**
 * Part supply: a request is sourced when it is made and whenever it has lost its source, and who waits is served when
 * stock has risen. Pure: the cards and the waiting list are read where the commands are decided.
 */
import { restOf, rootOf, type ProcessManager, type RecordedEvent } from '@fieldcase/eventsourcing';
import { caseOfPartRequest } from '../case/part-request';
import type { CaseTriaged } from '../case/case.events';
import type { PartEvent, PartPromiseBroken } from '../case/parts.events';
import type { ReleaseCause, StockEvent } from '../stock/stock.events';

export type PartSupplyCommand =
  | { readonly type: 'SourcePart'; readonly caseId: string; readonly partRequestId: string }
  | {
      readonly type: 'BreakPartPromise';
      readonly caseId: string;
      readonly partRequestId: string;
      readonly depotId: string;
    }
  /** What of a case waits for stock: whose pieces it may have has changed. */
  | { readonly type: 'SourceWaiting'; readonly caseId: string }
  | { readonly type: 'ServeBackorders'; readonly depotId: string; readonly partNumber: string };

type Followed = Extract<
  PartEvent | StockEvent | CaseTriaged,
  {
    type:
      | 'CaseTriaged'
      | 'PartRequested'
      | 'PartRequestDeclined'
      | 'PartPromiseBroken'
      | 'PartShortageReported'
      | 'ReservationReleased'
      | 'StockReceived'
      | 'StockReturned'
      | 'StockCounted'
      | 'StockAdjusted'
      | 'StockUseReversed'
      | 'TransferArrived';
  }
>;

const followed = [
  'CaseTriaged',
  'PartRequested',
  'PartRequestDeclined',
  'PartPromiseBroken',
  'PartShortageReported',
  'ReservationReleased',
  'StockReceived',
  'StockReturned',
  'StockCounted',
  'StockAdjusted',
  'StockUseReversed',
  'TransferArrived',
] as const satisfies readonly Followed['type'][];

export const partSupply: ProcessManager<PartSupplyCommand> = {
  name: 'part-supply',
  eventTypes: followed,
  partition: (event) => partOf(event) ?? rootOf(event.streamId),
  react: (event) => reactTo(event as RecordedEvent & Followed),
};

/** Requests and rises of one part, one after another: they meet on the same cards. */
function partOf(event: RecordedEvent): string | undefined {
  if (event.type === 'PartRequested' || event.type === 'PartPromiseBroken')
    return (event.data as { partNumber?: string }).partNumber;
  return event.streamId.startsWith('stock:') ? restOf(event.streamId)[0] : undefined;
}

function reactTo(event: RecordedEvent & Followed): readonly PartSupplyCommand[] {
  switch (event.type) {
    case 'CaseTriaged':
      return event.data.coverage === undefined ? [] : [{ type: 'SourceWaiting', caseId: rootOf(event.streamId) }];
    case 'PartRequested':
    case 'PartRequestDeclined':
      return source(event.data.partRequestId);
    case 'PartPromiseBroken':
      return [...source(event.data.partRequestId), ...left(event.data)];
    case 'PartShortageReported':
      return event.data.child === undefined ? [] : source(event.data.child);
    case 'ReservationReleased':
      return isPromiseLost(event.data.cause) ? broken(event) : risen(event);
    case 'StockReceived':
    case 'StockUseReversed':
      return risen(event);
    case 'StockReturned':
      return event.data.condition === 'good' ? risen(event) : [];
    case 'StockCounted':
      return event.data.counted > event.data.expected ? risen(event) : [];
    case 'StockAdjusted':
      return event.data.by > 0 ? risen(event) : [];
    case 'TransferArrived':
      return event.data.line.quantity > 0 ? risen(event) : [];
    default:
      return event satisfies never;
  }
}

function source(partRequestId: string): readonly PartSupplyCommand[] {
  const caseId = caseOfPartRequest(partRequestId);
  return caseId === undefined ? [] : [{ type: 'SourcePart', caseId, partRequestId }];
}

/** Cancelled and declined ones know it already. */
const isPromiseLost = (cause: ReleaseCause): boolean => cause !== 'cancelled' && cause !== 'declined';

/** Who has lost a promise looks for another source before what is left is offered to those who wait. */
function broken(
  event: RecordedEvent & Extract<Followed, { type: 'ReservationReleased' }>,
): readonly PartSupplyCommand[] {
  const { reference } = event.data;
  if (reference.kind !== 'part-request') return risen(event);
  const caseId = caseOfPartRequest(reference.id);
  if (caseId === undefined) return [];
  return [{ type: 'BreakPartPromise', caseId, partRequestId: reference.id, depotId: rootOf(event.streamId) }];
}

function left({ depotId, partNumber }: PartPromiseBroken['data']): readonly PartSupplyCommand[] {
  return partNumber === undefined ? [] : [{ type: 'ServeBackorders', depotId, partNumber }];
}

function risen({ streamId }: RecordedEvent): readonly PartSupplyCommand[] {
  return [{ type: 'ServeBackorders', depotId: rootOf(streamId), partNumber: restOf(streamId)[0] ?? '' }];
}
