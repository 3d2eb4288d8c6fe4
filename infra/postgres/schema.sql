-- The schema of the log and its followers, for readers: made from a migrated database, see npm run gen.
-- Read models are not in it: each projection makes its own tables.

create table fieldcase.checkpoints (
  subscription text collate "C" not null,
  shard smallint not null,
  "position" bigint default 0 not null,
  version integer not null
) with (fillfactor=40, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000);

create table fieldcase.commands (
  key_hash bytea not null,
  day date not null,
  request_hmac bytea not null,
  answer jsonb not null,
  first_position bigint not null,
  last_position bigint not null
) partition by RANGE (day);

create table fieldcase.dropped_records (
  topic text collate "C" not null,
  partition integer not null,
  count bigint not null,
  last_offset bigint not null,
  last_at timestamp with time zone default clock_timestamp() not null
);

create table fieldcase.events (
  "position" bigint not null,
  stream_id text collate "C" not null,
  version integer not null,
  shard smallint not null,
  event_id uuid not null,
  type text not null,
  schema_version smallint not null,
  data jsonb not null,
  metadata jsonb not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null
);

create table fieldcase.filled_from (
  only_row boolean default true not null,
  log_id uuid not null,
  epoch integer not null,
  since timestamp with time zone default clock_timestamp() not null
);

create table fieldcase.leases (
  name text collate "C" not null,
  owner text not null,
  epoch bigint not null,
  expires_at timestamp with time zone not null
) with (fillfactor=40);

create table fieldcase.log_identity (
  log_id uuid not null,
  epoch integer not null,
  secret bytea not null,
  only_row boolean default true not null
);

create table fieldcase.parked (
  subscription text collate "C" not null,
  "position" bigint not null,
  version integer not null,
  root text collate "C" not null,
  stream_id text collate "C" not null,
  type text not null,
  status text default 'parked'::text not null,
  error text,
  attempts integer default 0 not null,
  parked_at timestamp with time zone default clock_timestamp() not null,
  discarded_at timestamp with time zone,
  reason text
);

create table fieldcase.parked_records (
  topic text collate "C" not null,
  partition integer not null,
  record_offset bigint not null,
  reason text not null,
  bytes bytea not null,
  size integer not null,
  parked_at timestamp with time zone default clock_timestamp() not null
);

create table fieldcase.personal_data (
  "position" bigint not null,
  subject_id text not null,
  data jsonb not null
);

create table fieldcase.rebuilds (
  subscription text collate "C" not null,
  version integer not null,
  state text not null,
  started_at timestamp with time zone default clock_timestamp() not null,
  updated_at timestamp with time zone default clock_timestamp() not null,
  "position" bigint default 0 not null,
  target bigint default 0 not null,
  events bigint default 0 not null,
  events_per_second double precision default 0 not null
);

create table fieldcase.subscriptions (
  subscription text collate "C" not null,
  version integer not null,
  tables text[] not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  problem text,
  problem_since timestamp with time zone
);

create table fieldcase.timers (
  root text collate "C" not null,
  due_at timestamp with time zone not null,
  wake_at timestamp with time zone not null,
  as_of bigint not null,
  attempts integer default 0 not null
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.02);

create table fieldcase.worker_metrics (
  worker text not null,
  name text not null,
  value double precision not null,
  updated_at timestamp with time zone default clock_timestamp() not null
);

alter table fieldcase.checkpoints add constraint checkpoints_pkey PRIMARY KEY (subscription, shard);

alter table fieldcase.checkpoints add constraint checkpoints_position_check CHECK (("position" >= 0));

alter table fieldcase.checkpoints add constraint checkpoints_shard_check CHECK (((shard >= 0) AND (shard <= 15)));

alter table fieldcase.commands add constraint commands_key_hash_check CHECK ((octet_length(key_hash) = 16));

alter table fieldcase.commands add constraint commands_pkey PRIMARY KEY (key_hash, day);

alter table fieldcase.dropped_records add constraint dropped_records_pkey PRIMARY KEY (topic, partition);

alter table fieldcase.events add constraint events_pkey PRIMARY KEY ("position");

alter table fieldcase.events add constraint events_stream_version_key UNIQUE (stream_id, version);

alter table fieldcase.filled_from add constraint filled_from_only_row_check CHECK (only_row);

