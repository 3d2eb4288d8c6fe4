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
import { coversRegion, isOffice, isTechnician, Parameters, personalSql, visibleSql } from '../access';
import { dayOf, instantText, spanOf, type Span } from '../formatting';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

const BOARD_COLUMNS = { region: 'board.region', technicians: 'board.technicians', open: 'board.is_open' } as const;

interface WindowRecord {
  technician_id: string;
  open_visits: string;
  windows: { visitId: string; caseId: string; from: number; to: number }[];
}

interface VisitRecord {
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
   * regions, a technician himself.
   * @param technicians the reference data as it stands
   * @throws Rejection `query.date-invalid` (malformed)
   */
  async technicians(
    scope: Scope,
    filter: TechnicianFilter,
    technicians: readonly Technician[],
    now: Instant,
  ): Promise<ListView<TechnicianView>> {
    const day = dayNamed(filter.date, now);
    const position = String(await this.positionOf('case-board'));
    const found = technicians.filter((technician) => isVisible(scope, technician) && matches(technician, filter));
    const { rows } = await this.client.query<WindowRecord>(workloadSql(this.schema), [
      found.map((technician) => technician.id),
      new Date(day.from).toISOString(),
      new Date(day.to).toISOString(),
    ]);
    const workload = new Map(rows.map((row) => [row.technician_id, row]));
    const items = found
      .map((technician) => viewOf(technician, workload.get(technician.id)))
      .sort((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1));
    return { items, next: null, position };
  }

  /**
   * Visits whose window touches the day, that were under way on it, or that are open without a window. By time.
   * @throws Rejection `query.date-invalid` (malformed)
   */
  async visits(scope: Scope, filter: VisitFilter, now: Instant): Promise<ListView<DayVisitView>> {
    const day = dayNamed(filter.date, now);
    const position = String(await this.positionOf('case-board'));
    const parameters = new Parameters();
    const text = visitsSql(this.schema, scope, filter.technicianId, day, parameters);
    const { rows } = await this.client.query<VisitRecord>(text, parameters.values);
    return { items: rows.map(visitOf), next: null, position };
  }
}

function dayNamed(date: string | undefined, now: Instant): Span {
  return spanOf(date ?? dayOf(now), 'date');
}

function isVisible(scope: Scope, technician: Technician): boolean {
  if (isOffice(scope)) {
    return technician.regions.length === 0 || technician.regions.some((region) => coversRegion(scope, region));
  }
  return isTechnician(scope) && technician.id === scope.sub;
}

function matches(technician: Technician, { region, skill, language }: TechnicianFilter): boolean {
  return (
    technician.active &&
    (region === undefined || technician.regions.includes(region)) &&
    (skill === undefined || technician.skills.includes(skill)) &&
    (language === undefined || technician.languages.includes(language))
  );
}

function workloadSql(schema: string): string {
  return `select technician_id, count(*) as open_visits,
      coalesce(jsonb_agg(jsonb_build_object('visitId', visit_id, 'caseId', case_id,
        'from', extract(epoch from from_at) * 1000, 'to', extract(epoch from to_at) * 1000) order by from_at, visit_id)
        filter (where from_at < $3::timestamptz and to_at > $2::timestamptz), '[]') as windows
    from ${schema}.case_visit where is_open and technician_id = any($1::text[]) group by technician_id`;
}

function visitsSql(schema: string, scope: Scope, technicianId: string, day: Span, parameters: Parameters): string {
  const technician = parameters.add(technicianId);
  const from = `${parameters.add(new Date(day.from).toISOString())}::timestamptz`;
  const to = `${parameters.add(new Date(day.to).toISOString())}::timestamptz`;
  const onDay = (column: string): string => `(${column} >= ${from} and ${column} < ${to})`;
  return `select visit.*, case when ${personalSql(scope, BOARD_COLUMNS, parameters)} then board.site_name end as site_name
    from ${schema}.case_visit visit join ${schema}.case_board board on board.id = visit.case_id
    where visit.technician_id = ${technician} and visit.state not in ('declined', 'withdrawn')
      and ${visibleSql(scope, BOARD_COLUMNS, parameters)}
      and ((visit.from_at < ${to} and visit.to_at > ${from})
        or (visit.is_open and visit.from_at is null and visit.dispatched_at < ${to})
        or ${onDay('visit.arrived_at')} or ${onDay('visit.completed_at')})
    order by coalesce(visit.from_at, visit.arrived_at, visit.dispatched_at), visit.case_id, visit.visit_id`;
}

function viewOf(technician: Technician, workload: WindowRecord | undefined): TechnicianView {
  const windows = (workload?.windows ?? []).map<TechnicianDayWindow>((window) => ({
    visitId: window.visitId,
    caseId: window.caseId,
    from: instantText(window.from),
    to: instantText(window.to),
  }));
  return {
    id: technician.id,
    name: technician.name,
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
