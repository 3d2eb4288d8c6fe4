/** `GET /sla/summary`. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { ListView, Scope, SlaSummaryFilter, SlaSummaryItem, SummaryGroup } from '@fieldcase/contracts';
import { Parameters, visibleSql } from '../access';
import { durationText, spanOf } from '../formatting';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

const GROUP_COLUMNS: Record<SummaryGroup, string> = {
  target: 'target',
  region: 'region',
  depot: 'depot_id',
  technician: 'technician_id',
  product: 'product',
  month: 'month',
};
const COUNTED = ['running', 'paused', 'met', 'breached', 'exempted', 'voided', 'cancelled', 'replaced'] as const;
/** Figures say nothing about persons called or visited; a technician sees those of cases that he may see. */
const COLUMNS = { region: 'region', technicians: 'technicians', open: 'true' } as const;

type SummaryRecord = Record<(typeof COUNTED)[number], string> &
  Partial<Record<SummaryGroup, string | null>> & { p50: number | null; p90: number | null };

export class SlaSummaryQueries {
  constructor(
    private readonly client: QueryClient,
    private readonly positionOf: PositionOf,
    private readonly schema: string = LIVE_SCHEMA,
  ) {}

  /**
   * Sorted by the group's keys; one page. @param now epoch ms: running clocks that are overdue by then count as breached
   * @throws Rejection `query.date-invalid` (malformed)
   */
  async summary(scope: Scope, filter: SlaSummaryFilter, now: Instant): Promise<ListView<SlaSummaryItem>> {
    const groups = [...new Set(filter.groupBy)];
    const position = String(await this.positionOf('sla-facts'));
    const { text, values } = statementOf(scope, filter, groups, now, this.schema);
    const { rows } = await this.client.query<SummaryRecord>(text, values);
    return { items: rows.map((row) => itemOf(row, groups)), next: null, position };
  }
}

function statementOf(
  scope: Scope,
  filter: SlaSummaryFilter,
  groups: readonly SummaryGroup[],
  now: Instant,
  schema: string,
) {
  const parameters = new Parameters();
  const at = `${parameters.add(new Date(now).toISOString())}::timestamptz`;
  const conditions = [visibleSql(scope, COLUMNS, parameters)];
  if (filter.from !== undefined) {
    const from = new Date(spanOf(filter.from, 'from').from).toISOString();
    conditions.push(`started_at >= ${parameters.add(from)}::timestamptz`);
  }
  if (filter.to !== undefined) {
    conditions.push(`started_at < ${parameters.add(new Date(spanOf(filter.to, 'to').to).toISOString())}::timestamptz`);
  }
  if (filter.source !== undefined) conditions.push(`source = ${parameters.add(filter.source)}`);
  const keys = groups.map((group) => `${GROUP_COLUMNS[group]} as "${group}"`);
  const counts = COUNTED.map((state) => `count(*) filter (where state_now = '${state}') as ${state}`);
  // Counted time is a figure of service only where the awaited thing happened: met, or breached and stopped late.
  const stopped = `filter (where state_now in ('met', 'breached') and counted_ms is not null)`;
  const quantiles = [50, 90].map(
    (percent) => `percentile_cont(${percent / 100}) within group (order by counted_ms) ${stopped} as p${percent}`,
  );
  const text = `select ${[...keys, ...counts, ...quantiles].join(', ')} from (
      select *, case
        when state = 'suspended' then 'paused'
        when state <> 'ticking' then state
        when due_at < ${at} then 'breached'
        when runs_from > ${at} then 'paused'
        else 'running' end as state_now
      from ${schema}.sla_facts where ${conditions.join(' and ')}
    ) as facts
    ${groups.length > 0 ? `group by ${groups.map((_, index) => index + 1).join(', ')} order by ${groups.map((_, index) => index + 1).join(', ')}` : ''}`;
  return { text, values: parameters.values };
}

function itemOf(row: SummaryRecord, groups: readonly SummaryGroup[]): SlaSummaryItem {
  const count = (state: (typeof COUNTED)[number]): number => Number(row[state]);
  const judged = count('met') + count('breached');
  return {
    ...Object.fromEntries(groups.map((group) => [group, row[group] ?? null])),
    running: count('running'),
    paused: count('paused'),
    met: count('met'),
    breached: count('breached'),
    exempted: count('exempted'),
    voided: count('voided'),
    cancelled: count('cancelled'),
    replaced: count('replaced'),
    metRate: judged === 0 ? null : count('met') / judged,
    p50: row.p50 === null ? null : durationText(row.p50),
    p90: row.p90 === null ? null : durationText(row.p90),
  };
}