alter table fieldcase.filled_from add constraint filled_from_pkey PRIMARY KEY (only_row);

alter table fieldcase.leases add constraint leases_pkey PRIMARY KEY (name);

alter table fieldcase.log_identity add constraint log_identity_only_row_check CHECK (only_row);

alter table fieldcase.log_identity add constraint log_identity_pkey PRIMARY KEY (only_row);

alter table fieldcase.parked add constraint parked_pkey PRIMARY KEY (subscription, "position");

alter table fieldcase.parked add constraint parked_status_check CHECK ((status = ANY (ARRAY['parked'::text, 'discarded'::text])));

alter table fieldcase.parked_records add constraint parked_records_pkey PRIMARY KEY (topic, partition, record_offset);

alter table fieldcase.personal_data add constraint personal_data_pkey PRIMARY KEY ("position");

alter table fieldcase.rebuilds add constraint rebuilds_pkey PRIMARY KEY (subscription);

alter table fieldcase.rebuilds add constraint rebuilds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'swapped'::text])));

alter table fieldcase.subscriptions add constraint subscriptions_pkey PRIMARY KEY (subscription);

alter table fieldcase.timers add constraint timers_pkey PRIMARY KEY (root);

alter table fieldcase.worker_metrics add constraint worker_metrics_pkey PRIMARY KEY (worker, name);

CREATE INDEX events_reference_position_idx ON fieldcase.events USING btree ("position") WHERE (type = ANY (ARRAY['TechnicianRegistered'::text, 'DepotRegistered'::text, 'PartRegistered'::text, 'MachinePopulationCounted'::text, 'SlaPolicyPublished'::text]));

CREATE INDEX parked_by_root ON fieldcase.parked USING btree (subscription, root) WHERE (status = 'parked'::text);

CREATE INDEX parked_records_by_time ON fieldcase.parked_records USING btree (parked_at);

CREATE INDEX personal_data_subject_idx ON fieldcase.personal_data USING btree (subject_id);

CREATE INDEX timers_by_wake ON fieldcase.timers USING btree (wake_at);

CREATE OR REPLACE FUNCTION fieldcase.append(r_events integer[], r_key bytea[], r_hmac bytea[], r_answer jsonb[], s_request integer[], s_stream text[], s_expected integer[], e_request integer[], e_stream text[], e_version integer[], e_shard smallint[], e_id uuid[], e_type text[], e_schema smallint[], e_data jsonb[], e_metadata jsonb[], e_occurred bigint[], e_subject text[], e_personal jsonb[], OUT base bigint, OUT recorded timestamp with time zone, OUT blind_tails integer[], OUT refused jsonb)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'fieldcase', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  tails integer[];
  refused_requests bigint[];
  conflicts jsonb;
  conflicting bigint[];
  accepted integer[];
  said_at integer[];
