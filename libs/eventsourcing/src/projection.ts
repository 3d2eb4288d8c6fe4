import type { DomainEvent, RecordedEvent } from './message';

/** The narrow SQL handle of a projection: one transaction, `search_path` already set to its tables' schema. */
export interface SqlClient {
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number }>;
}

/**
 * The personal data of a subject is gone. Lies on a stream of the subject's root, so that whatever the root's rows
 * still hold of it is nulled in the order of the log.
 */
export type SubjectErased = DomainEvent<'SubjectErased', { readonly subjectId: string }>;

/**
 * Batch in, set-based SQL out; the runner moves the checkpoint in the same transaction by compare-and-set.
 * A row is written from one root only. `apply` must be a pure fold of (rows, events): no clock, no randomness.
 */
export interface Projection {
  readonly name: string;
  /** Raised with every change of `apply` or of the tables; a test fails when the sources change without it. */
  readonly version: number;
  /** Event types it wants; others only move the checkpoint. */
  readonly eventTypes: readonly string[];
  /** Table names, created by `createTables` unqualified in the current `search_path`. */
  readonly tables: readonly string[];
  /** With the keys that `apply` needs, and no other index. */
  createTables(client: SqlClient): Promise<void>;
  /** Those that only queries need: a rebuild makes them when all rows are there. */
  createIndexes?(client: SqlClient): Promise<void>;
  apply(client: SqlClient, events: readonly RecordedEvent[]): Promise<void>;
  /** Nulls the personal columns of a subject; the runner calls it where a `SubjectErased` passes. */
  erase?(client: SqlClient, subjectId: string): Promise<void>;
}
