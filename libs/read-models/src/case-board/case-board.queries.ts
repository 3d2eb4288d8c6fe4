/** `GET /cases`. */
import type { Instant } from '@fieldcase/eventsourcing';
import { normaliseCaseNumber } from '@fieldcase/domain/events';
import type { CaseBoardFilter, CaseBoardItem, CaseStatus, ListView, Scope } from '@fieldcase/contracts';
import { isOffice, isTechnician, Parameters, personalSql, visibleSql } from '../access';
import { cursorInvalid, decodeCursor, encodeCursor, limitOf } from '../cursor';
import { nextClockAt, type BoardClock } from '../fold/clock-outlook';
import { instantText } from '../formatting';
import { gramsAsked } from './search-grams';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';

const COLUMNS = { region: 'region', technicians: 'technicians', open: 'is_open' } as const;

interface BoardRecord {
  id: string;
  number: string;
  status: CaseStatus;
  site_name: string | null;
  personal: boolean;
  region: string;
  county: string | null;
  priority: string;
  case_type: string;
  product: string | null;
  technician_id: string | null;
  owner: string | null;
  source: string;
  reported_at: Date;
  pause_reason: string | null;
  pause_until: Date | null;
  clocks: BoardClock[];
  sort_key: string;
}

/** Where a page starts. `now` is the first page's: a board that is leafed through does not shift under the reader. */
interface PageStart {
  readonly now: Instant;
  readonly after: { readonly key: string; readonly id: string } | null;
}

export class CaseBoardQueries {
  constructor(
    private readonly client: QueryClient,
    private readonly positionOf: PositionOf,
    private readonly schema: string = LIVE_SCHEMA,
  ) {}

  /**
   * @param now the server's, epoch ms: states, `due-soon` and `breached` are judged by it
   * @throws Rejection `query.cursor-invalid`, `query.limit-invalid` (malformed)
   */
  async list(scope: Scope, filter: CaseBoardFilter, now: Instant): Promise<ListView<CaseBoardItem>> {
    const limit = limitOf(filter.limit);
    const sort = filter.sort ?? 'due';
    const start = startOf(filter, sort, now);
    const position = String(await this.positionOf('case-board'));
    const { text, values } = statementOf(scope, filter, start, limit + 1, this.schema);
    const { rows } = await this.client.query<BoardRecord>(text, values);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    const next = last ? encodeCursor([sort, last.sort_key, last.id, start.now]) : null;
    return { items: items.map((row) => itemOf(row, start.now)), next, position };
  }
}

function startOf(filter: CaseBoardFilter, sort: string, now: Instant): PageStart {
  if (filter.cursor === undefined) return { now, after: null };
  const [cursorSort, key, id, firstNow] = decodeCursor(filter.cursor, 'sssn');
  if (cursorSort !== sort || !isSortKey(String(key))) throw cursorInvalid();
  return { now: Number(firstNow), after: { key: String(key), id: String(id) } };
}

