/** The SQL of a page of the board: its parts, each by an index that has their order, and of these the first. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseBoardFilter, Scope } from '@fieldcase/contracts';
import { isOffice, isReader, isTechnician, Parameters, personalSql, visibleSql } from '../access';
import { conditionsOf, dueSoonParts, type BoardConditions } from './board-conditions';
import { searchOf, type BoardSearch } from './board-search';

const COLUMNS = { region: 'region', technicians: 'technicians', open: 'is_open' } as const;

const SHOWN = `id, number, status, region, county, priority, case_type, product, technician_id, owner, source,
  reported_at, pause_reason, pause_until, packed_clocks`;

/** Where a page starts. `now` is the first page's: a board that is leafed through does not shift under the reader. */
export interface PageStart {
  readonly now: Instant;
  readonly after: { readonly key: string; readonly id: string } | null;
}

/** Rows that have one order. */
interface Part {
  readonly key: string;
  readonly where: readonly string[];
  /** No index has them in it. They are few, and sorted: else the planner would leaf through all others for them. */
  readonly few: boolean;
}

/** All ended cases come last by due: they are in the order of their ids alone. */
const NEVER = `'infinity'::timestamptz`;

export function boardStatement(
  scope: Scope,
  filter: CaseBoardFilter,
  start: PageStart,
  limit: number,
  schema: string,
): { text: string; values: unknown[] } {
  const statement = new BoardStatement(scope, filter, start, limit, schema);
  return { text: statement.text(), values: statement.parameters.values };
}

class BoardStatement {
  readonly parameters = new Parameters();
  private readonly now: () => string;
  private readonly personal: string;
  private readonly conditions: BoardConditions;
  private readonly search: BoardSearch | null;
  private readonly after: { readonly key: () => string; readonly id: () => string } | null;

  constructor(
    private readonly scope: Scope,
    private readonly filter: CaseBoardFilter,
    private readonly start: PageStart,
    private readonly limit: number,
    private readonly schema: string,
  ) {
    const { parameters } = this;
    this.now = once(() => `${parameters.add(new Date(start.now).toISOString())}::timestamptz`);
    this.personal = personalSql(scope, COLUMNS, parameters);
    this.conditions = conditionsOf(scope, filter, this.now, parameters);
    this.search = searchOf(filter.q, this.personal, schema, parameters);
    const { after } = start;
    this.after = after && {
      key: once(() => `${parameters.add(after.key)}::timestamptz`),
      id: once(() => `${parameters.add(after.id)}::text collate "C"`),
    };
  }

  text(): string {
    const { schema, search } = this;
    const visible = visibleSql(this.scope, COLUMNS, this.parameters);
    const parts = this.parts().map((part) => ({ ...part, where: [visible, ...part.where] }));
    const pages = [...parts.map((part) => this.inOrder(part)), ...(search?.hits ? [this.ofHits(parts)] : [])];
    return `${search?.hits ? `with ${search.hits}\n` : ''}select page.*, sort_at::text as sort_key,
      case when personal then search.site_name end as site_name
      from (select * from (${pages.join('\nunion all\n')}) as pages order by sort_at, id limit ${this.limit}) as page
      left join ${schema}.case_search search on search.id = page.id order by sort_at, page.id`;
  }

  /** A clock held until the customer's own time begins is not due before: such cases sort by their other clocks until then. */
  private parts(): Part[] {
    const { open, ended } = this.conditions;
    const byReport = this.filter.sort === 'reportedAt';
    const own = isOwn(this.scope);
    const ofEnded = (where: readonly string[]): Part => ({ key: byReport ? 'reported_at' : NEVER, where, few: own });
    return [
      ...(open ? this.ofOpen(open, byReport, own || isNarrow(this.scope, this.filter)) : []),
      ...(ended ? [ofEnded(ended)] : []),
    ];
  }

  private ofOpen(where: readonly string[], byReport: boolean, few: boolean): Part[] {
    const isSoon = this.filter.queue === 'due-soon';
    // What follows from it, and is in the index.
    const around = isSoon ? [`lower(soon) <= ${this.now()}`, `upper(soon) >= ${this.now()}`] : [];
    if (byReport) return [{ key: 'reported_at', where: [...where, ...around], few }];
    const now = this.now();
    if (few) return [{ key: `case when resumes_at > ${now} then due_before_at else due_at end`, where, few }];
    const parts = isSoon ? dueSoonParts(now) : [[]];
    return [
      ...parts.map((part) => ({ key: 'due_at', where: [...where, ...part, `resumes_at <= ${now}`], few })),
      { key: 'due_before_at', where: [...where, ...around, `resumes_at > ${now}`, `resumes_at > '-infinity'`], few },
    ];
  }

  /** The first of a part. */
  private inOrder({ key, where, few }: Part): string {
    const conditions = [...where, ...(this.search?.rows ?? []), ...this.afterOf(key)];
    const board = `${this.schema}.case_board board`;
    return `(select ${SHOWN}, ${this.personal} as personal, ${key} as sort_at
      from ${few ? `(select * from ${board} where ${all(where)} offset 0) board` : board}
      where ${all(conditions)} order by ${key === NEVER ? 'id' : `${key}, id`} limit ${this.limit})`;
  }

  /** What a search has found, where that is little: all of it, sorted. */
  private ofHits(parts: readonly Part[]): string {
    const key = `case ${parts.map((part) => `when ${all(part.where)} then ${part.key}`).join(' ')} end`;
    const after = this.after ? [`(sort_at, id) > (${this.after.key()}, ${this.after.id()})`] : [];
    return `(select ${SHOWN}, personal, sort_at from (
        select ${SHOWN}, ${this.personal} as personal, ${key} as sort_at from hit
        cross join lateral (select * from ${this.schema}.case_board where id = hit_id offset 0) board
        where ${all(this.search?.ofHits ?? [])}) as found
      where ${all(['sort_at is not null', ...after])} order by sort_at, id limit ${this.limit})`;
  }

  private afterOf(key: string): string[] {
    if (!this.after) return [];
    if (key !== NEVER) return [`(${key}, id) > (${this.after.key()}, ${this.after.id()})`];
    return this.start.after?.key === 'infinity' ? [`id > ${this.after.id()}`] : [];
  }
}

/** Sees no cases but those he was sent to. */
const isOwn = (scope: Scope): boolean => isTechnician(scope) && !isOffice(scope) && !isReader(scope);

/** Of one technician or depot. */
function isNarrow(scope: Scope, { technicianId, depotId, queue }: CaseBoardFilter): boolean {
  return (queue === 'mine' && isTechnician(scope)) || technicianId !== undefined || depotId !== undefined;
}

/** A parameter that is not used must not be bound. */
function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

const all = (conditions: readonly string[]): string => conditions.join(' and ');
