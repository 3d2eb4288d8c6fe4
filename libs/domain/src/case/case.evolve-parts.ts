import type { Fact, Instant } from '@fieldcase/eventsourcing';
import type { CaseEvent } from './case.events';
import type { ClockEvent } from '../sla';
import { childRequestId, type PartRequestState } from './part-request';
import type { PartRequestPart } from './parts.events';

type Requests = readonly PartRequestState[];
type Change = Partial<PartRequestState> | ((request: PartRequestState) => Partial<PartRequestState>);

function change(requests: Requests, id: string, changes: Change): Requests {
  return requests.map((request) => {
    if (request.partRequestId !== id) return request;
    return { ...request, ...(typeof changes === 'function' ? changes(request) : changes) };
  });
}

/** The part requests after an event of the case. */
export function evolveParts(requests: Requests, event: Fact<CaseEvent | ClockEvent>, cycle: number): Requests {
  switch (event.type) {
    case 'PartRequested':
      return [...requests, requested(event.data, event.occurredAt, cycle)];
    case 'PartAllocated': {
      const { partRequestId, depotId, lines } = event.data;
      return change(requests, partRequestId, { status: 'allocated', depotId, lines });
    }
    case 'PartBackordered':
      return change(requests, event.data.partRequestId, {
        status: 'backordered',
        depotId: event.data.depotId ?? null,
        lines: [],
      });
    case 'PartRequestSplit': {
      const { partRequestId, children } = event.data;
      const parted = change(requests, partRequestId, { status: 'split', quantity: 0, depotId: null, lines: [] });
      return children.reduce((all, child) => withChild(all, partRequestId, child), parted);
    }
    case 'PartRequestAcknowledged':
      return change(requests, event.data.partRequestId, { status: 'acknowledged' });
    case 'PartRequestDeclined': {
      const { partRequestId, depotId } = event.data;
      return change(requests, partRequestId, ({ excluded }) => ({ ...UNSOURCED, excluded: [...excluded, depotId] }));
    }
    case 'PartPromiseBroken':
      return change(requests, event.data.partRequestId, UNSOURCED);
    case 'PartShipped': {
      const { partRequestId, lines, serials = [] } = event.data;
      return change(requests, partRequestId, { status: 'shipped', lines, serials, shippedAt: event.occurredAt });
    }
    default:
      return evolveReceived(requests, event);
  }
}

/** What becomes of pieces that have left a depot. */
function evolveReceived(requests: Requests, event: Fact<CaseEvent | ClockEvent>): Requests {
  switch (event.type) {
    case 'PartReceived': {
      const { partRequestId, quantity } = event.data;
      return change(requests, partRequestId, ({ received }) => ({ received: received + quantity }));
    }
    case 'PartShortageReported': {
      const { partRequestId, quantity, child } = event.data;
      const less = change(requests, partRequestId, (request) => ({ quantity: request.quantity - quantity }));
      return child === undefined ? less : withChild(less, partRequestId, { partRequestId: child, quantity });
    }
    case 'PartConsumed':
      return consumed(requests, [event.data], 1);
    case 'MaterialsBooked':
      return consumed(requests, event.data.consumed, 1);
    case 'MaterialsBookingReversed':
      return consumed(requests, event.data.consumed, -1);
    case 'PartReturned': {
      const { partRequestId, quantity, condition } = event.data;
      return change(requests, partRequestId, ({ returned, announced }) => ({
        returned: returned + quantity,
        announced: { ...announced, [condition]: announced[condition] + quantity },
      }));
    }
    case 'PartReturnReceived': {
      const { partRequestId, lines, condition } = event.data;
      const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
      const back = lines.flatMap((line) => line.serials ?? []);
      return change(requests, partRequestId, ({ takenBack, serials }) => ({
        serials: serials.filter((serial) => !back.includes(serial)),
        takenBack: { ...takenBack, [condition]: takenBack[condition] + quantity },
      }));
    }
    case 'PartRequestCancelled':
      return change(requests, event.data.partRequestId, { status: 'cancelled', lines: [] });
    default:
      return requests;
  }
}

const NONE = { good: 0, defective: 0 };
const UNSOURCED = { status: 'requested', depotId: null, lines: [] } as const;

function requested(
  data: Extract<CaseEvent, { type: 'PartRequested' }>['data'],
  requestedAt: Instant,
  cycle: number,
): PartRequestState {
  const { partRequestId, partNumber, quantity, serialised, owners, technicianId, promisedAt } = data;
  return {
    partRequestId,
    parentId: null,
    partNumber,
    serialised,
    owners,
    quantity,
    status: 'requested',
    depotId: null,
    lines: [],
    serials: [],
    excluded: [],
    requestedAt,
    promisedAt: Date.parse(promisedAt),
    shippedAt: null,
    technicianId: technicianId ?? null,
    cycle,
    received: 0,
    consumed: 0,
    returned: 0,
    announced: NONE,
    takenBack: NONE,
    children: 0,
  };
}

/** Sourced by itself, as its parent was to be: same part, owners, promise, and the same depots left out. */
function withChild(requests: Requests, parentId: string, { partRequestId, quantity }: PartRequestPart): Requests {
  const parent = requests.find((request) => request.partRequestId === parentId);
  if (parent === undefined) return requests;
  const child: PartRequestState = {
    ...parent,
    partRequestId,
    parentId,
    quantity,
    status: 'requested',
    depotId: null,
    lines: [],
    serials: [],
    shippedAt: null,
    received: 0,
    consumed: 0,
    returned: 0,
    announced: NONE,
    takenBack: NONE,
    children: 0,
  };
  return [...change(requests, parentId, { children: parent.children + 1 }), child];
}

/** The next child's id of a request, given how many it is about to get before this one. */
export function nextChild(parent: PartRequestState, before = 0): string {
  return childRequestId(parent.partRequestId, parent.children + before + 1);
}

function consumed(requests: Requests, taken: readonly PartRequestPart[], sign: 1 | -1): Requests {
  return taken.reduce(
    (all, { partRequestId, quantity }) =>
      change(all, partRequestId, (request) => ({ consumed: request.consumed + sign * quantity })),
    requests,
  );
}
