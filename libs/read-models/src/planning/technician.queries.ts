/** `GET /technicians` (who can go) and `GET /visits` (a technician's day). */
import type { Instant } from '@fieldcase/eventsourcing';
import type { Technician } from '@fieldcase/domain/events';
import type {
  DayVisitView,
  ListView,
  Scope,
  TechnicianDayWindow,
  TechnicianFilter,
  TechnicianView,
  VisitFilter,
} from '@fieldcase/contracts';
import { Parameters, personalSql, visibleSql } from '../access';
import { cursorInvalid, decodeCursor, encodeCursor, limitOf } from '../cursor';
import { dayOf, instantText, spanOf, type Span } from '../formatting';
import { maySeeName, maySeeTechnician } from '../reference/reference-access';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

const BOARD_COLUMNS = { region: 'board.region', technicians: 'board.technicians', open: 'board.is_open' } as const;

interface WindowRecord {
  technician_id: string;
  open_visits: string;
  windows: { visitId: string | null; caseId: string | null; from: number; to: number }[];
}

interface VisitRecord {
  /** What the day is sorted by: whole milliseconds. */
  at_ms: string;
  visit_id: string;
  case_id: string;
  number: string;
  technician_id: string;
  state: string;
  site_name: string | null;
  region: string;
  county: string | null;
  priority: string;
  from_at: Date | null;
  to_at: Date | null;
  dispatched_at: Date;
  arrived_at: Date | null;
  completed_at: Date | null;
}

export class TechnicianQueries {
  constructor(
    private readonly client: QueryClient,
    private readonly positionOf: PositionOf,
    private readonly schema: string = LIVE_SCHEMA,
  ) {}

  /**
   * Active technicians who match, by name, with what they have that day. Office roles see those who work in their
   * regions, readers as well but without names, a technician himself.
   * @param technicians the reference data as it stands
   * @throws Rejection `query.date-invalid`, `query.cursor-invalid`, `query.limit-invalid` (malformed)
   */
  async technicians(
    scope: Scope,
    filter: TechnicianFilter,
    technicians: readonly Technician[],
    now: Instant,
  ): Promise<ListView<TechnicianView>> {
    const day = dayNamed(filter.date, now);
    const position = String(await this.positionOf('case-board'));
    const visible = technicians.filter((technician) => maySeeTechnician(scope, technician));
    const found = visible.filter((technician) => matches(technician, filter));
    const { shown, next } = pageOf(found.sort(byName), filter, visible);
    const parameters = new Parameters();
    const text = workloadSql(this.schema, scope, shown, day, parameters);
    const { rows } = await this.client.query<WindowRecord>(text, parameters.values);
    const workload = new Map(rows.map((row) => [row.technician_id, row]));
    const items = shown.map((each) => viewOf(each, workload.get(each.id), maySeeName(scope, each)));
    return { items, next, position };
  }

  /**
   * Visits whose window touches the day, that were under way on it, or that are open without a window. By time.
   * @throws Rejection `query.date-invalid`, `query.cursor-invalid`, `query.limit-invalid` (malformed)
   */
  async visits(scope: Scope, filter: VisitFilter, now: Instant): Promise<ListView<DayVisitView>> {
    const day = dayNamed(filter.date, now);
    const limit = limitOf(filter.limit);
    const position = String(await this.positionOf('case-board'));
    const parameters = new Parameters();
    const text = visitsSql(this.schema, scope, filter, day, limit, parameters);
    const { rows } = await this.client.query<VisitRecord>(text, parameters.values);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const next = last ? encodeCursor(['visits', Number(last.at_ms), last.case_id, last.visit_id]) : null;
    return { items: shown.map(visitOf), next, position };
  }
}

function dayNamed(date: string | undefined, now: Instant): Span {
  return spanOf(date ?? dayOf(now), 'date');
}

function matches(technician: Technician, { region, skill, language }: TechnicianFilter): boolean {
  return (
    technician.active &&
    (region === undefined || technician.regions.includes(region)) &&
    (skill === undefined || technician.skills.includes(skill)) &&
    (language === undefined || technician.languages.includes(language))
  );
}

const byName = (a: Technician, b: Technician): number =>
  a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1;

/**
 * The cursor names the last one by his id: his name may be none of the caller's business. Who is not the caller's to see
 * is looked up no more than one who does not exist.
 */