begin
  perform pg_advisory_xact_lock(4607182418800017);

  select e.position, e.recorded_at into base, recorded from events e order by e.position desc limit 1;
  base := coalesce(base, 0);
  recorded := greatest(date_trunc('milliseconds', clock_timestamp()), recorded);

  tails := array(select coalesce((select e.version from events e where e.stream_id = s_stream[s.ord]
                                   order by e.version desc limit 1), 0)
                   from generate_subscripts(s_stream, 1) as s(ord) order by s.ord);
  if array_position(s_expected, null) is not null then
    blind_tails := array(select tails[s.ord] from generate_subscripts(s_stream, 1) as s(ord)
                          where s_expected[s.ord] is null order by s.ord);
  end if;

  select array_agg(r.request), jsonb_agg(jsonb_build_object('request', r.request,
           'outcome', case when k.request_hmac = r.hmac then 'replayed' else 'key-reused' end,
           'answer', k.answer, 'first', k.first_position::text, 'last', k.last_position::text))
    into refused_requests, refused
    from unnest(r_key, r_hmac) with ordinality as r(key, hmac, request)
    join commands k on k.key_hash = r.key;
  refused_requests := coalesce(refused_requests, '{}');

  if tails is distinct from s_expected then
    select array_agg(c.request),
           jsonb_agg(jsonb_build_object('request', c.request, 'outcome', 'conflict', 'streamId', c.stream_id,
                                        'actual', c.tail))
      into conflicting, conflicts
      from (select distinct on (s.request) s.request, s.stream_id, s.tail
              from unnest(s_request, s_stream, s_expected, tails) with ordinality
                   as s(request, stream_id, expected, tail, ord)
             where s.expected <> s.tail and s.request <> all (refused_requests)
             order by s.request, s.ord) c;
    if conflicting is not null then
      refused_requests := refused_requests || conflicting;
      refused := coalesce(refused, '[]') || conflicts;
    end if;
  end if;

  -- Only blind events are numbered here: to sort all of a batch by stream for it took a tenth of the time.
  if blind_tails is not null then
    select array_agg(n.version order by n.ord) into e_version
      from (select e.ord, coalesce(e.given, coalesce((select t.version from events t where t.stream_id = e.stream_id
                                                       order by t.version desc limit 1), 0)
                                            + count(*) filter (where e.request <> all (refused_requests))
                                                over (partition by e.stream_id order by e.ord)) as version
              from unnest(e_request, e_stream, e_version) with ordinality as e(request, stream_id, given, ord)) n;
  end if;

  -- By subscript: to unnest ten columns side by side, each through a tuplestore of its own, took a fifth longer.
  accepted := array(select e.ord from generate_subscripts(e_request, 1) as e(ord)
                     where e_request[e.ord] <> all (refused_requests) order by e.ord);
  if array_position(e_metadata, null) is not null then
    said_at := array(select max(e.ord) filter (where e_metadata[e.ord] is not null) over (order by e.ord)
                       from generate_subscripts(e_request, 1) as e(ord) order by e.ord);
  end if;

  insert into events (position, stream_id, version, shard, event_id, type, schema_version, data, metadata, occurred_at,
                      recorded_at)
  select base + a.place, e_stream[a.ord], e_version[a.ord], e_shard[a.ord], e_id[a.ord], e_type[a.ord],
         e_schema[a.ord], e_data[a.ord], e_metadata[coalesce(said_at[a.ord], a.ord)],
         timestamptz 'epoch' + e_occurred[a.ord] * interval '1 millisecond', recorded
    from unnest(accepted) with ordinality as a(ord, place);

  if cardinality(array_remove(e_subject, null)) > 0 then
    insert into personal_data (position, subject_id, data)
    select base + a.place, e_subject[a.ord], e_personal[a.ord]
      from unnest(accepted) with ordinality as a(ord, place)
     where e_subject[a.ord] is not null;
  end if;

  if cardinality(array_remove(r_key, null)) > 0 then
    perform ensure_command_partition((recorded at time zone 'UTC')::date);
    insert into commands (key_hash, day, request_hmac, answer, first_position, last_position)
    select r.key, (recorded at time zone 'UTC')::date, r.hmac, r.answer,
           r.last_position - greatest(r.events, 1) + 1, r.last_position
      from (select u.*, base + sum(case when u.request = any (refused_requests) then 0 else u.events end)
                                 over (order by u.request) as last_position
              from unnest(r_events, r_key, r_hmac, r_answer) with ordinality
                   as u(events, key, hmac, answer, request)) r
     where r.key is not null and r.request <> all (refused_requests);
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION fieldcase.ensure_command_partition(of_day date)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'fieldcase', 'pg_temp'
AS $function$
declare
  name text := 'commands_' || to_char(of_day, 'YYYYMMDD');
