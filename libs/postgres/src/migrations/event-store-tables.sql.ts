/** Types whose events are few and read by type: `readTypes` finds them by a partial index. */
export const referenceTypes = [
  'TechnicianRegistered',
  'DepotRegistered',
  'PartRegistered',
  'MachinePopulationCounted',
  'SlaPolicyPublished',
] as const;

/** As it stands in the index and in the query: the planner matches the two only as literals. */
export const referenceTypesSql = `type in (${referenceTypes.map((type) => `'${type}'`).join(', ')})`;

export const eventStoreTablesSql = `
create table fieldcase.events (
  position bigint not null,
  stream_id text collate "C" not null,
  version integer not null,
  shard smallint not null,
  event_id uuid not null,
  type text not null,
  schema_version smallint not null,
  data jsonb not null,
  metadata jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  constraint events_pkey primary key (position),
  constraint events_stream_version_key unique (stream_id, version)
);
-- Positions only grow: inserts meet the last page alone, and a packed index stays packed.
create index events_reference_position_idx on fieldcase.events (position) where ${referenceTypesSql};

create table fieldcase.personal_data (
  position bigint not null,
  subject_id text not null,
  data jsonb not null,
  constraint personal_data_pkey primary key (position)
);
create index personal_data_subject_idx on fieldcase.personal_data (subject_id);

create table fieldcase.commands (
  key_hash bytea not null,
  day date not null,
  request_hmac bytea not null,
  answer jsonb not null,
  first_position bigint not null,
  last_position bigint not null,
  constraint commands_pkey primary key (key_hash, day),
  constraint commands_key_hash_check check (octet_length(key_hash) = 16)
) partition by range (day);

create table fieldcase.log_identity (
  log_id uuid not null,
  epoch integer not null,
  secret bytea not null,
  only_row boolean not null default true,
  constraint log_identity_pkey primary key (only_row),
  constraint log_identity_only_row_check check (only_row)
);
insert into fieldcase.log_identity (log_id, epoch, secret)
values (gen_random_uuid(), 1, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
`;
