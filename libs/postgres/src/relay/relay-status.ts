import type { Pool } from 'pg';
import { noteProblem } from '../subscriptions/note-problem';

/** `waiting`: it tries again by itself; `halted`: somebody has to mend something first; `off`: no broker is configured. */
export type RelayTrouble = 'waiting' | 'halted' | 'off';

/** `stopped`: nobody leads; `absent`: it has never begun. */
export type RelayState = RelayTrouble | 'running' | 'stopped' | 'absent';

export interface RelayStatus {
  readonly state: RelayState;
  /** What is wrong, and what mends it. */
  readonly problem: string | null;
  /** Epoch ms. */
  readonly since: number | null;
}

/** Before the sentence, in the one column that every subscription has for its problem. */
const MARKS: Readonly<Record<RelayTrouble, string>> = {
  waiting: 'tries again: ',
  halted: 'stands still: ',
  off: 'off: ',
};
const TROUBLES = Object.keys(MARKS) as RelayTrouble[];

export const relayProblem = (trouble: RelayTrouble, sentence: string): string => `${MARKS[trouble]}${sentence}`;

/** What an operator reads of a noted problem: without its mark; nothing where it is off. */
export function withoutMark(problem: string | null): { readonly problem: string | null; readonly off: boolean } {
  const trouble = problem === null ? undefined : TROUBLES.find((each) => problem.startsWith(MARKS[each]));
  if (trouble === undefined) return { problem, off: false };
  return { problem: trouble === 'off' ? null : (problem ?? '').slice(MARKS[trouble].length), off: trouble === 'off' };
}

/**
 * No worker publishes, by intention: nobody is to miss it. One that led within the last minute is left alone.
 * @param subscription of a relay
 */
export async function noteOff(pool: Pool, subscription: string): Promise<void> {
  const { rows } = await pool.query(
    `select from fieldcase.leases where name = $1 and expires_at > clock_timestamp() - interval '1 minute'`,
    [`subscription:${subscription}`],
  );
  if (rows.length === 0) await noteProblem(pool, subscription, relayProblem('off', 'no broker is configured'));
}

export async function relayStatus(pool: Pool): Promise<RelayStatus> {
  const { rows } = await pool.query<{ problem: string | null; since: number | null; led: boolean }>(
    `select problem, extract(epoch from problem_since)::float8 * 1000 as since,
       exists (select from fieldcase.leases
               where name = 'subscription:relay' and expires_at > clock_timestamp()) as led
     from fieldcase.subscriptions where subscription = 'relay'`,
  );
  const [row] = rows;
  if (!row) return { state: 'absent', problem: null, since: null };
  const { problem, led } = row;
  const since = row.since === null ? null : Math.round(row.since);
  const trouble = TROUBLES.find((each) => problem?.startsWith(MARKS[each]));
  if (trouble && problem) return { state: trouble, problem: problem.slice(MARKS[trouble].length), since };
  return { state: led ? 'running' : 'stopped', problem, since };
}
