/** The board's rows of what waits for a second person. */
import { rootOf, type RecordedEvent, type SqlClient } from '@fieldcase/eventsourcing';
import type { CaseFact } from '../fold/case-fact';
import type { CaseFold } from '../fold/case-fold';
import { utc } from '../fold/utc';

/** After these something may no longer be pending that was before. */
const ENDING: ReadonlySet<string> = new Set<CaseFact['type']>([
  'ExemptionApproved',
  'ExemptionRefused',
  'BreachVoided',
  'VoidingRefused',
  'CaseCancelled',
  'CaseMerged',
]);

export async function replaceApprovals(
  client: SqlClient,
  folds: ReadonlyMap<string, CaseFold>,
  events: readonly RecordedEvent[],
): Promise<void> {
  // Few cases have any: without it the delete was a tenth of what the batch took the server.
  const ended = new Set(events.filter(({ type }) => ENDING.has(type)).map(({ streamId }) => rootOf(streamId)));
  const concerned = [...folds].filter(([caseId, fold]) => fold.approvals.length > 0 || ended.has(caseId));
  if (concerned.length === 0) return;
  const rows = concerned.flatMap(([caseId, fold]) =>
    fold.approvals.map((request) => ({
      case_id: caseId,
      kind: request.kind,
      id: request.id,
      number: fold.number,
      region: fold.region,
      target: request.target,
      requested_by: request.requestedBy,
      requested_at: utc(request.requestedAt),
      fact_type: request.factType,
      position: request.position,
    })),
  );
  await client.query('delete from case_approval where case_id = any($1)', [concerned.map(([caseId]) => caseId)]);
  if (rows.length === 0) return;
  await client.query(
    'insert into case_approval select * from jsonb_populate_recordset(null::case_approval, $1::jsonb)',
    [JSON.stringify(rows)],
  );
}
