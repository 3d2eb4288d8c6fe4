import type { SqlClient } from '@fieldcase/eventsourcing';
import { REBUILDING } from '../subscriptions/checkpoints';
import { retryRoot, type RetryRoot } from './retry-root';

/** What an operator discarded while it was being rebuilt had been applied to the new rows: they are of no use. */
export class DiscardedMeanwhile extends Error {
  constructor(readonly projection: string) {
    super(`${projection}: events that the rebuild had applied were discarded meanwhile`);
    this.name = 'DiscardedMeanwhile';
  }
}

/** Discarded under this version of the code, and not yet known as such to the rebuild. */
const NEWLY_DISCARDED = `from fieldcase.parked l
  where l.subscription = $1 and l.status = 'discarded' and l.version = $2
    and not exists (select from fieldcase.parked n where n.subscription = $1 || '${REBUILDING}'
                    and n.position = l.position and n.status = 'discarded')`;

/** A rebuild begins with what is discarded then: it is never applied again. A newer version of the code tries it anew. */
export async function takeOverDiscards(client: SqlClient, projection: string, version: number): Promise<void> {
  await client.query(
    `insert into fieldcase.parked
     select (jsonb_populate_record(l, jsonb_build_object('subscription', $1 || '${REBUILDING}'))).* ${NEWLY_DISCARDED}`,
    [projection, version],
  );
}

/** Positions that this subscription leaves out for good. */
export async function discardedPositions(client: SqlClient, subscription: string): Promise<Set<bigint>> {
  const { rows } = await client.query<{ position: string }>(
    `select position from fieldcase.parked where subscription = $1 and status = 'discarded'`,
    [subscription],
  );
  return new Set(rows.map((row) => BigInt(row.position)));
}

/**
 * In the swap: what was discarded since the rebuild began is discarded for the new rows too, and what waits behind it
 * there is applied. The caller holds both checkpoints: nothing is discarded meanwhile.
 * @throws DiscardedMeanwhile
 */
export async function followDiscards(client: SqlClient, retry: RetryRoot): Promise<void> {
  const { name, version } = retry.projection;
  const { rows } = await client.query<{ root: string }>(
    `update fieldcase.parked n set status = l.status, error = l.error, attempts = l.attempts, reason = l.reason,
       discarded_at = l.discarded_at
     from fieldcase.parked l
     where l.subscription = $1 and l.status = 'discarded' and l.version = $2
       and n.subscription = $1 || '${REBUILDING}' and n.position = l.position and n.status = 'parked'
     returning n.root`,
    [name, version],
  );
  const applied = await client.query(`select ${NEWLY_DISCARDED} limit 1`, [name, version]);
  if (applied.rowCount > 0) throw new DiscardedMeanwhile(name);
  for (const root of new Set(rows.map((row) => row.root))) await retryRoot(client, retry, root);
}
