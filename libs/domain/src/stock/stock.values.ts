/** `own`, or a maker's id for consigned stock (代管). */
export type StockOwner = string;
export type ReturnCondition = 'good' | 'defective';

/** Pieces of one owner; `serials` exactly where the part is serialised. */
export interface StockLine {
  readonly owner: StockOwner;
  readonly quantity: number;
  readonly serials?: readonly string[];
}

/** What a movement belongs to. `order`: placed with the maker, where no depot is above. */
export interface StockReference {
  readonly kind: 'part-request' | 'transfer' | 'visit' | 'order' | 'import';
  readonly id: string;
}
