/** The board: one row per case, and with it the rows of its visits and of the requests that wait for a second person. */
import type { PersonalData, Projection, SqlClient } from '@fieldcase/eventsourcing';
import { boardRowOf } from '../fold/board-row';
import { packed } from '../fold/packed-fold';
import { requestRowsOf } from '../fold/request-row';
import { utc, utcOrNull } from '../fold/utc';
import type { CaseFold } from '../fold/case-fold';
import { foldBatch, foldedEventTypes } from '../fold/apply-batch';
import { replaceApprovals } from './approval-rows';
import { forgetSubject, writeSearch } from './search-rows';
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
  soon_again_from: 'timestamptz',
  soon_again_to: 'timestamptz',
  soon_later_from: 'timestamptz',
  packed_clocks: 'json',
  position: 'bigint',
  fold: 'bytea',
} as const satisfies Record<keyof ReturnType<typeof boardRowOf>, string>;

const names = Object.keys(COLUMNS).join(', ');
const definitions = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
const assignments = Object.keys(COLUMNS)
  .filter((name) => name !== 'id')
  .map((name) => `${name} = excluded.${name}`);

const UPSERT_BOARD = `
insert into case_board (${names})
select ${names} from json_to_recordset($1::json) as row(${definitions.join(', ')})
on conflict (id) do update set ${assignments.join(', ')}`;

/**
 * @param personal asked once per batch, for the site names and phones that the board's search needs
 */
export function caseBoardProjection(personal: PersonalData): Projection {
  return {
    name: 'case-board',
    version: 16,
    eventTypes: foldedEventTypes,
    tables: boardTables,
    createTables: createBoardTables,
    createIndexes: createBoardIndexes,
    async apply(client, events) {
      const all = await foldBatch(client, 'select id, fold from case_board where id = any($1)', events);
      // A case whose report an operator discarded has no number and no region: nobody could find or see it.
      const folds = new Map([...all].filter(([, fold]) => fold.number !== ''));
      if (folds.size === 0) return;
      const rows = [...folds].map(([id, fold]) => ({ ...boardRowOf(id, fold), fold: packed(fold) }));
      await client.query(UPSERT_BOARD, [JSON.stringify(rows)]);
      await writeSearch(client, personal, folds, events);
      await replaceVisits(client, folds);
      await replaceApprovals(client, folds, events);
      await replaceRequests(client, folds);
    },
    erase: forgetSubject,
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
        dispatched_at: utc(visit.dispatchedAt),
        from_at: utcOrNull(visit.from),
        to_at: utcOrNull(visit.to),
        arrived_at: utcOrNull(visit.arrivedAt),
        completed_at: utcOrNull(visit.completedAt),
      })),
  );
  if (rows.length > 0) await client.query(UPSERT_VISITS, [JSON.stringify(rows)]);
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
