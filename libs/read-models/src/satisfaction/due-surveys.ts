/** Which closings nobody has been asked about yet; the log has the last word when one is sent. */
import type { Instant } from '@fieldcase/eventsourcing';
import { LIVE_SCHEMA, type QueryClient } from '../ports';

export interface DueSurvey {
  readonly caseId: string;
  readonly cycle: number;
}

export class DueSurveys {
  constructor(
    private readonly client: QueryClient,
    private readonly schema: string = LIVE_SCHEMA,
  ) {}

  /** Oldest first. @param closedAfter older ones may not be answered any more */
  async list(closedAfter: Instant, closedBefore: Instant, limit: number): Promise<readonly DueSurvey[]> {
    // Before its projection has run for the first time there is no table, and nothing to ask about.
    const table = `${this.schema}.satisfaction_closure`;
    const known = await this.client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [table]);
    if (known.rows[0]?.exists !== true) return [];
    const { rows } = await this.client.query<{ case_id: string; cycle: number }>(
      `select case_id, cycle from ${table}
       where stands and live and sent_at is null and csat is null and nps is null
         and closed_at > $1::timestamptz and closed_at <= $2::timestamptz
       order by closed_at, case_id limit $3`,
      [new Date(closedAfter).toISOString(), new Date(closedBefore).toISOString(), limit],
    );
    return rows.map((row) => ({ caseId: row.case_id, cycle: row.cycle }));
  }
}
