import { referenceTypesSql } from './event-store-tables.sql';

/**
 * The reads that come with every command and every batch. As statements of their own they were parsed and planned each
 * time, which took the server more than to find the few rows: to read a case that has not moved takes less than half of
 * the time, and at 500 commands/s the API's sessions take 0.17 of a core instead of 0.32. Plans are generic and by index,
 * as those of `fieldcase.append`: so a session may keep them.
 */
const how = `
returns setof fieldcase.events language plpgsql stable security invoker
set search_path = pg_catalog, fieldcase, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off`;

/** Behind these versions, up to a position (null = all), each stream in the order of its versions. */
const readStreams = `
create function fieldcase.read_streams(ids text[], after_versions integer[], up_to bigint)
${how}
as $read$
begin
  -- Stream by stream through the index: seen as one, several hundred at once would be read through by position.
  return query select e.* from unnest(ids, after_versions) as asked (asked_id, after)
    cross join lateral (
      select * from events of_one
       where of_one.stream_id = asked_id collate "C" and of_one.version > asked.after
         and (up_to is null or of_one.position <= up_to) offset 0) as e
    order by e.stream_id, e.version;
end
$read$;`;

/**
 * The next so many in order, up to a position (null = all), without those of some types but for the last: it says how far
 * was read. Positions have no gaps. What a batch holds is kept in memory, not in a file.
 */
const readLog = `
create function fieldcase.read_log(after_position bigint, up_to bigint, most bigint, left_out text[])
${how}
set work_mem = '32MB'
as $read$
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
$read$;`;

/** As `read_log`, of some of the reference types. Their literal list is the condition of the index. */
const readReference = `
create function fieldcase.read_reference(types text[], after_position bigint, up_to bigint, most bigint)
${how}
as $read$
begin
  return query select e.* from events e
    where e.${referenceTypesSql} and e.type = any (types)
      and e.position > after_position and e.position <= coalesce(up_to, 9223372036854775807)
    order by e.position limit most;
end
$read$;`;

const signatures = [
  'read_streams(text[], integer[], bigint)',
  'read_log(bigint, bigint, bigint, text[])',
  'read_reference(text[], bigint, bigint, bigint)',
];

export const readsSql = [
  readStreams,
  readLog,
  readReference,
  ...signatures.flatMap((signature) => [
    `revoke all on function fieldcase.${signature} from public;`,
    `grant execute on function fieldcase.${signature} to fieldcase_app;`,
  ]),
].join('\n');
