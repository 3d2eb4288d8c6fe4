import { logLock } from './append.sql';

/**
 * Remembered commands lie in one partition per UTC day of their recordedAt. A partition is made beside the table and
 * attached, because ATTACH lets readers go on; `PARTITION OF` would wait for every open transaction that read it.
 */
export const commandPartitionsSql = `
create function fieldcase.ensure_command_partition(of_day date) returns void
language plpgsql volatile security invoker
set search_path = pg_catalog, fieldcase, pg_temp
as $ensure$
declare
  name text := 'commands_' || to_char(of_day, 'YYYYMMDD');
begin
  if to_regclass('fieldcase.' || name) is null then
    execute format('create table fieldcase.%I (like fieldcase.commands including defaults including constraints)', name);
    execute format('alter table fieldcase.commands attach partition fieldcase.%I for values from (%L) to (%L)',
                   name, of_day, of_day + 1);
  end if;
end
$ensure$;

-- Makes the partitions of today and the next two days, and drops those whose every row is older than 72 hours and lies
-- at or below the lowest checkpoint of the process managers (null = there is none). Answers how many were dropped.
create function fieldcase.maintain_command_partitions(lowest_checkpoint bigint) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, fieldcase, pg_temp
set lock_timeout = '200ms'
as $maintain$
declare
  today date := (clock_timestamp() at time zone 'UTC')::date;
  oldest_kept date := ((clock_timestamp() - interval '72 hours') at time zone 'UTC')::date;
  part record;
  highest bigint;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(${logLock});
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
$maintain$;
`;
