/** What a case's part events mean for stock cards, waiting lists and the depots' feeds, in the same append. */
import type { Decided } from '@fieldcase/eventsourcing';
import { backordersStream, type BackorderCommand } from '../backorders/backorders';
import { depotFeedStream, type NoticePartRequest } from '../depot-feed/depot-feed';
import type { PartRequestChange } from '../depot-feed/depot-feed.events';
import type { ClockEvent } from '../sla';
import { stockStream } from '../stock/stock';
import type { StockFollowUp } from '../stock/stock.commands';
import type { StockLine } from '../stock/stock.events';
import type { CaseEvent } from './case.events';
import type { CaseState } from './case.state';
import type { PartRequestState } from './part-request';

export interface PartFollowUp {
  readonly streamId: string;
  readonly command: StockFollowUp | BackorderCommand | NoticePartRequest;
}

type PartEventOfRequest = Extract<Decided<CaseEvent>, { readonly data: { readonly partRequestId: string } }>;

/** @param after folded only where it is asked for: most commands have nothing to do with parts */
export function partFollowUps(
  event: Decided<CaseEvent | ClockEvent>,
  before: CaseState,
  after: () => CaseState,
): readonly PartFollowUp[] {
  if (event.type === 'MaterialsBooked' || event.type === 'MaterialsBookingReversed') return uses(event, before);
  if (event.type === 'CaseTriaged' || event.type === 'DetailsCorrected') return pressed(before, after());
  if (!isOfRequest(event)) return [];
  const { partRequestId } = event.data;
  const is = after().parts.find((request) => request.partRequestId === partRequestId);
  if (is === undefined) return [];
  const was = before.parts.find((request) => request.partRequestId === partRequestId) ?? is;
  return [...stockOf(event, was, is), ...waitingOf(event, was, is, before), ...noticesOf(event, was, is, before)];
}

function isOfRequest(event: Decided<CaseEvent | ClockEvent>): event is PartEventOfRequest {
  return 'partRequestId' in event.data;
}

/** What moves, or is promised, on the shelf of the depot concerned. */
function stockOf(event: PartEventOfRequest, was: PartRequestState, is: PartRequestState): readonly PartFollowUp[] {
  const reference = { kind: 'part-request', id: is.partRequestId } as const;
  const at = (depotId: string, command: StockFollowUp) => [{ streamId: stockStream(depotId, is.partNumber), command }];
  switch (event.type) {
    case 'PartAllocated':
      return at(event.data.depotId, { type: 'ReserveStock', reference, lines: event.data.lines });
    case 'PartRequestDeclined':
      return at(event.data.depotId, { type: 'ReleaseReservation', reference, cause: 'declined' });
    case 'PartRequestCancelled':
      if (was.depotId === null || was.lines.length === 0) return [];
      return at(was.depotId, { type: 'ReleaseReservation', reference, cause: 'cancelled' });
    case 'PartShipped': {
      const { serials } = event.data;
      return at(event.data.depotId, { type: 'IssueReserved', reference, ...(serials && { serials }) });
    }
    case 'PartReturnReceived': {
      const { lines, condition } = event.data;
      return at(event.data.depotId, { type: 'TakeBack', reference, lines, condition });
    }
    default:
      return [];
  }
}

/** Joins the waiting list where nobody has the part, and leaves it when served, split or cancelled. */
function waitingOf(
  event: PartEventOfRequest,
  was: PartRequestState,
  is: PartRequestState,
  state: CaseState,
): readonly PartFollowUp[] {
  const { partRequestId, partNumber, promisedAt } = is;
  const list = backordersStream(partNumber);
  if (event.type === 'PartBackordered') {
    const { quantity, depots } = event.data;
    const pressing = isPressing(state);
    const command = { type: 'QueueBackorder', partRequestId, quantity, pressing, promisedAt, depots } as const;
    return [{ streamId: list, command }];
  }
  const served = ['PartAllocated', 'PartRequestSplit', 'PartRequestCancelled'].includes(event.type);
  return served && was.status === 'backordered'
    ? [{ streamId: list, command: { type: 'LeaveBackorders', partRequestId } }]
    : [];
}

const isPressing = ({ attributes }: CaseState): boolean => attributes.priority !== 'normal';

/** What waits, waits with the urgency that its case has now. */
function pressed(before: CaseState, after: CaseState): readonly PartFollowUp[] {
  const pressing = isPressing(after);
  if (isPressing(before) === pressing) return [];
  return after.parts
    .filter(({ status }) => status === 'backordered')
    .map(({ partRequestId, partNumber }) => ({
      streamId: backordersStream(partNumber),
      command: { type: 'PressBackorder', partRequestId, pressing },
    }));
}

const changes = {
  PartAllocated: 'placed',
  PartBackordered: 'backordered',
  PartRequestAcknowledged: 'acknowledged',
  PartRequestDeclined: 'moved',
  PartPromiseBroken: 'moved',
  PartRequestCancelled: 'cancelled',
  PartShipped: 'shipped',
  PartReceived: 'received',
  PartShortageReported: 'shortage',
  PartReturned: 'return-announced',
  PartReturnReceived: 'return-received',
} as const satisfies Partial<Record<CaseEvent['type'], PartRequestChange>>;

/** To the depot that has it, and to the one that had it when it moves on. */
function noticesOf(
  event: PartEventOfRequest,
  was: PartRequestState,
  is: PartRequestState,
  { caseId, number, attributes }: CaseState,
): readonly PartFollowUp[] {
  const change: PartRequestChange | undefined = changes[event.type as keyof typeof changes];
  if (change === undefined) return [];
  const { partRequestId, partNumber, technicianId } = is;
  const told = 'quantity' in event.data ? event.data.quantity : is.quantity;
  const lines = 'lines' in event.data ? { lines: event.data.lines } : {};
  const notice: NoticePartRequest = {
    type: 'NoticePartRequest',
    change,
    partRequestId,
    caseId,
    caseNumber: number,
    partNumber,
    quantity: told,
    ...lines,
    promisedAt: new Date(is.promisedAt).toISOString(),
    priority: attributes.priority,
    ...(technicianId === null ? {} : { technicianId }),
  };
  const to = (depotId: string, command = notice): PartFollowUp => ({ streamId: depotFeedStream(depotId), command });
  const left = was.depotId !== null && was.depotId !== is.depotId && change !== 'moved';
  return [
    ...(left && was.depotId !== null ? [to(was.depotId, { ...notice, change: 'moved' })] : []),
    ...(change === 'moved'
      ? was.depotId === null
        ? []
        : [to(was.depotId)]
      : is.depotId === null
        ? []
        : [to(is.depotId)]),
  ];
}

/** Lines of materials that come from a van, and what a corrected list gives back to it. */
function uses(
  event: Extract<Decided<CaseEvent>, { type: 'MaterialsBooked' | 'MaterialsBookingReversed' }>,
  { caseId }: CaseState,
): readonly PartFollowUp[] {
  const { visitId, used } = event.data;
  const reference = { kind: 'visit', id: visitId } as const;
  const type = event.type === 'MaterialsBooked' ? 'UseStock' : 'ReverseUse';
  return used.map(
    ({ depotId, partNumber, lines }: { depotId: string; partNumber: string; lines: readonly StockLine[] }) => ({
      streamId: stockStream(depotId, partNumber),
      command: { type, reference, caseId, lines },
    }),
  );
}
