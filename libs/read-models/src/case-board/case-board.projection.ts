/** The board: one row per case, and with it the rows of its visits and of the requests that wait for a second person. */
import {
  rootOf,
  type PersonalData,
  type Projection,
  type RecordedEvent,
  type SqlClient,
} from '@fieldcase/eventsourcing';
import { boardRowOf } from '../fold/board-row';
import { packed } from '../fold/packed-fold';
import { requestRowsOf } from '../fold/request-row';
import type { CaseFold } from '../fold/case-fold';
import { foldBatch, foldedEventTypes } from '../fold/apply-batch';
import { gramsOf } from './search-grams';
import { boardTables, createBoardIndexes, createBoardTables } from './tables';

/** Columns that `boardRowOf` makes; the personal ones are added from `personal_data`. */
const COLUMNS = {
  id: 'text',
  number: 'text',
  status: 'text',
  is_open: 'boolean',
  case_type: 'text',
  priority: 'text',
  region: 'text',
  county: 'text',
  product: 'text',
  serial: 'text',
  number_grams: 'text[]',
  owner: 'text',
  technician_id: 'text',
  open_technician_id: 'text',
  technicians: 'text[]',
  depot_id: 'text',
  source: 'text',
  reported_at: 'timestamptz',
  pause_reason: 'text',
  pause_until: 'timestamptz',
  unassigned: 'boolean',
  reopened: 'boolean',
  inform_due: 'boolean',
  waiting_parts: 'boolean',
  low_rating: 'boolean',
  due_at: 'timestamptz',
  due_before_at: 'timestamptz',
  resumes_at: 'timestamptz',
  soon: 'tstzmultirange',
  clocks: 'jsonb',
  position: 'bigint',
  fold: 'bytea',
} as const satisfies Record<keyof ReturnType<typeof boardRowOf>, string>;

const PERSONAL_COLUMNS = { site_name: 'text', site_grams: 'text[]', phone: 'text', phone_grams: 'text[]' } as const;

const names = (columns: object): string => Object.keys(columns).join(', ');
const definitions = (columns: object): string =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
const assignments = Object.keys(COLUMNS)
  .filter((name) => name !== 'id')
  .map((name) => `${name} = excluded.${name}`);
/** A batch that says nothing about a personal column leaves it as it is. */
const personalAssignments = Object.keys(PERSONAL_COLUMNS).map(
  (name) => `${name} = coalesce(excluded.${name}, board.${name})`,
);

const forgotten = Object.keys(PERSONAL_COLUMNS)
  .map((name) => `${name} = null`)
  .join(', ');

const UPSERT_BOARD = `
insert into case_board as board (${names({ ...COLUMNS, ...PERSONAL_COLUMNS })})
select ${names({ ...COLUMNS, ...PERSONAL_COLUMNS })}
from jsonb_to_recordset($1::jsonb) as row(${definitions({ ...COLUMNS, ...PERSONAL_COLUMNS })})
on conflict (id) do update set ${[...assignments, ...personalAssignments].join(', ')}`;

type PersonalColumns = Partial<ReturnType<typeof siteColumns> & ReturnType<typeof phoneColumns>>;

/**
 * @param personal asked once per batch, for the site names and phones that the board's search needs
 */
export function caseBoardProjection(personal: PersonalData): Projection {
  return {
    name: 'case-board',
    version: 7,
    eventTypes: foldedEventTypes,
    tables: boardTables,
    createTables: createBoardTables,
    createIndexes: createBoardIndexes,
    async apply(client, events) {
      const all = await foldBatch(client, 'select id, fold from case_board where id = any($1)', events);
      // A case whose report an operator discarded has no number and no region: nobody could find or see it.
      const folds = new Map([...all].filter(([, fold]) => fold.number !== ''));
      if (folds.size === 0) return;
      const found = await personalColumns(personal, events);
      const rows = [...folds].map(([id, fold]) => ({ ...boardRowOf(id, fold), fold: packed(fold), ...found.get(id) }));
      await client.query(UPSERT_BOARD, [JSON.stringify(rows)]);
      await replaceVisits(client, folds);
      await replaceApprovals(client, folds);
      await replaceRequests(client, folds);
    },
    async erase(client, subjectId) {
      await client.query(`update case_board set ${forgotten} where id = $1`, [subjectId]);
    },
  };
}