begin
  if to_regclass('fieldcase.' || name) is null then
    execute format('create table fieldcase.%I (like fieldcase.commands including defaults including constraints)', name);
    execute format('alter table fieldcase.commands attach partition fieldcase.%I for values from (%L) to (%L)',
                   name, of_day, of_day + 1);
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION fieldcase.erase_subject(subject text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'fieldcase', 'pg_temp'
AS $function$
declare
  erased bigint;
begin
  delete from personal_data p where p.subject_id = subject;
  get diagnostics erased = row_count;
  return erased;
end
$function$
;

CREATE OR REPLACE FUNCTION fieldcase.maintain_command_partitions(lowest_checkpoint bigint)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'fieldcase', 'pg_temp'
 SET lock_timeout TO '200ms'
AS $function$
declare
  today date := (clock_timestamp() at time zone 'UTC')::date;
  oldest_kept date := ((clock_timestamp() - interval '72 hours') at time zone 'UTC')::date;
  part record;
  highest bigint;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(4607182418800017);
  for ahead in 0..2 loop
    perform ensure_command_partition(today + ahead);
  end loop;
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'fieldcase.commands'::regclass
       and c.relname < 'commands_' || to_char(oldest_kept, 'YYYYMMDD')
     order by c.relname
  loop
    execute format('select max(last_position) from fieldcase.%I', part.relname) into highest;
    if lowest_checkpoint is null or highest is null or highest <= lowest_checkpoint then
      begin
        execute format('drop table fieldcase.%I', part.relname);
        dropped := dropped + 1;
      exception when lock_not_available then
        null; -- somebody reads it: the next call drops it
      end;
    end if;
  end loop;
  return dropped;
end
$function$
;

CREATE OR REPLACE FUNCTION fieldcase.read_log(after_position bigint, up_to bigint, most bigint, left_out text[])
 RETURNS SETOF fieldcase.events
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'fieldcase', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET work_mem TO '32MB'
AS $function$
declare
  last bigint;
begin
  select e.position into last from events e
    where e.position > after_position and e.position <= least(after_position + most, up_to)
    order by e.position desc limit 1;
  return query select e.* from events e
    where e.position > after_position and e.position <= last and (e.position = last or e.type <> all (left_out))
    order by e.position;
end
$function$
;

CREATE OR REPLACE FUNCTION fieldcase.read_reference(types text[], after_position bigint, up_to bigint, most bigint)
 RETURNS SETOF fieldcase.events
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'fieldcase', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  return query select e.* from events e
    where e.type in ('TechnicianRegistered', 'DepotRegistered', 'PartRegistered', 'MachinePopulationCounted', 'SlaPolicyPublished') and e.type = any (types)
      and e.position > after_position and e.position <= coalesce(up_to, 9223372036854775807)
    order by e.position limit most;
end
$function$
;

CREATE OR REPLACE FUNCTION fieldcase.read_streams(ids text[], after_versions integer[], up_to bigint)
 RETURNS SETOF fieldcase.events
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'fieldcase', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  -- Stream by stream through the index: seen as one, several hundred at once would be read through by position.
  return query select e.* from unnest(ids, after_versions) as asked (asked_id, after)
    cross join lateral (
      select * from events of_one
       where of_one.stream_id = asked_id collate "C" and of_one.version > asked.after
         and (up_to is null or of_one.position <= up_to) offset 0) as e
    order by e.stream_id, e.version;
end
$function$
;

grant delete, insert, select, update on fieldcase.checkpoints to fieldcase_app;

grant select on fieldcase.commands to fieldcase_app;

grant delete, insert, select, update on fieldcase.dropped_records to fieldcase_app;

grant select on fieldcase.events to fieldcase_app;

grant insert, select on fieldcase.filled_from to fieldcase_app;

grant delete, insert, select, update on fieldcase.leases to fieldcase_app;

grant select on fieldcase.log_identity to fieldcase_app;

grant delete, insert, select, update on fieldcase.parked to fieldcase_app;

grant delete, insert, select, update on fieldcase.parked_records to fieldcase_app;

grant select on fieldcase.personal_data to fieldcase_app;

grant delete, insert, select, update on fieldcase.rebuilds to fieldcase_app;

grant delete, insert, select, update on fieldcase.subscriptions to fieldcase_app;

grant delete, insert, select, update on fieldcase.timers to fieldcase_app;

grant delete, insert, select, update on fieldcase.worker_metrics to fieldcase_app;

grant execute on function fieldcase.append(integer[],bytea[],bytea[],jsonb[],integer[],text[],integer[],integer[],text[],integer[],smallint[],uuid[],text[],smallint[],jsonb[],jsonb[],bigint[],text[],jsonb[]) to fieldcase_app;

grant execute on function fieldcase.erase_subject(text) to fieldcase_app;

grant execute on function fieldcase.maintain_command_partitions(bigint) to fieldcase_app;

grant execute on function fieldcase.read_log(bigint,bigint,bigint,text[]) to fieldcase_app;

grant execute on function fieldcase.read_reference(text[],bigint,bigint,bigint) to fieldcase_app;

grant execute on function fieldcase.read_streams(text[],integer[],bigint) to fieldcase_app;

grant usage on schema fieldcase to fieldcase_app;

grant create, usage on schema read_models to fieldcase_app;

grant create, usage on schema read_models_next to fieldcase_app;
