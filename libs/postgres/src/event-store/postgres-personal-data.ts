import type { Pool } from 'pg';
import type { PersonalData } from '@fieldcase/eventsourcing';
import { ask } from './log-query';

/** Personal fields by position. Erasing is for good: the events stay without them. */
export class PostgresPersonalData implements PersonalData {
  constructor(private readonly pool: Pool) {}

  async fetch(positions: readonly bigint[]): Promise<ReadonlyMap<bigint, object>> {
    if (positions.length === 0) return new Map();
    const rows = await ask<{ position: bigint; data: object }>(this.pool, {
      text: 'select position, data from fieldcase.personal_data where position = any ($1::bigint[])',
      values: [positions],
    });
    return new Map(rows.map(({ position, data }) => [position, data]));
  }

  /** Answers how many events lost their personal fields. */
  async eraseSubject(subjectId: string): Promise<number> {
    const [row] = await ask<{ erased: bigint }>(this.pool, {
      text: 'select fieldcase.erase_subject($1) as erased',
      values: [subjectId],
    });
    return Number(row?.erased ?? 0n);
  }
}