/** What the batch says about site names and phones, by case; later events win. */
async function personalColumns(
  personal: PersonalData,
  events: readonly RecordedEvent[],
): Promise<Map<string, PersonalColumns>> {
  const named = events.filter((event) => event.type === 'FaultReported' || event.type === 'DetailsCorrected');
  const found = new Map<string, PersonalColumns>();
  if (named.length === 0) return found;
  const stored = await personal.fetch(named.map((event) => event.position));
  for (const event of named) {
    const data = stored.get(event.position);
    if (!data) continue;
    const id = rootOf(event.streamId);
    found.set(id, { ...found.get(id), ...columnsOf(data) });
  }
  return found;
}

const siteColumns = (name: string) => ({ site_name: name, site_grams: gramsOf(name) });
const phoneColumns = (phone: string) => ({ phone, phone_grams: gramsOf(phone) });

function columnsOf(data: object): PersonalColumns {
  const fields = data as { siteName?: string; contact?: { phone?: string }; personalChanges?: object };
  if (fields.personalChanges) return columnsOf(fields.personalChanges);
  return {
    ...(fields.siteName === undefined ? {} : siteColumns(fields.siteName)),
    ...(fields.contact?.phone === undefined ? {} : phoneColumns(fields.contact.phone)),
  };
}

const UPSERT_VISITS = `
insert into case_visit
select * from jsonb_populate_recordset(null::case_visit, $1::jsonb)
on conflict (case_id, visit_id) do update set
  technician_id = excluded.technician_id, state = excluded.state, is_open = excluded.is_open,
  case_open = excluded.case_open, region = excluded.region, county = excluded.county, priority = excluded.priority,
  from_at = excluded.from_at, to_at = excluded.to_at, arrived_at = excluded.arrived_at,
  completed_at = excluded.completed_at
where (case_visit.*) is distinct from (excluded.*)`;

const utcOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

async function replaceVisits(client: SqlClient, folds: ReadonlyMap<string, CaseFold>): Promise<void> {
  const rows = [...folds].flatMap(([caseId, fold]) =>
    fold.visits
      .filter((visit) => visit.technicianId !== '')
      .map((visit) => ({
        case_id: caseId,
        visit_id: visit.visitId,
        number: fold.number,
        technician_id: visit.technicianId,
        state: visit.stage,
        is_open: visit.open,
        case_open: fold.ended === null,
        region: fold.region,
        county: fold.county,
        priority: fold.priority,
        dispatched_at: utcOrNull(visit.dispatchedAt),
        from_at: utcOrNull(visit.from),
        to_at: utcOrNull(visit.to),
        arrived_at: utcOrNull(visit.arrivedAt),
        completed_at: utcOrNull(visit.completedAt),
      })),
  );
  if (rows.length > 0) await client.query(UPSERT_VISITS, [JSON.stringify(rows)]);
}

async function replaceApprovals(client: SqlClient, folds: ReadonlyMap<string, CaseFold>): Promise<void> {
  const rows = [...folds].flatMap(([caseId, fold]) =>
    fold.approvals.map((request) => ({
      case_id: caseId,
      kind: request.kind,
      id: request.id,
      number: fold.number,
      region: fold.region,
      target: request.target,
      requested_by: request.requestedBy,
      requested_at: utcOrNull(request.requestedAt),
      fact_type: request.factType,
      position: request.position,
    })),
  );
  await client.query('delete from case_approval where case_id = any($1)', [[...folds.keys()]]);
  if (rows.length === 0) return;
  await client.query(
    'insert into case_approval select * from jsonb_populate_recordset(null::case_approval, $1::jsonb)',
    [JSON.stringify(rows)],
  );
}

async function replaceRequests(client: SqlClient, folds: ReadonlyMap<string, CaseFold>): Promise<void> {
  const asking = [...folds].filter(([, fold]) => fold.requests.length > 0);
  if (asking.length === 0) return;
  const rows = asking.flatMap(([caseId, fold]) => requestRowsOf(caseId, fold));
  await client.query('delete from case_part_request where case_id = any($1)', [asking.map(([caseId]) => caseId)]);
  if (rows.length === 0) return;
  await client.query(
    'insert into case_part_request select * from jsonb_populate_recordset(null::case_part_request, $1::jsonb)',
    [JSON.stringify(rows)],
  );
}
