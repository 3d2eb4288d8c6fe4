/** Roles belong to the whole server: another database may create or grant the same at this moment. */
export const applicationRoleSql = `
do $role$
begin
  create role fieldcase_app nologin;
exception when duplicate_object or unique_violation then
  null;
end
$role$;
`;

export const eventStoreGrantsSql = `
grant usage on schema fieldcase to fieldcase_app;
grant select on fieldcase.events, fieldcase.personal_data, fieldcase.commands, fieldcase.log_identity to fieldcase_app;
revoke all on all functions in schema fieldcase from public;
grant execute on function fieldcase.append to fieldcase_app;
grant execute on function fieldcase.erase_subject to fieldcase_app;
grant execute on function fieldcase.maintain_command_partitions to fieldcase_app;
`;

export const eraseSubjectSql = `
create function fieldcase.erase_subject(subject text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, fieldcase, pg_temp
as $erase$
declare
  erased bigint;
begin
  delete from personal_data p where p.subject_id = subject;
  get diagnostics erased = row_count;
  return erased;
end
$erase$;
`;
