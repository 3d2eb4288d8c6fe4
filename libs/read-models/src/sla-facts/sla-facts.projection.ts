/** One row per clock, for figures over many cases. The fold is kept per case, beside the rows that it makes. */
import type { Projection, SqlClient } from '@fieldcase/eventsourcing';
import { foldedEventTypes } from '../fold/apply-batch';
import { factRowsOf, type FactRow } from '../fold/fact-row';
import { FoldTable } from '../fold/fold-table';

const COLUMNS = {
  case_id: 'text collate "C" not null',
  clock_id: 'text collate "C" not null',
  target: 'text not null',
  subject: 'text',
  cycle: 'integer not null',
  state: 'text not null',
  started_at: 'timestamptz not null',
  month: 'text not null',
  due_at: 'timestamptz',
  runs_from: 'timestamptz',
  stopped_at: 'timestamptz',
  within_ms: 'bigint not null',
  counted_ms: 'bigint',
  breached_at: 'timestamptz',
  breach_recorded_at: 'timestamptz',
  breach_cause: 'text',
  early: 'boolean not null',
  policy_id: 'text not null',
  policy_version: 'integer not null',
  region: 'text not null',
  product: 'text',
  source: 'text not null',
  case_type: 'text not null',
  priority: 'text not null',
  technician_id: 'text',
  depot_id: 'text',
  technicians: 'text[] not null',
} as const satisfies Record<keyof FactRow, string>;

const columnNames = Object.keys(COLUMNS);
const assignments = columnNames.map((name) => `${name} = excluded.${name}`).join(', ');

const UPSERT = `
insert into sla_facts (${columnNames.join(', ')})
select ${columnNames.join(', ')} from jsonb_populate_recordset(null::sla_facts, $1::jsonb)
on conflict (case_id, clock_id) do update set ${assignments}
where (sla_facts.*) is distinct from (excluded.*)`;

/** A fact recorded late can take a clock away (the visit that it belonged to was over before). */
const DELETE_GONE = `
delete from sla_facts
where case_id = any($1)
  and not exists (
    select from unnest($2::text[], $3::text[]) as kept(case_id, clock_id)
    where kept.case_id = sla_facts.case_id and kept.clock_id = sla_facts.clock_id)`;

const cases = new FoldTable('sla_fact_case');

async function createTables(client: SqlClient): Promise<void> {
  const columns = Object.entries(COLUMNS).map(([name, definition]) => `${name} ${definition}`);
  await client.query(`
    create table sla_facts (${columns.join(', ')}, primary key (case_id, clock_id));
    ${cases.definition}`);
}

async function createIndexes(client: SqlClient): Promise<void> {
  await client.query(`
    create index on sla_facts (started_at);
    create index on sla_facts (source, started_at);
    create index on sla_facts (region, started_at)`);
}

export const slaFactsProjection: Projection = {
  name: 'sla-facts',
  version: 8,
  eventTypes: foldedEventTypes,
  tables: ['sla_facts', cases.name],
  createTables,
  createIndexes,
  async apply(client, events) {
    const folds = await cases.fold(client, events);
    if (folds.size === 0) return;
    const rows = [...folds].flatMap(([caseId, fold]) => factRowsOf(caseId, fold));
    await cases.keep(client, folds);
    await client.query(DELETE_GONE, [
      [...folds.keys()],
      rows.map((row) => row.case_id),
      rows.map((row) => row.clock_id),
    ]);
    if (rows.length > 0) await client.query(UPSERT, [JSON.stringify(rows)]);
  },
};
