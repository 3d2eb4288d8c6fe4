/** The log's one lock; transaction-scoped, so it is held until the commit is visible. */
export const logLock = '4607182418800017';

/**
 * Appends a batch of requests; each is written as a whole or refused alone.
 *
 * Arguments are flat arrays: requests (r_*, numbered from 1; r_events = how many events of its own), their streams
 * (s_*; s_expected null = blind), their events (e_*, in order of request; e_version null = numbered here).
 * Answers: the last position before the batch, the batch's recordedAt, the tails that the blind streams had before it
 * (in order of their s_* rows), and the refused requests as JSON (null = none). The accepted events have
 * the positions after `base` in the order of their e_* rows.
 *
 * The function is volatile, so each statement sees all that was committed before it, and under the lock nobody
 * commits in between. With a stale snapshot (REPEATABLE READ) the insert fails on the primary key: no fork.
 * Plans are generic and by index: tables that were empty when a session planned must not be scanned for ever.
 */
export const appendSql = `
create or replace function fieldcase.append(
  r_events integer[], r_key bytea[], r_hmac bytea[], r_answer jsonb[],
  s_request integer[], s_stream text[], s_expected integer[],
  e_request integer[], e_stream text[], e_version integer[], e_shard smallint[], e_id uuid[], e_type text[],
  e_schema smallint[], e_data jsonb[], e_metadata jsonb[], e_occurred bigint[], e_subject text[], e_personal jsonb[],
  out base bigint, out recorded timestamptz, out blind_tails integer[], out refused jsonb)
language plpgsql volatile security definer
set search_path = pg_catalog, fieldcase, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $append$
declare
  tails integer[];
  refused_requests bigint[];
  conflicts jsonb;
  conflicting bigint[];
begin
  perform pg_advisory_xact_lock(${logLock});

  select e.position, e.recorded_at into base, recorded from events e order by e.position desc limit 1;
  base := coalesce(base, 0);
  recorded := greatest(date_trunc('milliseconds', clock_timestamp()), recorded);

  select array_agg(t.tail order by t.ord), array_agg(t.tail order by t.ord) filter (where t.expected is null)
    into tails, blind_tails
    from (select s.ord, s.expected, coalesce((select e.version from events e where e.stream_id = s.stream_id
                                               order by e.version desc limit 1), 0) as tail
            from unnest(s_stream, s_expected) with ordinality as s(stream_id, expected, ord)) t;

  select array_agg(r.request), jsonb_agg(jsonb_build_object('request', r.request,
           'outcome', case when k.request_hmac = r.hmac then 'replayed' else 'key-reused' end,
           'answer', k.answer, 'first', k.first_position::text, 'last', k.last_position::text))
    into refused_requests, refused
    from unnest(r_key, r_hmac) with ordinality as r(key, hmac, request)
    join commands k on k.key_hash = r.key;
  refused_requests := coalesce(refused_requests, '{}');

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

  -- Only blind events are numbered here: to sort all of a batch by stream for it took a tenth of the time.
  if blind_tails is not null then
    select array_agg(n.version order by n.ord) into e_version
      from (select e.ord, coalesce(e.given, coalesce((select t.version from events t where t.stream_id = e.stream_id
                                                       order by t.version desc limit 1), 0)
                                            + count(*) filter (where e.request <> all (refused_requests))
                                                over (partition by e.stream_id order by e.ord)) as version
              from unnest(e_request, e_stream, e_version) with ordinality as e(request, stream_id, given, ord)) n;
  end if;

  insert into events (position, stream_id, version, shard, event_id, type, schema_version, data, metadata, occurred_at,
                      recorded_at)
  select base + row_number() over (order by e.ord), e.stream_id, e.version, e.shard, e.event_id, e.type,
         e.schema_version, e.data, e.metadata, timestamptz 'epoch' + e.occurred * interval '1 millisecond', recorded
    from unnest(e_request, e_stream, e_version, e_shard, e_id, e_type, e_schema, e_data, e_metadata, e_occurred)
         with ordinality as e(request, stream_id, version, shard, event_id, type, schema_version, data, metadata,
                              occurred, ord)
   where e.request <> all (refused_requests);

  if cardinality(array_remove(e_subject, null)) > 0 then
    insert into personal_data (position, subject_id, data)
    select n.position, n.subject_id, n.personal
      from (select base + row_number() over (order by e.ord) as position, e.subject_id, e.personal
              from unnest(e_request, e_subject, e_personal) with ordinality
                   as e(request, subject_id, personal, ord)
             where e.request <> all (refused_requests)) n
     where n.subject_id is not null;
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
$append$;
`;
