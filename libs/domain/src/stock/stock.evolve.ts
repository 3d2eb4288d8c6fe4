import type { Fact } from '@fieldcase/eventsourcing';
import type { StockEvent, StockLine, StockReference } from './stock.events';
import { forecastOf, initialStockState, ownerStock, type OwnerStock, type StockState } from './stock.state';

/** The fold of a stock card. Never throws, never mutates, reads no personal field. */
export function evolveStock(state: StockState, event: Fact<StockEvent>): StockState {
  if (event.type === 'StockCarriedForward') return { ...initialStockState, ...event.data.state, since: 0 };
  const after = evolveSums(state, event);
  const moved = isMovement(event.type)
    ? { movedAt: Math.max(state.movedAt ?? event.occurredAt, event.occurredAt) }
    : {};
  const told = { ...after, ...moved, since: state.since + 1 };
  const { dismissed } = told;
  return dismissed !== null && forecastOf(told) >= dismissed.min ? { ...told, dismissed: null } : told;
}

/** Corrections come soon: of so many uses at least it is known what they found. */
const MOST_FOUND = 100;

const movements: ReadonlySet<StockEvent['type']> = new Set<StockEvent['type']>([
  'StockReceived',
  'StockIssued',
  'StockUsed',
  'StockUseReversed',
  'StockReturned',
  'StockCounted',
  'StockAdjusted',
  'StockDiscrepancyFound',
  'TransferArrived',
]);

/** Pieces came or went, or were counted; reservations and suggestions move nothing. */
export function isMovement(type: StockEvent['type']): boolean {
  return movements.has(type);
}

function evolveSums(state: StockState, event: Fact<Exclude<StockEvent, { type: 'StockCarriedForward' }>>): StockState {
  switch (event.type) {
    case 'StockReceived':
      return ordered(add(state, [event.data.line]), event.data.line);
    case 'StockUseReversed': {
      const found = state.found.filter(({ id }) => id !== event.data.reference.id);
      return { ...add(state, event.data.lines), found };
    }
    case 'StockReturned':
      return event.data.condition === 'good' ? add(state, event.data.lines) : addDefective(state, event.data.lines);
    case 'StockReserved':
      return { ...state, reservations: [...state.reservations, { ...event.data }] };
    case 'ReservationReleased':
      return released(state, event.data.reference);
    case 'StockIssued':
      return released(take(state, event.data.lines), event.data.reference);
    case 'StockUsed':
      return take(state, event.data.lines);
    case 'StockCounted':
      return counted(state, event.data);
    case 'StockAdjusted':
      return adjusted(state, event.data);
    case 'StockDiscrepancyFound': {
      const { owner, difference, reference } = event.data;
      const due = state.countsDue.includes(owner) ? state.countsDue : [...state.countsDue, owner];
      const found = [...state.found, { id: reference.id, owner, quantity: difference }].slice(-MOST_FOUND);
      return { ...add(state, [{ owner, quantity: difference }]), countsDue: due, found };
    }
    default:
      return evolveSupply(state, event);
  }
}

type SupplyEvent = Extract<
  StockEvent,
  { type: 'SupplyExpected' | 'TransferArrived' | 'LevelsSet' | `Suggestion${string}` | 'ReplenishmentSuggested' }
>;

/** What is on its way, and what is suggested. */
function evolveSupply(state: StockState, event: Fact<SupplyEvent>): StockState {
  switch (event.type) {
    case 'SupplyExpected':
      return { ...state, expected: [...state.expected, { ...event.data }] };
    case 'TransferArrived': {
      const { reference, line } = event.data;
      const expected = state.expected.filter((supply) => supply.reference.id !== reference.id);
      return { ...add(state, line.quantity === 0 ? [] : [line]), expected };
    }
    case 'LevelsSet':
      return { ...state, levels: { ...event.data }, dismissed: null };
    case 'ReplenishmentSuggested': {
      const { suggestionId, quantity } = event.data;
      return { ...state, suggestion: { suggestionId, quantity }, suggestions: state.suggestions + 1 };
    }
    case 'SuggestionWithdrawn':
    case 'SuggestionAccepted':
      return { ...state, suggestion: null };
    case 'SuggestionDismissed': {
      const { forecast, min } = event.data;
      return { ...state, suggestion: null, dismissed: { forecast, min } };
    }
    default:
      event satisfies never;
      return state;
  }
}

function withOwner(state: StockState, owner: string, change: (stock: OwnerStock) => Partial<OwnerStock>): StockState {
  const stock = ownerStock(state, owner);
  return { ...state, owners: { ...state.owners, [owner]: { ...stock, ...change(stock) } } };
}

function add(state: StockState, lines: readonly StockLine[]): StockState {
  return lines.reduce(
    (after, { owner, quantity, serials = [] }) =>
      withOwner(after, owner, (stock) => ({
        onHand: stock.onHand + quantity,
        serials: [...stock.serials, ...serials],
      })),
    state,
  );
}

function addDefective(state: StockState, lines: readonly StockLine[]): StockState {
  return lines.reduce(
    (after, { owner, quantity }) => withOwner(after, owner, (stock) => ({ defective: stock.defective + quantity })),
    state,
  );
}

function take(state: StockState, lines: readonly StockLine[]): StockState {
  return lines.reduce(
    (after, { owner, quantity, serials = [] }) =>
      withOwner(after, owner, (stock) => ({
        onHand: stock.onHand - quantity,
        serials: stock.serials.filter((serial) => !serials.includes(serial)),
      })),
    state,
  );
}

/** The oldest order of this owner is what has come: nobody else announces a receipt. */
function ordered(state: StockState, { owner, quantity }: StockLine): StockState {
  let left = quantity;
  const expected = state.expected.flatMap((supply) => {
    if (supply.reference.kind !== 'order' || supply.owner !== owner || left === 0) return [supply];
    const come = Math.min(left, supply.quantity);
    left -= come;
    return come === supply.quantity ? [] : [{ ...supply, quantity: supply.quantity - come }];
  });
  return { ...state, expected };
}

/** A reservation is shipped or given back as a whole. */
function released(state: StockState, { id }: StockReference): StockState {
  return { ...state, reservations: state.reservations.filter(({ reference }) => reference.id !== id) };
}

function counted(
  state: StockState,
  { owner, counted: onHand, serials }: Extract<StockEvent, { type: 'StockCounted' }>['data'],
): StockState {
  const after = withOwner(state, owner, () => ({ onHand, ...(serials ? { serials } : {}) }));
  return { ...after, countsDue: state.countsDue.filter((due) => due !== owner) };
}

function adjusted(
  state: StockState,
  { owner, by, serials = [] }: Extract<StockEvent, { type: 'StockAdjusted' }>['data'],
): StockState {
  const line = { owner, quantity: Math.abs(by), serials };
  return by > 0 ? add(state, [line]) : take(state, [line]);
}
