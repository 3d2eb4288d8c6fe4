import type { Pool } from 'pg';
import { readLogIdentity, type LogIdentity } from '../event-store/log-identity';
import { asSqlClient } from '../subscriptions/sql';

/** The database must not take this log's read models; says why, and what to do. */
export class SinkUnfit extends Error {
  override readonly name = 'SinkUnfit';
}

/**
 * Binds a database to the log that its read models are filled from, for ever, the first time; and makes sure of it
 * every other time.
 * @returns the database's own id, of which no two are alike
 * @throws SinkUnfit
 */
export async function bindSink(sink: Pool, log: Pick<LogIdentity, 'logId' | 'epoch'>): Promise<string> {
  const client = asSqlClient(sink);
  const { logId: own } = await readLogIdentity(sink);
  const { rowCount: events } = await client.query('select from fieldcase.events limit 1');
  if (own === log.logId || events > 0) {
    throw new SinkUnfit(
      'READ_MODELS_DATABASE_URL is the database of a log: its read models are kept by the workers of that log. ' +
        'Make an empty database for the read models, and name that',
    );
  }
  await client.query('insert into fieldcase.filled_from (log_id, epoch) values ($1, $2) on conflict do nothing', [
    log.logId,
    log.epoch,
  ]);
  const { rows } = await client.query<{ log_id: string; epoch: number }>(
    'select log_id, epoch from fieldcase.filled_from',
  );
  const [bound] = rows;
  if (bound?.log_id === log.logId && bound.epoch === log.epoch) return own;
  const why = bound?.log_id === log.logId ? 'a backup of it was restored since' : 'that is another installation';
  throw new SinkUnfit(
    `READ_MODELS_DATABASE_URL was filled from the log ${bound?.log_id}/${bound?.epoch}, and DATABASE_URL is the log ` +
      `${log.logId}/${log.epoch} (${why}): name an empty database, which is filled from the beginning, and drop this one`,
  );
}
