/** `GET /cases`. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseBoardFilter, CaseBoardItem, CaseStatus, ListView, Scope } from '@fieldcase/contracts';
import { cursorInvalid, decodeCursor, encodeCursor, limitOf } from '../cursor';
import { nextClockAt } from '../fold/clock-outlook';
import { unpackedClock, type PackedClock } from '../fold/packed-clocks';
import { instantText } from '../formatting';
import { LIVE_SCHEMA, type PositionOf, type QueryClient } from '../ports';
import { boardStatement, type PageStart } from './board-statement';

interface BoardRecord {
  id: string;
  number: string;
  status: CaseStatus;
  site_name: string | null;
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
  packed_clocks: PackedClock[];
  sort_key: string;
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
    const { text, values } = boardStatement(scope, filter, start, limit + 1, this.schema);
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

function itemOf(row: BoardRecord, now: Instant): CaseBoardItem {
  const next = nextClockAt(row.packed_clocks.map(unpackedClock), now);
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
