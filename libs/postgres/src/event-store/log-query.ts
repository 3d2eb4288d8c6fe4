import type { Pool, PoolClient } from 'pg';
import { logTypes } from './recorded-event-row';
import { unavailable } from './store-errors';

export interface LogQuery {
  /**
   * Of the prepared statement. None but calls of functions that see to their plans have one: a plan that a session made
   * while the table was small (a scan) would be kept when it is large.
   */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** One statement of the log on a connection of the pool; errors of the server become StoreUnavailable. */
export async function ask<Row>(pool: Pool, { name, text, values }: LogQuery): Promise<Row[]> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw unavailable(error, false) ?? error;
  }
  try {
    const result = await client.query({ ...(name ? { name } : {}), text, values: [...values], types: logTypes });
    client.release();
    return result.rows as Row[];
  } catch (error) {
    const reason = unavailable(error, true);
    // A statement at fault leaves the connection sound; anything else is not trusted again.
    client.release(reason?.outcomeUnknown ?? false);
    throw reason ?? error;
  }
}
