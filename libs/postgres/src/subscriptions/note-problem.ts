import type { Pool } from 'pg';

/**
 * Why a subscription does not move, for /status, /metrics and the command line; null: it is well. Since when is kept
 * while the words stay the same. No personal data.
 */
export async function noteProblem(
  pool: Pick<Pool, 'query'>,
  subscription: string,
  problem: string | null,
): Promise<void> {
  await pool.query(
    `update fieldcase.subscriptions set problem = $2,
       problem_since = case when $2::text is null then null else clock_timestamp() end
     where subscription = $1 and problem is distinct from $2`,
    [subscription, problem],
  );
}
