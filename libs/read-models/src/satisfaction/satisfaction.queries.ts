/** `GET /satisfaction`. */
import type { ListView, SatisfactionFilter, SatisfactionGroup, SatisfactionItem, Scope } from '@fieldcase/contracts';
import { Parameters, visibleSql } from '../access';
import { spanOf } from '../formatting';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

const GROUP_COLUMNS: Record<SatisfactionGroup, string> = {
  depot: 'depot_id',
  technician: 'technician_id',
  product: 'product',
  region: 'region',
  month: 'month',
};
/** Figures say nothing about persons visited. */
const COLUMNS = { region: 'region', technicians: 'technicians', open: 'true' } as const;
const SCORES = ['1', '2', '3', '4', '5'] as const;

type FigureRecord = Partial<Record<SatisfactionGroup, string | null>> &
  Record<
    `score${(typeof SCORES)[number]}` | 'closed' | 'sent' | 'answered' | 'promoters' | 'detractors' | 'asked',
    string
  >;

export class SatisfactionQueries {
  constructor(
    private readonly client: QueryClient,
    private readonly positionOf: PositionOf,
    private readonly schema: string = LIVE_SCHEMA,
  ) {}

  /** Sorted by the group's keys; one page. @throws Rejection `query.date-invalid` (malformed) */
  async figures(scope: Scope, filter: SatisfactionFilter): Promise<ListView<SatisfactionItem>> {
    const groups = [...new Set(filter.groupBy)];
    const position = String(await this.positionOf('satisfaction'));
    const parameters = new Parameters();
    const conditions = [visibleSql(scope, COLUMNS, parameters), ...spanSql(filter, parameters)];
    const keys = groups.map((group) => `${GROUP_COLUMNS[group]} as "${group}"`);
    const order = groups.map((_, index) => index + 1).join(', ');
    const { rows } = await this.client.query<FigureRecord>(
      `select ${[...keys, ...FIGURES].join(', ')} from ${this.schema}.satisfaction_closure
       where ${conditions.join(' and ')} ${groups.length > 0 ? `group by ${order} order by ${order}` : ''}`,
      parameters.values,
    );
    return { items: rows.map((row) => itemOf(row, groups)), next: null, position };
  }
}

const ANSWERED = '(csat is not null or nps is not null)';
const FIGURES = [
  'count(*) as closed',
  // Who told it by telephone before a link was sent has been asked as well.
  `count(*) filter (where sent_at is not null or ${ANSWERED}) as sent`,
  `count(*) filter (where ${ANSWERED}) as answered`,
  ...SCORES.map((score) => `count(*) filter (where csat = ${score}) as score${score}`),
  'count(*) filter (where nps >= 9) as promoters',
  'count(*) filter (where nps <= 6) as detractors',
  'count(nps) as asked',
];

function spanSql({ from, to }: SatisfactionFilter, parameters: Parameters): string[] {
  const at = (instant: number): string => `${parameters.add(new Date(instant).toISOString())}::timestamptz`;
  return [
    ...(from === undefined ? [] : [`closed_at >= ${at(spanOf(from, 'from').from)}`]),
    ...(to === undefined ? [] : [`closed_at < ${at(spanOf(to, 'to').to)}`]),
  ];
}

function itemOf(row: FigureRecord, groups: readonly SatisfactionGroup[]): SatisfactionItem {
  const [sent, answered, asked] = [Number(row.sent), Number(row.answered), Number(row.asked)];
  const distribution = Object.fromEntries(SCORES.map((score) => [score, Number(row[`score${score}`])]));
  const rated = SCORES.reduce((sum, score) => sum + (distribution[score] ?? 0), 0);
  const points = SCORES.reduce((sum, score) => sum + Number(score) * (distribution[score] ?? 0), 0);
  return {
    ...Object.fromEntries(groups.map((group) => [group, row[group] ?? null])),
    closed: Number(row.closed),
    sent,
    answered,
    responseRate: sent === 0 ? null : answered / sent,
    average: rated === 0 ? null : points / rated,
    distribution: distribution as SatisfactionItem['distribution'],
    nps: asked === 0 ? null : ((Number(row.promoters) - Number(row.detractors)) * 100) / asked,
  };
}
