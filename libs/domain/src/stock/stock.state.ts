/** What a stock card remembers to decide by: sums per owner, who has pieces reserved, what is on its way. JSON only. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { StockLine, StockOwner, StockReference } from './stock.values';

export interface OwnerStock {
  readonly onHand: number;
  /** In the defective store: counted apart, never promised. */
  readonly defective: number;
  /** Of the pieces on hand, where the part is serialised. */
  readonly serials: readonly string[];
}

export interface Reservation {
  readonly reference: StockReference;
  readonly lines: readonly StockLine[];
}

export interface ExpectedSupply {
  readonly reference: StockReference;
  readonly owner: StockOwner;
  readonly quantity: number;
}

export interface OpenSuggestion {
  readonly suggestionId: string;
  readonly quantity: number;
}

export interface FoundStock {
  /** Of the use. */
  readonly id: string;
  readonly owner: StockOwner;
  readonly quantity: number;
}

export interface StockState {
  readonly owners: Readonly<Record<StockOwner, OwnerStock>>;
  /** Oldest first. */
  readonly reservations: readonly Reservation[];
  readonly expected: readonly ExpectedSupply[];
  readonly levels: { readonly min: number; readonly max: number } | null;
  readonly suggestion: OpenSuggestion | null;
  /** How many suggestions there were: the next one's id. */
  readonly suggestions: number;
  /** A suggestion was dismissed at this forecast: only less is news, until it was above `min` again. */
  readonly dismissed: { readonly forecast: number; readonly min: number } | null;
  /** Owners whose shelf has to be counted. */
  readonly countsDue: readonly StockOwner[];
  /** What a use has shown to be on the shelf beyond the books: it was never there if the use is taken back. */
  readonly found: readonly FoundStock[];
  /** Business time of the last physical movement; nothing is dated before it. */
  readonly movedAt: Instant | null;
  /** Events since the state was last carried forward. */
  readonly since: number;
}

export const initialStockState: StockState = {
  owners: {},
  reservations: [],
  expected: [],
  levels: null,
  suggestion: null,
  suggestions: 0,
  dismissed: null,
  countsDue: [],
  found: [],
  movedAt: null,
  since: 0,
};

const NOTHING: OwnerStock = { onHand: 0, defective: 0, serials: [] };

export function ownerStock(state: StockState, owner: StockOwner): OwnerStock {
  return Object.hasOwn(state.owners, owner) ? (state.owners[owner] ?? NOTHING) : NOTHING;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

export function reservedOf(state: StockState, owner: StockOwner): number {
  const lines = state.reservations.flatMap((reservation) => reservation.lines);
  return sum(lines.filter((line) => line.owner === owner).map((line) => line.quantity));
}

/** On hand and promised to nobody. */
export function availableOf(state: StockState, owner: StockOwner): number {
  return ownerStock(state, owner).onHand - reservedOf(state, owner);
}

export function onHandOf(state: StockState): number {
  return sum(Object.values(state.owners).map((stock) => stock.onHand));
}

export function incomingOf(state: StockState): number {
  return sum(state.expected.map((supply) => supply.quantity));
}

/** What replenishment looks at: on hand + incoming - reserved, all owners together. */
export function forecastOf(state: StockState): number {
  const reserved = sum(state.reservations.flatMap(({ lines }) => lines.map((line) => line.quantity)));
  return onHandOf(state) + incomingOf(state) - reserved;
}

export function reservationFor(state: StockState, id: string): Reservation | undefined {
  return state.reservations.find((reservation) => reservation.reference.id === id);
}

export function quantityOf(lines: readonly StockLine[]): number {
  return sum(lines.map((line) => line.quantity));
}
