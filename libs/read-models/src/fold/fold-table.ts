import type { RecordedEvent, SqlClient } from '@fieldcase/eventsourcing';
import { foldBatch } from './apply-batch';
import type { CaseFold } from './case-fold';
import { packed } from './packed-fold';

/** Where a projection whose rows are not one per case keeps the folds that it makes them of. */
export class FoldTable {
  readonly definition: string;
  private readonly selection: string;
  private readonly upsert: string;

  constructor(readonly name: string) {
    this.definition = `create table ${name} (case_id text collate "C" primary key, fold bytea not null)`;
    this.selection = `select case_id as id, fold from ${name} where case_id = any($1)`;
    this.upsert = `
      insert into ${name} (case_id, fold)
      select case_id, fold from jsonb_to_recordset($1::jsonb) as row(case_id text, fold bytea)
      on conflict (case_id) do update set fold = excluded.fold`;
  }

  /** New folds by case id, of the cases that the batch touches. */
  fold(client: SqlClient, events: readonly RecordedEvent[]): Promise<Map<string, CaseFold>> {
    return foldBatch(client, this.selection, events);
  }

  async keep(client: SqlClient, folds: ReadonlyMap<string, CaseFold>): Promise<void> {
    const rows = [...folds].map(([caseId, fold]) => ({ case_id: caseId, fold: packed(fold) }));
    await client.query(this.upsert, [JSON.stringify(rows)]);
  }
}
