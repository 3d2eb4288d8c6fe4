/**
 * The stock card (库存卡) of one part in one depot. On hand >= 0, reserved <= on hand, for each owner. Every decision
 * also says what follows from it: broken promises, a suggestion, and now and then the state carried forward.
 */
import { streamId, type CommandContext, type Decided, type Decider, type Fact } from '@fieldcase/eventsourcing';
import type { StockCommand } from './stock.commands';
import * as card from './stock.decide';
import type { ReleaseCause, StockEvent, StockLine } from './stock.events';
import { evolveStock } from './stock.evolve';
import { brokenPromises, replenishment } from './stock.settle';
import { initialStockState, reservationFor, type StockState } from './stock.state';
import { decideSupply } from './stock.supply';

type Decision = readonly Decided<StockEvent>[];

/** A load reads at most about this many events. */
export const CARRY_FORWARD_EVERY = 500;

export function stockStream(depotId: string, partNumber: string): string {
  return streamId('stock', depotId, partNumber);
}

export const stockDecider: Decider<StockCommand, StockEvent, StockState> = {
  initialState: initialStockState,
  evolve: evolveStock,
  decide(command, state, context) {
    const decided = [...decideOwn(command, state, context)];
    const after = () => foldStock(state, decided, context);
    decided.push(...brokenPromises(after(), causes[command.type] ?? 'adjustment'));
    if (decided.length > 0) decided.push(...replenishment(after(), command.terms));
    const last = after();
    if (last.since < CARRY_FORWARD_EVERY) return decided;
    return [...decided, { type: 'StockCarriedForward', data: { state: { ...last, since: 0 } } }];
  },
};

const causes: Partial<Record<StockCommand['type'], ReleaseCause>> = { CountStock: 'count', UseStock: 'use' };

function foldStock(state: StockState, decided: Decision, context: CommandContext): StockState {
  const metadata = { actor: context.actor, actorRole: context.roles[0] ?? '', correlationId: '', causationId: '' };
  return decided.reduce((folded, event) => {
    const occurredAt = event.occurredAt ?? context.occurredAt;
    const fact = { ...event, occurredAt, recordedAt: context.now, position: 0n, metadata };
    return evolveStock(folded, fact as Fact<StockEvent>);
  }, state);
}

function decideOwn(command: StockCommand, state: StockState, context: CommandContext): Decision {
  const { serialised } = command.terms;
  switch (command.type) {
    case 'ReceiveStock':
      return card.receiveStock(command, serialised, state, context);
    case 'CountStock':
      return card.countStock(command, serialised, state, context);
    case 'AdjustStock':
      return card.adjustStock(command, serialised, state, context);
    case 'ReserveStock':
      return card.reserveStock(command, state);
    case 'ReleaseReservation':
      return release(command, state);
    case 'IssueReserved':
      return card.issueReserved(command, serialised, state, context);
    case 'UseStock':
      return card.useStock(command, state, context);
    case 'ReverseUse':
      return reverseUse(command, state, context);
    case 'TakeBack':
      return card.takeBack(command, state, context);
    default:
      return decideSupply(command, state, context);
  }
}

function release(
  { reference, cause }: Extract<StockCommand, { type: 'ReleaseReservation' }>,
  state: StockState,
): Decision {
  const reservation = reservationFor(state, reference.id);
  return reservation === undefined ? [] : [{ type: 'ReservationReleased', data: { ...reservation, cause } }];
}

/** What the use had to find on the shelf was not there before it, and does not come back to it. */
function withoutFound(lines: readonly StockLine[], { found }: StockState, useId: string): readonly StockLine[] {
  return lines.flatMap((line): StockLine[] => {
    const booked = found.filter(({ id, owner }) => id === useId && owner === line.owner);
    const quantity = line.quantity - booked.reduce((sum, each) => sum + each.quantity, 0);
    if (quantity <= 0) return [];
    return [{ ...line, quantity, ...(line.serials && { serials: line.serials.slice(0, quantity) }) }];
  });
}

function reverseUse(
  { reference, caseId, lines }: Extract<StockCommand, { type: 'ReverseUse' }>,
  state: StockState,
  context: CommandContext,
): Decision {
  const occurredAt = Math.max(context.occurredAt, state.movedAt ?? context.occurredAt);
  const back = withoutFound(lines, state, reference.id);
  return [{ type: 'StockUseReversed', data: { reference, caseId, lines: back }, occurredAt }];
}
