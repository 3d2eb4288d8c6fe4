import type { Pool } from 'pg';
import { Upcasters, type RecordedEvent, type ReferenceSource } from '@fieldcase/eventsourcing';
import { ask } from '../event-store/log-query';
import { eventColumns, toRecordedEvent, type EventRow } from '../event-store/recorded-event-row';
import { referenceTypes } from '../migrations/event-store-tables.sql';

export interface ReferenceRead {
  readonly types: readonly string[];
  readonly after: bigint;
  readonly upTo?: bigint;
  readonly limit?: number;
  readonly upcasters: Upcasters;
}

const indexed: ReadonlySet<string> = new Set(referenceTypes);

/** Whether all types are in the partial index. */
export function areReferenceTypes(types: readonly string[]): boolean {
  return types.every((type) => indexed.has(type));
}

const readReference = {
  name: 'fieldcase.read_reference',
  text: `select ${eventColumns} from fieldcase.read_reference($1, $2, $3, $4) e`,
} as const;

export async function readReferenceEvents(pool: Pool, read: ReferenceRead): Promise<RecordedEvent[]> {
  const rows = await ask<EventRow>(pool, {
    ...readReference,
    values: [read.types, read.after, read.upTo ?? null, read.limit ?? null],
  });
  return rows.map((row) => toRecordedEvent(row, read.upcasters));
}

/** Reference data by type, through its partial index: no scan of the log. */
export class PostgresReferenceLog implements ReferenceSource {
  constructor(
    private readonly pool: Pool,
    private readonly upcasters: Upcasters = Upcasters.none,
  ) {}

  async readTypes(types: readonly string[], after: bigint): Promise<readonly RecordedEvent[]> {
    const foreign = types.filter((type) => !indexed.has(type));
    if (foreign.length > 0)
      throw new TypeError(`not in the reference index, add by a migration: ${foreign.join(', ')}`);
    return readReferenceEvents(this.pool, { types, after, upcasters: this.upcasters });
  }
}
