/** What a depot has and has to do. Quantities are whole pieces. */
import type { StockLineView } from './part-views';

export interface DepotStockItem {
  readonly partNumber: string;
  /** null: registered no more, or never. */
  readonly partName: string | null;
  /** `own`, or a maker's id for consigned stock (代管). */
  readonly owner: string;
  readonly onHand: number;
  readonly reserved: number;
  /** On hand and promised to nobody. */
  readonly available: number;
  readonly defective: number;
  /** On its way to this depot, or ordered. */
  readonly inTransit: number;
  readonly min: number | null;
  readonly max: number | null;
  /** Of the card, all owners together: on hand + in transit - reserved. */
  readonly forecast: number;
  readonly countDue: boolean;
  readonly movedAt: string | null;
}

export interface SuggestionItem {
  readonly suggestionId: string;
  readonly partNumber: string;
  readonly partName: string | null;
  readonly quantity: number;
  readonly forecast: number;
  readonly min: number;
  readonly max: number;
  /** `machines`: by the number of machines in the county, where nobody set levels. */
  readonly basis: 'levels' | 'machines';
  readonly suggestedAt: string;
}

export const WORKLIST_TASKS = ['ship', 'backorder', 'return', 'send', 'receive', 'count'] as const;
export type WorklistTask = (typeof WORKLIST_TASKS)[number];

/**
 * `ship`: acknowledge, pick and ship a request; `backorder`: it waits for stock here; `return`: pieces are due back;
 * `send`, `receive`: a transfer; `count`: a shelf.
 */
export interface WorklistItem {
  readonly task: WorklistTask;
  /** Part request, transfer, or part number of the count. */
  readonly id: string;
  readonly partNumber: string;
  readonly partName: string | null;
  readonly quantity: number | null;
  /** The promise; of a transfer or a count since when it waits. The list is in this order. */
  readonly dueAt: string;
  readonly owner?: string;
  readonly lines?: readonly StockLineView[];
  readonly serialised?: boolean;
  /** Of a request: `allocated` until it was acknowledged. */
  readonly status?: string;
  readonly priority?: string;
  readonly caseId?: string;
  readonly caseNumber?: string;
  readonly technicianId?: string;
  /** The other depot of a transfer. */
  readonly depotId?: string;
}

/** A machine's cases and how long it stood still (R25). */
export interface AssetView {
  readonly serial: string;
  /** ISO 8601 duration; overlapping cases count once. */
  readonly downtime: string;
  /** A fault is not repaired yet: downtime grows. */
  readonly down: boolean;
  readonly cases: readonly {
    readonly id: string;
    readonly number: string;
    readonly status: string;
    readonly caseType: string;
    readonly product: string | null;
    readonly reportedAt: string;
    readonly downtime: string;
  }[];
  readonly position: string;
}
