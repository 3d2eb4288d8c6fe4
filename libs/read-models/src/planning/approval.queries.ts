/** `GET /approvals`: what waits for a second person, oldest first. */
import type { PersonalData } from '@fieldcase/eventsourcing';
import type { ApprovalView, ListView, Scope } from '@fieldcase/contracts';
import { Parameters } from '../access';
import { decodeCursor, encodeCursor, limitOf } from '../cursor';
import { instantText } from '../formatting';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

export interface ApprovalFilter {
  /** 1-200, default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

interface ApprovalRecord {
  kind: 'exemption' | 'voiding';
  case_id: string;
  number: string;
  region: string;
  id: string;
  target: string;
  requested_by: string;
  requested_at: Date;
  fact_type: string | null;
  position: string;
}

export class ApprovalQueries {
  constructor(
    private readonly client: QueryClient,
    private readonly personal: PersonalData,
    private readonly positionOf: PositionOf,
    private readonly schema: string = LIVE_SCHEMA,
  ) {}

  /**
   * Only what the caller may decide: supervisors, in their regions, never their own request or late fact.
   * @throws Rejection `query.cursor-invalid`, `query.limit-invalid` (malformed)
   */
  async list(scope: Scope, filter: ApprovalFilter = {}): Promise<ListView<ApprovalView>> {
    const limit = limitOf(filter.limit);
    const after = filter.cursor === undefined ? null : Number(decodeCursor(filter.cursor, 'sn')[1]);
    const position = String(await this.positionOf('case-board'));
    if (!scope.roles.includes('supervisor')) return { items: [], next: null, position };
    const parameters = new Parameters();
    const conditions = [`requested_by <> ${parameters.add(scope.sub)}`];
    if (scope.regions !== '*') conditions.push(`region = any(${parameters.add(scope.regions)}::text[])`);
    if (after !== null) conditions.push(`position > ${parameters.add(after)}`);
    const { rows } = await this.client.query<ApprovalRecord>(
      `select * from ${this.schema}.case_approval where ${conditions.join(' and ')}
       order by position limit ${limit + 1}`,
      parameters.values,
    );
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const reasons = await this.reasonsOf(shown);
    const items = shown.map((row) => viewOf(row, reasons.get(row.position)));
    return { items, next: last ? encodeCursor(['approvals', Number(last.position)]) : null, position };
  }

  /** Why an exemption was asked for is free text, so it lives with the personal data. */
  private async reasonsOf(rows: readonly ApprovalRecord[]): Promise<ReadonlyMap<string, string>> {
    const positions = rows.filter((row) => row.kind === 'exemption').map((row) => BigInt(row.position));
    if (positions.length === 0) return new Map();
    const found = await this.personal.fetch(positions);
    return new Map(
      [...found].flatMap(([position, data]) =>
        'reason' in data && typeof data.reason === 'string' ? [[String(position), data.reason] as const] : [],
      ),
    );
  }
}

function viewOf(row: ApprovalRecord, reason: string | undefined): ApprovalView {
  return {
    kind: row.kind,
    caseId: row.case_id,
    number: row.number,
    region: row.region,
    id: row.id,
    target: row.target,
    requestedBy: row.requested_by,
    requestedAt: instantText(row.requested_at.getTime()),
    ...(reason === undefined ? {} : { reason }),
    ...(row.fact_type === null ? {} : { factType: row.fact_type }),
  };
}