function pageOf(sorted: readonly Technician[], filter: TechnicianFilter, visible: readonly Technician[]) {
  const limit = limitOf(filter.limit);
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor, 'ss');
  const last = after && visible.find(({ id }) => after[0] === 'technicians' && id === after[1]);
  if (after && !last) throw cursorInvalid();
  const rest = last ? sorted.filter((technician) => byName(technician, last) > 0 && technician.id !== last.id) : sorted;
  const shown = rest.slice(0, limit);
  const end = rest.length > limit ? shown.at(-1) : undefined;
  return { shown, next: end ? encodeCursor(['technicians', end.id]) : null };
}

/** When somebody is busy is told to all who may send him; where, only of cases that the caller may see. */
function workloadSql(
  schema: string,
  scope: Scope,
  technicians: readonly Technician[],
  day: Span,
  parameters: Parameters,
): string {
  const who = parameters.add(technicians.map(({ id }) => id));
  const from = parameters.add(new Date(day.from).toISOString());
  const to = parameters.add(new Date(day.to).toISOString());
  const ifVisible = (column: string): string =>
    `case when ${visibleSql(scope, BOARD_COLUMNS, parameters)} then visit.${column} end`;
  return `select visit.technician_id, count(*) as open_visits,
      coalesce(jsonb_agg(jsonb_build_object('visitId', ${ifVisible('visit_id')}, 'caseId', ${ifVisible('case_id')},
        'from', extract(epoch from from_at) * 1000, 'to', extract(epoch from to_at) * 1000)
        order by from_at, visit.visit_id)
        filter (where from_at < ${to}::timestamptz and to_at > ${from}::timestamptz), '[]') as windows
    from ${schema}.case_visit visit join ${schema}.case_board board on board.id = visit.case_id
    where visit.is_open and visit.technician_id = any(${who}::text[]) group by visit.technician_id`;
}

function visitsSql(
  schema: string,
  scope: Scope,
  { technicianId, cursor }: VisitFilter,
  day: Span,
  limit: number,
  parameters: Parameters,
): string {
  const technician = parameters.add(technicianId);
  const from = `${parameters.add(new Date(day.from).toISOString())}::timestamptz`;
  const to = `${parameters.add(new Date(day.to).toISOString())}::timestamptz`;
  const onDay = (column: string): string => `(${column} >= ${from} and ${column} < ${to})`;
  const after = cursor === undefined ? [] : decodeCursor(cursor, 'snss').slice(1);
  const [at, caseId, visitId] = after.map((key) => parameters.add(key));
  const rest = after.length === 0 ? 'true' : `(at_ms, case_id, visit_id) > (${at}::bigint, ${caseId}, ${visitId})`;
  return `select * from (
    select visit.*, case when ${personalSql(scope, BOARD_COLUMNS, parameters)} then
        (select site_name from ${schema}.case_search search where search.id = visit.case_id) end as site_name,
      floor(extract(epoch from coalesce(visit.from_at, visit.arrived_at, visit.dispatched_at)) * 1000)::bigint as at_ms
    from ${schema}.case_visit visit join ${schema}.case_board board on board.id = visit.case_id
    where visit.technician_id = ${technician} and visit.state not in ('declined', 'withdrawn')
      and ${visibleSql(scope, BOARD_COLUMNS, parameters)}
      and ((visit.from_at < ${to} and visit.to_at > ${from})
        or (visit.is_open and visit.from_at is null and visit.dispatched_at < ${to})
        or ${onDay('visit.arrived_at')} or ${onDay('visit.completed_at')})
    ) as day where ${rest} order by at_ms, case_id, visit_id limit ${limit + 1}`;
}

function viewOf(technician: Technician, workload: WindowRecord | undefined, named: boolean): TechnicianView {
  const windows = (workload?.windows ?? []).map<TechnicianDayWindow>((window) => ({
    visitId: window.visitId,
    caseId: window.caseId,
    from: instantText(window.from),
    to: instantText(window.to),
  }));
  return {
    id: technician.id,
    name: named ? technician.name : null,
    homeDepot: technician.homeDepot,
    regions: technician.regions,
    skills: technician.skills,
    languages: technician.languages,
    windows,
    openVisits: Number(workload?.open_visits ?? 0),
  };
}

function visitOf(row: VisitRecord): DayVisitView {
  const text = (at: Date | null): string | null => (at ? instantText(at.getTime()) : null);
  return {
    visitId: row.visit_id,
    caseId: row.case_id,
    number: row.number,
    technicianId: row.technician_id,
    state: row.state,
    siteName: row.site_name,
    region: row.region,
    county: row.county,
    priority: row.priority,
    from: text(row.from_at),
    to: text(row.to_at),
    dispatchedAt: instantText(row.dispatched_at.getTime()),
    arrivedAt: text(row.arrived_at),
    completedAt: text(row.completed_at),
  };
}
