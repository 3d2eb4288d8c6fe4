import type { Pool } from 'pg';
import { Upcasters, type RecordedEvent, type ReferenceSource } from '@fieldcase/eventsourcing';
import { ask } from '../event-store/log-query';
import { eventColumns, toRecordedEvent, type EventRow } from '../event-store/recorded-event-row';
import { referenceTypes, referenceTypesSql } from '../migrations/event-store-tables.sql';

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

// The literal list is the index's own condition: with a parameter alone the planner could not use it.
export const readReferenceSql = `select ${eventColumns} from fieldcase.events e
  where e.${referenceTypesSql} and e.type = any ($1::text[]) and e.position > $2::bigint
    and e.position <= coalesce($3::bigint, 9223372036854775807)
  order by e.position limit $4::bigint`;

export async function readReferenceEvents(pool: Pool, read: ReferenceRead): Promise<RecordedEvent[]> {
  const rows = await ask<EventRow>(pool, {
    text: readReferenceSql,
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
