/** Part requests of a case: asked for, sourced, shipped, received, used or sent back. */
import type { CommandContext, Decided } from '@fieldcase/eventsourcing';
import { ownersFor, planSupply, type SupplySource } from '../part-supply/plan-supply';
import { requireQuantity } from '../stock/stock.decide';
import { requireKept } from '../stock/stock.serials';
import type { CancelPartRequest, DeclinePartRequest, RequestPart, ShipPart, SourcePart } from './case.commands';
import type { CaseEvent } from './case.events';
import { nextChild } from './case.evolve-parts';
import { refusal } from './case.refusals';
import { iso, present, requireInCycle, requireLatestTechnician, requireOpen, requireOrder } from './case.requirements';
import { openVisit, type CaseState } from './case.state';
import { isUnshipped, partRequestId, withParts, type PartRequestState } from './part-request';
import { partsWaitWithin } from './parts-wait';

type Decision = readonly Decided<CaseEvent>[];

export function requestPart(command: RequestPart, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireLatestTechnician(state, context, false);
  requireInCycle(state, context);
  requireQuantity('quantity', command.quantity);
  const { partNumber, quantity, neededBy, serialised, makerId } = command;
  if (neededBy !== undefined && neededBy <= context.occurredAt) {
    throw refusal('part-request.needed-by-past', {}, { neededBy: `after ${iso(context.occurredAt)}` });
  }
  const roots = state.parts.filter((request) => request.parentId === null).length;
  const promisedAt = neededBy ?? context.occurredAt + partsWaitWithin(state);
  const data = {
    partRequestId: partRequestId(state.caseId, roots + 1),
    partNumber,
    quantity,
    serialised,
    owners: ownersFor(state.attributes.coverage, makerId),
    promisedAt: iso(promisedAt),
    ...present({ neededBy: neededBy === undefined ? undefined : iso(neededBy) }),
    ...present({ technicianId: technicianOf(state) }),
  };
  return [{ type: 'PartRequested', data }];
}

/** Who is with the machine, or was there last; nobody who has declined or was called back. */
function technicianOf(state: CaseState): string | undefined {
  const kept = state.visits.findLast(({ status }) => status !== 'declined' && status !== 'withdrawn');
  return openVisit(state)?.technicianId ?? kept?.technicianId;
}

export function requireRequest(state: CaseState, id: string): PartRequestState {
  const request = state.parts.find((candidate) => candidate.partRequestId === id);
  if (request === undefined) throw refusal('part-request.unknown', { partRequestId: id });
  return request;
}

/**
 * Looks for a source, for a request without one or one that waits for stock. Nothing is decided where nothing has
 * changed: a request that waits goes on waiting.
 */
export function sourcePart(command: SourcePart, state: CaseState): Decision {
  const request = requireRequest(state, command.partRequestId);
  if (request.status !== 'requested' && request.status !== 'backordered') return [];
  const { allocations, missing } = planSupply(
    request.quantity,
    command.owners ?? request.owners,
    askable(command, request),
  );
  if (allocations.length === 0) {
    // It waits already.
    if (request.status === 'backordered') return [];
    return [backordered(request.partRequestId, request.quantity, command)];
  }
  const [first] = allocations;
  if (first && allocations.length === 1 && missing === 0) return [allocated(request.partRequestId, first)];
  return split(request, allocations, missing, command);
}

/** A depot that declined is asked again only with what has come since. */
function askable({ sources, restocked }: SourcePart, { excluded }: PartRequestState): readonly SupplySource[] {
  return sources.filter(({ depotId }) => depotId === restocked || !excluded.includes(depotId));
}

const allocated = (id: string, allocation: { depotId: string; lines: PartRequestState['lines'] }): CaseEvent => ({
  type: 'PartAllocated',
  data: { partRequestId: id, ...allocation },
});

function backordered(id: string, quantity: number, { backorderAt, sources }: SourcePart): CaseEvent {
  const depots = sources.map(({ depotId }) => depotId);
  return {
    type: 'PartBackordered',
    data: { partRequestId: id, quantity, depots, ...present({ depotId: backorderAt }) },
  };
}

