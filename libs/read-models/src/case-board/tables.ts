import type { SqlClient } from '@fieldcase/eventsourcing';

/**
 * Every queue and sort of the board is an indexed condition over these columns and the query's `now`; nothing here
 * changes with time alone. `due_at` and the like are `infinity` where nothing is due, so that keyset pages need no nulls.
 */
const CASE_BOARD = `
create table case_board (
  id text collate "C" primary key,
  number text not null,
  status text not null,
  is_open boolean not null,
  case_type text not null,
  priority text not null,
  region text not null,
  county text,
  product text,
  serial text,
  owner text,
  technician_id text,
  open_technician_id text,
  technicians text[] not null,
  depot_id text,
  source text not null,
  reported_at timestamptz not null,
  pause_reason text,
  pause_until timestamptz,
  unassigned boolean not null,
  reopened boolean not null,
  inform_due boolean not null,
  waiting_parts boolean not null,
  low_rating boolean not null,
  due_at timestamptz not null,
  due_before_at timestamptz not null,
  resumes_at timestamptz not null,
  soon tstzmultirange not null,
  soon_again_from timestamptz not null,
  soon_again_to timestamptz not null,
  soon_later_from timestamptz not null,
  packed_clocks json not null,
  position bigint not null,
  fold bytea not null
)`;

/** What a case is found by, and its personal columns: written when it is reported or corrected, not with every event. */
const CASE_SEARCH = `
create table case_search (
  id text collate "C" primary key,
  number text not null,
  serial text,
  number_grams text[] not null,
  site_name text,
  site_grams text[],
  phone text,
  phone_grams text[],
  search_open text generated always as (lower(number || ' ' || coalesce(serial, ''))) stored
)`;

const CASE_VISIT = `
create table case_visit (
  case_id text collate "C" not null,
  visit_id text collate "C" not null,
  number text not null,
  technician_id text not null,
  state text not null,
  is_open boolean not null,
  case_open boolean not null,
  region text not null,
  county text,
  priority text not null,
  dispatched_at timestamptz not null,
  from_at timestamptz,
  to_at timestamptz,
  arrived_at timestamptz,
  completed_at timestamptz,
  primary key (case_id, visit_id)
)`;

const CASE_APPROVAL = `
create table case_approval (
  case_id text collate "C" not null,
  kind text not null,
  id text collate "C" not null,
  number text not null,
  region text not null,
  target text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  fact_type text,
  position bigint not null,
  primary key (case_id, kind, id)
)`;

const CASE_PART_REQUEST = `
create table case_part_request (
  case_id text collate "C" not null,
  part_request_id text collate "C" not null,
  depot_id text collate "C" not null,
  task text not null,
  number text not null,
  region text not null,
  technicians text[] not null,
  part_number text not null,
  quantity integer not null,
  lines jsonb not null,
  serialised boolean not null,
  status text not null,
  priority text not null,
  technician_id text,
  promised_at timestamptz not null,
  primary key (case_id, part_request_id)
)`;

/**
 * What an open case is narrowed by while the board is leafed through in some order: the index itself says what does not
 * match, without a look at the row (100,000 open cases, none of which matches: 10 ms). One such index for an order
 * instead of one for each filter: an update of an open case writes an entry to every index that it is in.
 */
const NARROWED = `lower(soon), upper(soon), unassigned, reopened, inform_due, waiting_parts, status, region, product, priority`;

/** Until the customer's own time begins; a few of the open ones. */
const HELD = `resumes_at > '-infinity'`;

/** Of cases that are late: when they are due soon again. */
const SOON_AGAIN = 'soon_again_from, soon_again_to, soon_later_from';

const OPEN_INDEXES = [
  `create index on case_board (due_at, id, ${SOON_AGAIN}, ${NARROWED}) where is_open`,
  // To be sent to somebody: due later than much of the rest (of 100,000 open cases the first page: 1.8 ms instead of 5.4).
  'create index on case_board (due_at, id, region) where is_open and unassigned',
  `create index on case_board (reported_at, id, due_at, ${NARROWED}) where is_open`,
  `create index on case_board (due_before_at, id, due_at, ${NARROWED}) where is_open and ${HELD}`,
  'create index on case_board (owner, due_at, id) where is_open and owner is not null',
  `create index on case_board (owner, due_before_at, id) where is_open and owner is not null and ${HELD}`,
  'create index on case_board (owner, reported_at, id) where is_open and owner is not null',
  // Of one technician or depot: so few that they are sorted.
  'create index on case_board (technician_id) where is_open and technician_id is not null',
  'create index on case_board (depot_id) where is_open and depot_id is not null',
  `create index on case_board (source, due_at, id) where is_open and source <> 'live'`,
];

/** Written once, when a case ends. By due all of them come last, by id. */
const ENDED_INDEXES = ['', 'status', 'region', 'product', 'owner', 'technician_id', 'depot_id'].flatMap((column) =>
  ['id', 'reported_at, id'].map(
    (order) => `create index on case_board (${column && `${column}, `}${order}) where not is_open`,
  ),
);

const INDEXES = [
  ...OPEN_INDEXES,
  ...ENDED_INDEXES,
  // Few are imported; of the others no index is needed to find enough.
  `create index on case_board (source, id) where not is_open and source <> 'live'`,
  `create index on case_board (source, reported_at, id) where not is_open and source <> 'live'`,
  // Few, and most have ended: without an index of their own the open ones among them are met by a walk through all open cases
  // (1,000,000 cases, the tenth page by due: 48 ms).
  'create index on case_board (due_at, id) where is_open and low_rating',
  'create index on case_board (id) where not is_open and low_rating',
  'create index on case_board (reported_at, id) where not is_open and low_rating',
  'create index on case_board using gin (technicians)',
  'create index on case_search (serial) where serial is not null',
  'create index on case_search using gin (number_grams, site_grams, phone_grams)',
  'create index on case_visit (technician_id, from_at) where from_at is not null',
  'create index on case_visit (technician_id) where is_open',
  'create index on case_visit (technician_id, dispatched_at)',
  'create index on case_approval (position)',
  'create index on case_part_request (depot_id, promised_at, part_request_id)',
];

export const boardTables = ['case_board', 'case_search', 'case_visit', 'case_approval', 'case_part_request'] as const;

export async function createBoardTables(client: SqlClient): Promise<void> {
  await client.query([CASE_BOARD, CASE_SEARCH, CASE_VISIT, CASE_APPROVAL, CASE_PART_REQUEST].join(';\n'));
}

export async function createBoardIndexes(client: SqlClient): Promise<void> {
  for (const index of INDEXES) await client.query(index);
}
