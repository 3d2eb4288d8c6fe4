import type { Instant, NewEvent } from '@fieldcase/eventsourcing';
import type { CaseEvent } from '../case/case.events';
import type { Cells, RowProblem } from './history-plan';

/** A row of one case; rows come in order of time, then of the file. */
export interface HistoryRow {
  /** 1-based place in the file, the header is row 1. */
  readonly row: number;
  readonly at: Instant;
  readonly cells: Cells;
  /** The same for exact copies only. */
  readonly digest: string;
  /** Of the second file: its place there. `row` is that of the row it belongs to, which comes right before it. */
  readonly joined?: number | undefined;
}

/** A row that was rejected before its case was looked at. */
export interface RejectedRow extends Pick<HistoryRow, 'row' | 'digest'> {
  /** Undefined where it tells none: its place is known by the file's order only. */
  readonly at: Instant | undefined;
  readonly problem: RowProblem;
}

export type NewEvents = readonly NewEvent<CaseEvent>[];

/** `events` go into the log also where the row itself does not: a row ends what lasted until it. */
export type RowOutcome =
  | { readonly kind: 'imported'; readonly events: NewEvents }
  /** An exact copy of a row, in the file or already in the log. */
  | { readonly kind: 'duplicate'; readonly of: 'file' | 'log' }
  | { readonly kind: 'ignored'; readonly events: NewEvents }
  | { readonly kind: 'rejected'; readonly problem: RowProblem; readonly events: NewEvents };
