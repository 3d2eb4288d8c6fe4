/** What may happen to a stock card. Each function throws a Rejection or answers the events. */
import type { CommandContext, Decided, Instant } from '@fieldcase/eventsourcing';
import type {
  AdjustStock,
  CountStock,
  IssueReserved,
  ReceiveStock,
  ReceiveTransfer,
  ReserveStock,
  TakeBack,
  UseStock,
} from './stock.commands';
import type { StockEvent, StockLine } from './stock.events';
import { stockRefusal } from './stock.refusals';
import { requireKept, requireKnownSerials, shareSerials } from './stock.serials';
import { availableOf, ownerStock, quantityOf, reservationFor, type StockState } from './stock.state';

type Decision = readonly Decided<StockEvent>[];

/** The most that one movement may name: a typing error, not a delivery. */
export const MAX_QUANTITY = 1_000_000;

export function requireQuantity(field: string, quantity: number, least = 1): void {
  if (Number.isSafeInteger(quantity) && quantity >= least && quantity <= MAX_QUANTITY) return;
  const params = { field, least, most: MAX_QUANTITY };
  throw stockRefusal('stock.quantity', params, { [field]: `a whole number from ${least} to ${MAX_QUANTITY}` });
}

/**
 * When a movement of people counts on the card. Who names an instant before the last movement is refused; who names
 * none means now, even where another machine's clock is a little ahead.
 */
export function requireNotBackdated(state: StockState, context: CommandContext): Instant {
  const { movedAt } = state;
  if (movedAt === null || context.occurredAt >= movedAt) return context.occurredAt;
  if (context.occurredAt === context.now) return movedAt;
  const notBefore = new Date(movedAt).toISOString();
  throw stockRefusal('stock.backdated', { notBefore }, { occurredAt: `not before ${notBefore} (the last movement)` });
}

/** What happened on a visit stands, however late it was written down. */
function afterLastMovement(state: StockState, context: CommandContext): Instant {
  return Math.max(context.occurredAt, state.movedAt ?? context.occurredAt);
}

export function receiveStock(
  command: ReceiveStock,
  serialised: boolean,
  state: StockState,
  context: CommandContext,
): Decision {
  const { quantity, owner, serials, reference } = command;
  requireQuantity('quantity', quantity);
  requireKept(serialised, quantity, serials);
  const occurredAt = requireNotBackdated(state, context);
  const line = { owner, quantity, ...(serials && { serials }) };
  return [{ type: 'StockReceived', data: { line, ...(reference && { reference }) }, occurredAt }];
}

export function countStock(
  command: CountStock,
  serialised: boolean,
  state: StockState,
  context: CommandContext,
): Decision {
  const { counted, owner, serials } = command;
  requireQuantity('counted', counted, 0);
  const expected = ownerStock(state, owner).onHand;
  // A count that agrees need not name every serial.
  if (serials !== undefined || counted !== expected) requireKept(serialised, counted, serials);
  const occurredAt = requireNotBackdated(state, context);
  return [{ type: 'StockCounted', data: { owner, counted, expected, ...(serials && { serials }) }, occurredAt }];
}

export function adjustStock(
  command: AdjustStock,
  serialised: boolean,
  state: StockState,
  context: CommandContext,
): Decision {
  requireAdjustable(command, serialised, state);
  const { by, owner, reason, serials, adjustmentId } = command;
  const data = { by, owner, reason, ...(serials && { serials }), ...(adjustmentId && { adjustmentId }) };
  return [{ type: 'StockAdjusted', data, occurredAt: requireNotBackdated(state, context) }];
}

/** Also asked when an adjustment is only requested: nobody could approve what the card refuses. */
export function requireAdjustable(
  { by, owner, serials }: Pick<AdjustStock, 'by' | 'owner' | 'serials'>,
  serialised: boolean,
  state: StockState,
): void {
  if (by === 0 || !Number.isSafeInteger(by) || Math.abs(by) > MAX_QUANTITY) {
    const params = { field: 'by', least: -MAX_QUANTITY, most: MAX_QUANTITY };
    throw stockRefusal('stock.quantity', params, {
      by: `a whole number from -${MAX_QUANTITY} to ${MAX_QUANTITY}, not 0`,
    });
  }
  requireKept(serialised, Math.abs(by), serials);
  const { onHand } = ownerStock(state, owner);
  if (onHand + by < 0) throw stockRefusal('stock.below-zero', { onHand, by, owner }, { by: `at least -${onHand}` });
  if (by < 0) requireKnownSerials(state, owner, serials ?? []);
}

/** Promises pieces; a promise is no movement. */
export function reserveStock({ reference, lines }: ReserveStock, state: StockState): Decision {
  for (const { owner, quantity } of lines) requireAvailable(state, owner, quantity);
  return [{ type: 'StockReserved', data: { reference, lines } }];
}

function requireAvailable(state: StockState, owner: string, quantity: number): void {
  const available = availableOf(state, owner);
  if (available >= quantity) return;
  throw stockRefusal('stock.not-available', { available, quantity, owner }, { quantity: `at most ${available}` });
}

export function issueReserved(
  command: IssueReserved,
  serialised: boolean,
  state: StockState,
  context: CommandContext,
): Decision {
  const { reference, serials } = command;
  const reserved = reservationFor(state, reference.id)?.lines;
  const promised = reserved ?? command.lines;
  if (promised === undefined) throw stockRefusal('stock.reservation-unknown', { id: reference.id });
  const anew = reserved === undefined ? reserveStock({ type: 'ReserveStock', reference, lines: promised }, state) : [];
  requireKept(serialised, quantityOf(promised), serials);
  const lines = serials === undefined ? promised : shareSerials(state, promised, serials);
  const occurredAt = requireNotBackdated(state, context);
  return [...anew, { type: 'StockIssued', data: { reference, lines }, occurredAt }];
}

/** The completion stands whatever the card shows: what is missing on it is booked in, and a count is due. */
export function useStock({ reference, caseId, lines }: UseStock, state: StockState, context: CommandContext): Decision {
  const occurredAt = afterLastMovement(state, context);
  const found = lines.flatMap((line): Decided<StockEvent>[] => {
    const shown = ownerStock(state, line.owner).onHand;
    const { owner, quantity: used } = line;
    if (used <= shown) return [];
    return [
      {
        type: 'StockDiscrepancyFound',
        data: { reference, owner, used, shown, difference: used - shown },
        occurredAt,
      },
    ];
  });
  return [...found, { type: 'StockUsed', data: { reference, caseId, lines: onShelf(lines, state) }, occurredAt }];
}

/** A serial that the card does not show was found with the pieces: it leaves with them. */
function onShelf(lines: readonly StockLine[], state: StockState): readonly StockLine[] {
  return lines.map((line) => {
    if (line.serials === undefined) return line;
    const known = ownerStock(state, line.owner).serials;
    return { ...line, serials: line.serials.filter((serial) => known.includes(serial)) };
  });
}

export function takeBack(
  { reference, lines, condition }: TakeBack,
  state: StockState,
  context: CommandContext,
): Decision {
  const occurredAt = requireNotBackdated(state, context);
  return [{ type: 'StockReturned', data: { reference, lines, condition }, occurredAt }];
}

export function receiveTransfer(command: ReceiveTransfer, state: StockState, context: CommandContext): Decision {
  const { reference, line, short, reason } = command;
  const data = { reference, line, short, ...(reason && { reason }) };
  return [{ type: 'TransferArrived', data, occurredAt: requireNotBackdated(state, context) }];
}
