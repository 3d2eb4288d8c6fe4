import type { Pool } from 'pg';
import { asSqlClient } from '../subscriptions/sql';
import { Lease, underLease } from './lease';

export interface Presence {
  readonly pool: Pool;
  /** What it works on beside others, as a lease is called. */
  readonly name: string;
  readonly owner: string;
  readonly ttlMs: number;
}

/** Long after any that was killed could come back. */
const FORGOTTEN = `delete from fieldcase.leases
  where starts_with(name, $1 || '/') and expires_at < clock_timestamp() - interval '1 hour'`;

/**
 * Runs `work` and says meanwhile, by a lease of its own that nobody else wants, that this owner is at it: for whoever
 * asks who follows what. It fences nothing.
 */
export async function whilePresent(
  { pool, name, owner, ttlMs }: Presence,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
  report: (problem: unknown) => void = () => undefined,
): Promise<void> {
  const own = `${name}/${owner}`;
  const client = asSqlClient(pool);
  await client.query(FORGOTTEN, [name]).catch(report);
  try {
    await underLease(new Lease(pool, own, owner, ttlMs), signal, work, report);
  } finally {
    await client.query('delete from fieldcase.leases where name = $1', [own]).catch(report);
  }
}
