/** What becomes of parts that a depot has shipped. */
import type { CommandContext, Decided } from '@fieldcase/eventsourcing';
import { requireKept } from '../stock/stock.serials';
import { requireQuantity } from '../stock/stock.decide';
import type { StockLine } from '../stock/stock.events';
import type { ConsumePart, ReceivePart, ReceiveReturn, ReportShortage, ReturnUnused } from './case.commands';
import type { CaseEvent } from './case.events';
import { nextChild } from './case.evolve-parts';
import { refusal } from './case.refusals';
import { present, requireLatestTechnician, requireOpen, requireOrder } from './case.requirements';
import { materialLines, type CaseState } from './case.state';
import { requireRequest } from './decide-parts';
import { inHand, onTheWay, withParts, type PartRequestState } from './part-request';

type Decision = readonly Decided<CaseEvent>[];

/** How a quantity told of a split request falls to its parts, oldest first. */
interface Share {
  readonly request: PartRequestState;
  readonly quantity: number;
}

/** What a quantity is taken from, and how its refusal is called. */
interface Room {
  readonly of: (request: PartRequestState) => number;
  readonly exceeded: 'part-request.more-than-shipped' | 'part-request.more-than-received';
}

const ON_THE_WAY: Room = { of: onTheWay, exceeded: 'part-request.more-than-shipped' };
const IN_HAND: Room = { of: inHand, exceeded: 'part-request.more-than-received' };

function sharesOf(
  requests: readonly PartRequestState[],
  quantity: number,
  room: Room,
  context: CommandContext,
): readonly Share[] {
  let left = quantity;
  const shares = requests.flatMap((request): Share[] => {
    const taken = Math.min(left, Math.max(0, room.of(request)));
    left -= taken;
    return taken > 0 ? [{ request, quantity: taken }] : [];
  });
  if (left > 0) {
    const most = quantity - left;
    throw refusal(room.exceeded, { most, quantity }, { quantity: `at most ${most}` });
  }
  for (const { request } of shares) requireOrder(context, request.shippedAt, 'PartShipped');
  return shares;
}

function requireShipped(requests: readonly PartRequestState[], id: string): void {
  if (requests.some(({ status }) => status === 'shipped')) return;
  const cancelled = requests.every(({ status }) => status === 'cancelled' || status === 'split');
  throw refusal(cancelled ? 'part-request.cancelled' : 'part-request.not-shipped', { partRequestId: id });
}

/** Of what is on its way to the technician, the pieces that he tells of. */
function arriving(
  { partRequestId: id, quantity }: ReceivePart | ReportShortage,
  state: CaseState,
  context: CommandContext,
): readonly Share[] {
  requireLatestTechnician(state, context, false);
  requireRequest(state, id);
  requireQuantity('quantity', quantity);
  const requests = withParts(state.parts, id);
  requireShipped(requests, id);
  return sharesOf(requests, quantity, ON_THE_WAY, context);
}

/** Also for a cancelled case: what is on its way still arrives. */
export function receivePart(command: ReceivePart, state: CaseState, context: CommandContext): Decision {
  return arriving(command, state, context).map((part) => ({
    type: 'PartReceived',
    data: { partRequestId: part.request.partRequestId, quantity: part.quantity },
  }));
}

/** What will not arrive is sourced again, as long as the case is open. */
export function reportShortage(command: ReportShortage, state: CaseState, context: CommandContext): Decision {
  const { reason } = command;
  const again = state.phase === 'open';
  return arriving(command, state, context).map(({ request, quantity: short }) => ({
    type: 'PartShortageReported',
    data: {
      partRequestId: request.partRequestId,
      quantity: short,
      reason,
      ...present({ child: again ? nextChild(request) : undefined }),
    },
  }));
}

/** Outside a visit: a visit's completion books its own. */
export function consumePart(command: ConsumePart, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireLatestTechnician(state, context, false);
  const { partRequestId: id, quantity } = command;
  requireQuantity('quantity', quantity);
  return consumption(state, id, quantity, context).map((part) => ({
    type: 'PartConsumed',
    data: { partRequestId: part.request.partRequestId, quantity: part.quantity },
  }));
}

