/**
 * The catalog of schema `fieldcase` as text, one query per kind; each row is one statement. What differs between
 * servers or days is left out: owners, oids, the partitions of `commands`, and NOT NULL as a constraint of its own (18).
 */
const ownTables = `c.relnamespace = 'fieldcase'::regnamespace and not c.relispartition and c.relname <> 'migrations'`;

export const schemaCatalog: readonly string[] = [
  `select format(E'create table fieldcase.%I (\\n%s\\n)%s;', c.relname,
     (select string_agg(format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
               case when a.attcollation <> t.typcollation then ' collate ' || quote_ident(l.collname) else '' end,
               case when a.attidentity <> '' then ' generated always as identity'
                    when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end,
               case when a.attnotnull then ' not null' else '' end), E',\\n' order by a.attnum)
        from pg_attribute a join pg_type t on t.oid = a.atttypid
        left join pg_collation l on l.oid = a.attcollation
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
     case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end
       || coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '')) as statement
     from pg_class c where ${ownTables} and c.relkind in ('r', 'p') order by c.relname collate "C"`,
  `select format('alter table fieldcase.%I add constraint %I %s;', c.relname, k.conname, pg_get_constraintdef(k.oid))
       as statement
     from pg_constraint k join pg_class c on c.oid = k.conrelid
    where ${ownTables} and k.contype <> 'n' order by c.relname collate "C", k.conname collate "C"`,
  `select pg_get_indexdef(i.indexrelid) || ';' as statement
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where ${ownTables} and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    order by x.relname collate "C"`,
  `select pg_get_viewdef(c.oid) as statement from pg_class c
    where ${ownTables} and c.relkind in ('v', 'm') order by c.relname collate "C"`,
  `select pg_get_functiondef(p.oid) || ';' as statement from pg_proc p
    where p.pronamespace = 'fieldcase'::regnamespace order by p.proname collate "C", p.oid::regprocedure::text`,
  `select pg_get_triggerdef(t.oid) || ';' as statement from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where ${ownTables} and not t.tgisinternal order by c.relname collate "C", t.tgname collate "C"`,
  `select format('grant %s on fieldcase.%I to %s;', string_agg(lower(g.privilege_type), ', ' order by g.privilege_type),
            c.relname, g.grantee::regrole) as statement
     from pg_class c, aclexplode(c.relacl) g
    where ${ownTables} and g.grantee <> c.relowner and g.grantee <> 0
    group by c.relname, g.grantee order by c.relname collate "C", g.grantee::regrole::text`,
  `select format('grant execute on function %s to %s;', p.oid::regprocedure,
            case when g.grantee = 0 then 'public' else g.grantee::regrole::text end) as statement
     from pg_proc p, aclexplode(p.proacl) g
    where p.pronamespace = 'fieldcase'::regnamespace and g.grantee <> p.proowner
    order by p.proname collate "C", p.oid::regprocedure::text`,
  `select format('grant %s on schema %I to %s;', string_agg(lower(g.privilege_type), ', ' order by g.privilege_type),
            n.nspname, g.grantee::regrole) as statement
     from pg_namespace n, aclexplode(n.nspacl) g
    where n.nspname in ('fieldcase', 'read_models', 'read_models_next') and g.grantee <> n.nspowner and g.grantee <> 0
    group by n.nspname, g.grantee order by n.nspname, g.grantee::regrole::text`,
];