/** As PostgreSQL writes a timestamptz, on a day that exists. */
function isSortKey(key: string): boolean {
  if (key === 'infinity') return true;
  const [, day, time] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)[+-]\d{2}(?::\d{2})?$/.exec(key) ?? [];
  const at = Date.parse(`${day}T${time}Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(String(day));
}

function statementOf(scope: Scope, filter: CaseBoardFilter, start: PageStart, limit: number, schema: string) {
  const parameters = new Parameters();
  const now = once(() => `${parameters.add(new Date(start.now).toISOString())}::timestamptz`);
  const conditions = [
    visibleSql(scope, COLUMNS, parameters),
    ...equalities(filter, parameters),
    ...queueSql(scope, filter, now, parameters),
    ...searchSql(scope, filter, parameters),
  ];
  const personal = personalSql(scope, COLUMNS, parameters);
  const branch = (key: string, extra: readonly string[]): string => {
    const after = start.after
      ? [
          `(${key}, id) > (${parameters.add(start.after.key)}::timestamptz, ${parameters.add(start.after.id)}::text collate "C")`,
        ]
      : [];
    return `(select id, number, status, ${personal} as personal, case when ${personal} then site_name end as site_name,
      region, county, priority, case_type, product, technician_id, owner, source, reported_at, pause_reason, pause_until,
      clocks, ${key} as sort_at
      from ${schema}.case_board where ${[...conditions, ...extra, ...after].join(' and ')}
      order by ${key}, id limit ${limit})`;
  };
  // A clock held until the customer's own time begins is not due before: such cases sort by their other clocks until then.
  const branches =
    filter.sort === 'reportedAt'
      ? [branch('reported_at', [])]
      : [branch('due_at', [`resumes_at <= ${now()}`]), branch('due_before_at', [`resumes_at > ${now()}`])];
  const text = `select *, sort_at::text as sort_key from (${branches.join('\nunion all\n')}) as page
    order by sort_at, id limit ${limit}`;
  return { text, values: parameters.values };
}

/** A parameter that is not used must not be bound. */
function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

function equalities(filter: CaseBoardFilter, parameters: Parameters): string[] {
  const pairs: [string, string | undefined][] = [
    ['region', filter.region],
    ['technician_id', filter.technicianId],
    ['depot_id', filter.depotId],
    ['product', filter.product],
    ['priority', filter.priority],
    ['owner', filter.owner],
    ['source', filter.source],
  ];
  const conditions = pairs.flatMap(([column, value]) =>
    value === undefined ? [] : [`${column} = ${parameters.add(value)}`],
  );
  return filter.status === undefined ? conditions : [...conditions, ...statusSql(filter, parameters)];
}

/** With what follows from it, where that leads an index past the cases that cannot be meant. */
function statusSql({ status, sort }: CaseBoardFilter, parameters: Parameters): string[] {
  const asked = [status ?? []].flat();
  const one = asked.length === 1 ? asked[0] : undefined;
  const said = one === undefined ? `status = any(${parameters.add(asked)}::text[])` : `status = ${parameters.add(one)}`;
  if (asked.every((each) => ENDS.has(each))) return [said, `due_at = 'infinity'`];
  return asked.some((each) => ENDS.has(each)) ? [said] : ofOpen(said, sort);
}

/**
 * By report open cases are leafed through in their order. The condition's own index is kept away from: the planner would
 * read and sort a quarter of all open cases by it (1,000,000 cases: 100-300 ms).
 */
function ofOpen(condition: string, sort: CaseBoardFilter['sort']): string[] {
  return sort === 'reportedAt' ? ['is_open', `coalesce(${condition}, false)`] : [condition];
}

/** Of a case that is not open. */
const ENDS: ReadonlySet<CaseStatus> = new Set(['closed', 'cancelled', 'merged']);

/** Queues that need neither the caller nor `now`. `low-rating` fills with ratings. */
const FLAG_QUEUES = {
  unassigned: 'unassigned',
  'waiting-parts': 'waiting_parts',
  reopened: 'reopened',
  'inform-due': 'inform_due',
  'low-rating': 'low_rating',
} as const;

function queueSql(scope: Scope, { queue, sort }: CaseBoardFilter, now: () => string, parameters: Parameters): string[] {
  if (queue === undefined) return [];
  if (queue === 'mine') return [mineSql(scope, parameters)];
  if (queue === 'due-soon') return ['is_open', ...ofOpen(`soon @> ${now()}`, sort)];
  if (queue === 'breached') return ['is_open', ...ofOpen(`due_at < ${now()}`, sort)];
  return queue === 'low-rating' ? [FLAG_QUEUES[queue]] : ofOpen(FLAG_QUEUES[queue], sort);
}

/** A technician's own are his open visits; everybody else's are the open cases that he owns. */
function mineSql(scope: Scope, parameters: Parameters): string {
  const sub = parameters.add(scope.sub);
  const visits = `open_technician_id = ${sub}`;
  const owned = `(owner = ${sub} and is_open)`;
  if (!isTechnician(scope)) return owned;
  return isOffice(scope) ? `(${visits} or ${owned})` : visits;
}

/** Who may not see a phone or a site name may not find by it either: the answer would give it away. */
function searchSql(scope: Scope, filter: CaseBoardFilter, parameters: Parameters): string[] {
  const words = filter.q?.trim().toLowerCase();
  if (!words) return [];
  const writings = writingsOf(words).map((text) => ({
    text: parameters.add(text),
    grams: piecesSql(text, parameters),
  }));
  const found = (column: string, grams: readonly string[]): string => {
    const each = writings.map(({ text, grams: asked }) => {
      const through = asked && ` and (${grams.map((one) => `${one} @> ${asked}`).join(' or ')})`;
      return `(position(${text} in ${column}) <> 0${through})`;
    });
    return `(${each.join(' or ')})`;
  };
  const open = (): string => found('search_open', ['number_grams']);
  const all = (): string => found('search_personal', ['number_grams', 'site_grams', 'phone_grams']);
  const personal = personalSql(scope, COLUMNS, parameters);
  if (personal === 'true') return [all()];
  if (personal === 'false') return [open()];
  return [`(${open()} or (${all()} and ${personal}))`];
}

/** What finds the rows. How many they are the planner knows of these alone: `position <> 0` is most rows to it. */
function piecesSql(text: string, parameters: Parameters): string {
  const pieces = gramsAsked(text);
  return pieces.length === 0 ? '' : `${parameters.add(pieces)}::text[]`;
}

/** As it was typed, with full-width characters made plain, and as the case number that somebody may have dictated. */
function writingsOf(words: string): string[] {
  const plain = words.normalize('NFKC').replaceAll(/\p{Pd}/gu, '-');
  const number = normaliseCaseNumber(plain)?.toLowerCase();
  return [...new Set([words, plain, ...(number === undefined ? [] : [number])])];
}

function itemOf(row: BoardRecord, now: Instant): CaseBoardItem {
  const next = nextClockAt(row.clocks, now);
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    siteName: row.site_name,
    region: row.region,
    county: row.county,
    priority: row.priority,
    caseType: row.case_type,
    product: row.product,
    technicianId: row.technician_id,
    owner: row.owner,
    source: row.source,
    reportedAt: instantText(row.reported_at.getTime()),
    pauseReason: row.pause_reason,
    pauseUntil: row.pause_until ? instantText(row.pause_until.getTime()) : null,
    nextClock: next && {
      clockId: next.clockId,
      target: next.target,
      state: next.state,
      ...(next.dueAt === null ? {} : { dueAt: instantText(next.dueAt) }),
    },
  };
}
