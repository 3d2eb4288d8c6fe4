import type { Pool, PoolClient } from 'pg';
import type { SqlClient } from '@fieldcase/eventsourcing';
import { LONG_ANSWER_MS } from '../pool/pool';

export interface ClientOptions {
  /** For each statement, where it is not what the connection was opened with. */
  readonly answerWithinMs?: number | undefined;
  /** Statements with values are parsed once per connection: for those that come again and again, always the same. */
  readonly prepares?: boolean;
}

/** The narrow handle over a connection or a pool. */
export function asSqlClient(
  connection: Pick<PoolClient, 'query'> | Pool,
  { answerWithinMs, prepares = false }: ClientOptions = {},
): SqlClient {
  const run = connection.query.bind(connection) as (
    query: string | object,
    values?: unknown[],
  ) => Promise<{ rows: never[]; rowCount: number | null }>;
  return {
    async query(text, values) {
      const given = values === undefined ? undefined : [...values];
      const more = {
        ...(prepares && given && { name: preparedName(text) }),
        ...(answerWithinMs !== undefined && { query_timeout: answerWithinMs }),
      };
      const result = await run(Object.keys(more).length === 0 ? text : { text, ...more }, given);
      return { rows: result.rows, rowCount: result.rowCount ?? 0 };
    },
  };
}

const preparedNames = new Map<string, string>();

function preparedName(text: string): string {
  const name = preparedNames.get(text) ?? `follower_${preparedNames.size}`;
  preparedNames.set(text, name);
  return name;
}

/**
 * Runs `work` in one transaction. After any failure the connection is thrown away when it may be broken, so that no
 * half-open transaction goes back to the pool.
 * @param settings `set local` statements, run with the BEGIN in one round trip
 * @param options `answerWithinMs` counts where the connection has a limit
 */
export async function inTransaction<T>(
  pool: Pool,
  settings: string,
  work: (client: SqlClient) => Promise<T>,
  { answerWithinMs = LONG_ANSWER_MS, prepares = false }: ClientOptions = {},
): Promise<T> {
  const connection = await pool.connect();
  // Without a listener a connection that breaks while checked out ends the process.
  const onError = (): void => undefined;
  connection.on('error', onError);
  let broken: Error | undefined;
  // Where the connection itself has no limit (imports), a transaction on it has none either.
  const limited = pool.options.query_timeout !== undefined;
  try {
    await connection.query(`begin; ${settings}`);
    const limit = limited ? { answerWithinMs } : {};
    const result = await work(asSqlClient(connection, { ...limit, prepares }));
    await connection.query('commit');
    return result;
  } catch (error) {
    if (isUnanswered(error)) broken = error;
    // A connection that did not answer this would not answer that either.
    else
      await connection.query('rollback').catch((failure: unknown) => {
        broken = failure instanceof Error ? failure : new Error(String(failure));
      });
    throw error;
  } finally {
    connection.off('error', onError);
    connection.release(broken);
  }
}

/** The driver's own limit: the server has said nothing, and what it has done is not known. */
const isUnanswered = (error: unknown): error is Error =>
  error instanceof Error && error.message === 'Query read timeout';

/** Where a projection's tables live: `read_models` answers queries, `read_models_next` is being built. */
export type ReadModelSchema = 'read_models' | 'read_models_next';

/** Settings of a transaction that writes a read model; a batch may take longer than a command. */
export function writingTo(schema: ReadModelSchema): string {
  return `set local search_path = ${schema}, fieldcase; set local statement_timeout = '60s';
    set local idle_in_transaction_session_timeout = '60s'`;
}
