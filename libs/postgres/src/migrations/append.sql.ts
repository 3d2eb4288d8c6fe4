/** The log's one lock; transaction-scoped, so it is held until the commit is visible. */
export const logLock = '4607182418800017';

/**
 * Appends a batch of requests; each is written as a whole or refused alone.
 *
 * Arguments are flat arrays: requests (r_*, numbered from 1; r_events = how many events of its own), their streams
 * (s_*; s_expected null = blind), their events (e_*, in order of request; e_version null = numbered here, e_metadata
 * null = that of the event before: to send and parse it for each of 50 events took a tenth of their time).
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
  accepted integer[];
  said_at integer[];
begin
  perform pg_advisory_xact_lock(${logLock});

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
$append$;
`;
