/** One row per closing, for figures and for the surveys that are due. The fold is kept per case, beside the rows. */
import type { Projection, SqlClient } from '@fieldcase/eventsourcing';
import { initialSlaFacts } from '@fieldcase/domain/sla';
import type { CaseFact } from '../fold/case-fact';
import type { CaseFold } from '../fold/case-fold';
import { FoldTable } from '../fold/fold-table';
import { satisfactionRowsOf, type SatisfactionRow } from './satisfaction-rows';

const COLUMNS = {
  case_id: 'text collate "C" not null',
  cycle: 'integer not null',
  closed_at: 'timestamptz not null',
  month: 'text not null',
  stands: 'boolean not null',
  live: 'boolean not null',
  region: 'text not null',
  product: 'text',
  depot_id: 'text',
  technician_id: 'text',
  technicians: 'text[] not null',
  sent_at: 'timestamptz',
  csat: 'integer',
  nps: 'integer',
} as const satisfies Record<keyof SatisfactionRow, string>;

const names = Object.keys(COLUMNS);
const UPSERT = `
insert into satisfaction_closure (${names.join(', ')})
select ${names.join(', ')} from jsonb_populate_recordset(null::satisfaction_closure, $1::jsonb)
on conflict (case_id, cycle) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`;

const cases = new FoldTable('satisfaction_case');

async function createTables(client: SqlClient): Promise<void> {
  const columns = Object.entries(COLUMNS).map(([name, definition]) => `${name} ${definition}`);
  await client.query(`
    create table satisfaction_closure (${columns.join(', ')}, primary key (case_id, cycle));
    ${cases.definition}`);
}

async function createIndexes(client: SqlClient): Promise<void> {
  await client.query(`
    create index on satisfaction_closure (closed_at);
    create index on satisfaction_closure (region, closed_at);
    create index on satisfaction_closure (closed_at) where stands and live and sent_at is null and csat is null and nps is null`);
}

/** What a row is made of: a third of a case's events. All of them took a rebuild half as long again. */
export const satisfactionTypes = [
  'FaultReported',
  'CaseTriaged',
  'DetailsCorrected',
  'TechnicianDispatched',
  'DispatchDeclined',
  'DispatchWithdrawn',
  'VisitHandedOver',
  'CaseClosed',
  'CaseCancelled',
  'CaseMerged',
  'CaseReopened',
  'SurveySent',
  'RatingSubmitted',
] as const satisfies readonly CaseFact['type'][];

/** What no row here is made of: most of a fold. */
const withoutDealings = (fold: CaseFold): CaseFold => ({
  ...fold,
  facts: initialSlaFacts,
  approvals: [],
  requests: [],
});

export const satisfactionProjection: Projection = {
  name: 'satisfaction',
  version: 6,
  eventTypes: satisfactionTypes,
  tables: ['satisfaction_closure', cases.name],
  createTables,
  createIndexes,
  async apply(client, events) {
    const folds = await cases.fold(client, events);
    if (folds.size === 0) return;
    const rows = [...folds].flatMap(([caseId, fold]) => satisfactionRowsOf(caseId, fold));
    await cases.keep(client, new Map([...folds].map(([id, fold]) => [id, withoutDealings(fold)])));
    // A correction can make an enquiry of a case, or a case of an enquiry.
    await client.query('delete from satisfaction_closure where case_id = any($1)', [[...folds.keys()]]);
    if (rows.length > 0) await client.query(UPSERT, [JSON.stringify(rows)]);
  },
};