function split(
  request: PartRequestState,
  allocations: ReturnType<typeof planSupply>['allocations'],
  missing: number,
  command: SourcePart,
): Decision {
  const sourced = allocations.map((allocation, index) => ({
    id: nextChild(request, index),
    quantity: allocation.lines.reduce((sum, line) => sum + line.quantity, 0),
    allocation,
  }));
  const rest = missing > 0 ? [{ id: nextChild(request, sourced.length), quantity: missing }] : [];
  const children = [...sourced, ...rest].map(({ id, quantity }) => ({ partRequestId: id, quantity }));
  return [
    { type: 'PartRequestSplit', data: { partRequestId: request.partRequestId, children } },
    ...sourced.map(({ id, allocation }) => allocated(id, allocation)),
    ...rest.map(({ id, quantity }) => backordered(id, quantity, command)),
  ];
}

/** Of the depot that has it now; to every other it does not exist. */
function requireAt(state: CaseState, id: string, depotId: string): PartRequestState {
  const request = requireRequest(state, id);
  if (request.depotId !== depotId) throw refusal('part-request.unknown', { partRequestId: id });
  return request;
}

/** The promise of a depot that has not shipped yet. */
function requirePromised(request: PartRequestState): void {
  const { partRequestId: id, status } = request;
  if (status === 'shipped') throw refusal('part-request.already-shipped', { partRequestId: id });
  if (status === 'cancelled') throw refusal('part-request.cancelled', { partRequestId: id });
  if (status === 'backordered') throw refusal('part-request.backordered', { partRequestId: id });
}

export function acknowledge(id: string, depotId: string, state: CaseState, context: CommandContext): Decision {
  const request = requireAt(state, id, depotId);
  requirePromised(request);
  if (request.status === 'acknowledged') throw refusal('part-request.already-acknowledged', { partRequestId: id });
  requireOrder(context, request.requestedAt, 'PartRequested');
  return [{ type: 'PartRequestAcknowledged', data: { partRequestId: id, depotId } }];
}

export function decline(command: DeclinePartRequest, state: CaseState, context: CommandContext): Decision {
  const { partRequestId: id, depotId, reason } = command;
  const request = requireAt(state, id, depotId);
  requirePromised(request);
  requireOrder(context, request.requestedAt, 'PartRequested');
  return [{ type: 'PartRequestDeclined', data: { partRequestId: id, depotId, reason } }];
}

/** As a whole, acknowledged or not. */
export function ship(command: ShipPart, state: CaseState, context: CommandContext): Decision {
  const { partRequestId: id, depotId, carrier, trackingNumber, serials } = command;
  const request = requireAt(state, id, depotId);
  requirePromised(request);
  requireOrder(context, request.requestedAt, 'PartRequested');
  requireKept(request.serialised, request.quantity, serials);
  const lines = command.lines ?? request.lines;
  const data = { partRequestId: id, depotId, lines, ...present({ serials, carrier, trackingNumber }) };
  return [{ type: 'PartShipped', data }];
}

/** By the stock card: what it had promised is not there. Nothing where the request has moved on. */
export function breakPromise(id: string, depotId: string, state: CaseState): Decision {
  const request = requireRequest(state, id);
  const promised = request.status === 'allocated' || request.status === 'acknowledged';
  if (!promised || request.depotId !== depotId) return [];
  return [{ type: 'PartPromiseBroken', data: { partRequestId: id, depotId, partNumber: request.partNumber } }];
}

/** With all that it was split into; once anything has left a depot there is nothing to cancel. */
export function cancelPartRequest(command: CancelPartRequest, state: CaseState, context: CommandContext): Decision {
  requireOpen(state);
  requireLatestTechnician(state, context, false);
  const { partRequestId: id, reason } = command;
  const request = requireRequest(state, id);
  const parts = withParts(state.parts, id);
  if (parts.some(({ status }) => status === 'shipped')) {
    throw refusal('part-request.already-shipped', { partRequestId: id });
  }
  const open = parts.filter(isUnshipped);
  if (open.length === 0) throw refusal('part-request.cancelled', { partRequestId: id });
  requireOrder(context, request.requestedAt, 'PartRequested');
  return cancelled(open, reason);
}

/** What of the case's requests has not been shipped when the case itself is cancelled. */
export function cancelUnshipped(state: CaseState, reason: string): Decision {
  return cancelled(state.parts.filter(isUnshipped), reason);
}

function cancelled(requests: readonly PartRequestState[], reason: string): Decision {
  return requests.map(({ partRequestId: id, quantity }) => ({
    type: 'PartRequestCancelled',
    data: { partRequestId: id, quantity, reason },
  }));
}
