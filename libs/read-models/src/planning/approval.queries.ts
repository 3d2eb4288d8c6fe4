/** `GET /approvals`: what waits for a second person, oldest first. */
import type { PersonalData } from '@fieldcase/eventsourcing';
import type { ApprovalView, ListView, Scope } from '@fieldcase/contracts';
import { Parameters } from '../access';
import { known } from '../case-views/known';
import { decodeCursor, encodeCursor, limitOf } from '../cursor';
import { instantText } from '../formatting';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

export interface ApprovalFilter {
  /** 1-200, default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

interface ApprovalRecord {
  kind: ApprovalView['kind'];
  case_id: string | null;
  number: string | null;
  region: string | null;
  id: string;
  target: string;
  requested_by: string;
  requested_at: Date;
  fact_type: string | null;
  depot_id: string | null;
  owner: string | null;
  by: number | null;
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
   * @param depots of the caller's regions
   * @throws Rejection `query.cursor-invalid`, `query.limit-invalid` (malformed)
   */
  async list(scope: Scope, filter: ApprovalFilter, depots: '*' | readonly string[]): Promise<ListView<ApprovalView>> {
    const limit = limitOf(filter.limit);
    const after = filter.cursor === undefined ? null : Number(decodeCursor(filter.cursor, 'sn')[1]);
    const [board, stock] = await Promise.all([this.positionOf('case-board'), this.positionOf('depot-stock')]);
    const position = String(BigInt(board) < BigInt(stock) ? board : stock);
    if (!scope.roles.includes('supervisor')) return { items: [], next: null, position };
    const parameters = new Parameters();
    const { rows } = await this.client.query<ApprovalRecord>(
      `${this.statement(scope, after, depots, parameters)} order by position limit ${limit + 1}`,
      parameters.values,
    );
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const reasons = await this.reasonsOf(shown);
    const items = shown.map((row) => viewOf(row, reasons.get(row.position)));
    return { items, next: last ? encodeCursor(['approvals', Number(last.position)]) : null, position };
  }

  private statement(
    scope: Scope,
    after: number | null,
    depots: '*' | readonly string[],
    parameters: Parameters,
  ): string {
    const common = [`requested_by <> ${parameters.add(scope.sub)}`];
    if (after !== null) common.push(`position > ${parameters.add(after)}`);
    const ofCases = scope.regions === '*' ? [] : [`region = any(${parameters.add(scope.regions)}::text[])`];
    const ofDepots = depots === '*' ? [] : [`depot_id = any(${parameters.add(depots)}::text[])`];
    return `
      select kind, case_id, number, region, id, target, requested_by, requested_at, fact_type,
        null as depot_id, null as owner, null::integer as by, position
      from ${this.schema}.case_approval where ${[...common, ...ofCases].join(' and ')}
      union all
      select 'adjustment', null, null, null, adjustment_id, part_number, requested_by, requested_at, null,
        depot_id, owner, by, position
      from ${this.schema}.stock_adjustment where ${[...common, ...ofDepots].join(' and ')}`;
  }

  /** Why something was asked for is free text, so it lives with the personal data. */
  private async reasonsOf(rows: readonly ApprovalRecord[]): Promise<ReadonlyMap<string, string>> {
    const positions = rows.filter((row) => row.kind !== 'voiding').map((row) => BigInt(row.position));
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
  const { kind, id, target } = row;
  return {
    kind,
    id,
    target,
    requestedBy: row.requested_by,
    requestedAt: instantText(row.requested_at.getTime()),
    ...(reason === undefined ? {} : { reason }),
    ...known({
      caseId: row.case_id ?? undefined,
      number: row.number ?? undefined,
      region: row.region ?? undefined,
      factType: row.fact_type ?? undefined,
      depotId: row.depot_id ?? undefined,
      owner: row.owner ?? undefined,
      by: row.by ?? undefined,
    }),
  };
}