/** Of which received pieces a quantity is taken. */
export function consumption(state: CaseState, id: string, quantity: number, context: CommandContext): readonly Share[] {
  requireRequest(state, id);
  return sharesOf(withParts(state.parts, id), quantity, IN_HAND, context);
}

/** Announced by the technician; stock rises when the depot has it. */
export function returnUnused(command: ReturnUnused, state: CaseState, context: CommandContext): Decision {
  const { partRequestId: id, quantity, condition, serials } = command;
  requireLatestTechnician(state, context, false);
  requireRequest(state, id);
  requireQuantity('quantity', quantity);
  const shares = sharesOf(withParts(state.parts, id), quantity, IN_HAND, context);
  if (shares.length > 1 && serials !== undefined) {
    throw refusal('part-request.split', { partRequestId: id }, { serials: 'name the part that they belong to' });
  }
  return shares.map(({ request, quantity: back }) => {
    if (serials !== undefined) requireOwnSerials(request, serials, back, usedSerials(state));
    const data = { partRequestId: request.partRequestId, quantity: back, condition, ...present({ serials }) };
    return { type: 'PartReturned', data };
  });
}

/** In a machine: they do not come back as unused. */
function usedSerials(state: CaseState): ReadonlySet<string> {
  return new Set(materialLines(state).flatMap(({ serial }) => (serial === undefined ? [] : [serial])));
}

function requireOwnSerials(
  request: PartRequestState,
  serials: readonly string[],
  quantity: number,
  used: ReadonlySet<string>,
): void {
  requireKept(request.serialised, quantity, serials);
  const stranger = serials.find((serial) => !request.serials.includes(serial) || used.has(serial));
  if (stranger === undefined) return;
  const params = { partRequestId: request.partRequestId, serial: stranger };
  throw refusal('part-request.serial-not-shipped', params, { serials: 'serial numbers that were shipped' });
}

/** By the depot that shipped: good pieces rise on its shelf, defective ones in its defective store. */
export function receiveReturn(command: ReceiveReturn, state: CaseState, context: CommandContext): Decision {
  const { partRequestId: id, depotId, quantity, condition, serials } = command;
  const request = requireRequest(state, id);
  if (request.depotId !== depotId || request.status !== 'shipped') {
    throw refusal('part-request.unknown', { partRequestId: id });
  }
  requireQuantity('quantity', quantity);
  const due = returnsDue(request);
  if (quantity > due) {
    throw refusal('part-request.more-than-returned', { due, quantity }, { quantity: `at most ${due}` });
  }
  requireOrder(context, request.shippedAt, 'PartShipped');
  if (request.serialised) requireOwnSerials(request, serials ?? [], quantity, usedSerials(state));
  const data = { partRequestId: id, depotId, lines: returnedLines(request, quantity, serials), condition };
  return [{ type: 'PartReturnReceived', data }];
}

/** Sent back and not yet taken back; the depot judges the condition, whatever was announced. */
export function returnsDue({ returned, takenBack }: PartRequestState): number {
  return returned - takenBack.good - takenBack.defective;
}

/** A serial comes back to whose it is; of other pieces the consigned ones were used first, so our own come back first. */
function returnedLines(request: PartRequestState, quantity: number, serials?: readonly string[]): readonly StockLine[] {
  if (serials !== undefined && request.lines.every((line) => line.serials !== undefined)) {
    return request.lines.flatMap(({ owner, serials: shipped = [] }): StockLine[] => {
      const own = serials.filter((serial) => shipped.includes(serial));
      return own.length === 0 ? [] : [{ owner, quantity: own.length, serials: own }];
    });
  }
  let skip = request.takenBack.good + request.takenBack.defective;
  let left = quantity;
  let next = 0;
  return request.lines.toReversed().flatMap(({ owner, quantity: shipped }): StockLine[] => {
    const room = Math.max(0, shipped - skip);
    skip = Math.max(0, skip - shipped);
    const taken = Math.min(left, room);
    left -= taken;
    if (taken === 0) return [];
    const own = serials?.slice(next, next + taken);
    next += taken;
    return [{ owner, quantity: taken, ...(own && { serials: own }) }];
  });
}
