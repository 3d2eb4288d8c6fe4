import type { Client } from 'pg';

/**
 * True when a session of this database waits for a lock of another, false when `work` has come to its end without.
 * @param owner a superuser's connection: only he sees what others wait for
 */
export async function untilBlocked(owner: Client, work: Promise<unknown>): Promise<boolean> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  work.then(end, end);
  while (!ended) {
    const { rowCount } = await owner.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rowCount) return true;
  }
  return false;
}
