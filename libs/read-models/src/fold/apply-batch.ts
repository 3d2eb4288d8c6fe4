/** From (stored folds, a batch of events) to new folds, in memory: one read for a batch, whatever its size. */
import { rootOf, type RecordedEvent, type SqlClient } from '@fieldcase/eventsourcing';
import { casePersonalFields, clockPersonalFields, surveyPersonalFields } from '@fieldcase/domain/events';
import type { CaseFact } from './case-fact';
import { unpacked } from './packed-fold';
import { evolveCaseFold, initialCaseFold, type CaseFold } from './case-fold';

export const foldedEventTypes: readonly string[] = [
  casePersonalFields,
  clockPersonalFields,
  surveyPersonalFields,
].flatMap((fields) => Object.keys(fields));

const isFolded: ReadonlySet<string> = new Set(foldedEventTypes);

/** A type named in `foldedEventTypes` is one of the unions' own. */
export function isCaseFact(event: RecordedEvent): event is RecordedEvent & CaseFact {
  return isFolded.has(event.type);
}

/**
 * New folds by case id, of the cases that the batch touches.
 * @param select `select <id> as id, fold from ... where <id> = any($1)`
 */
export async function foldBatch(
  client: SqlClient,
  select: string,
  events: readonly RecordedEvent[],
): Promise<Map<string, CaseFold>> {
  const facts = events.filter(isCaseFact);
  const roots = [...new Set(facts.map((event) => rootOf(event.streamId)))];
  if (roots.length === 0) return new Map();
  const stored = await client.query<{ id: string; fold: Buffer }>(select, [roots]);
  const folds = new Map(stored.rows.map((row) => [row.id, unpacked(row.fold)]));
  for (const event of facts) {
    const root = rootOf(event.streamId);
    folds.set(root, evolveCaseFold(folds.get(root) ?? initialCaseFold, event));
  }
  return folds;
}
