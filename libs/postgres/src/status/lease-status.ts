import type { Pool } from 'pg';

export interface LeaseStatus {
  readonly name: string;
  readonly owner: string;
  /** How often it has passed to another owner. */
  readonly epoch: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** By the database's clock; negative: it ran out, and nobody has taken it. */
  readonly expiresInSeconds: number;
  readonly held: boolean;
}

/** Every lease there is, held or not. */
export async function leaseStatus(pool: Pool): Promise<readonly LeaseStatus[]> {
  const { rows } = await pool.query<{ name: string; owner: string; epoch: string; at: number; left: number }>(
    `select name, owner, epoch::text, extract(epoch from expires_at)::float8 * 1000 as at,
       extract(epoch from expires_at - clock_timestamp())::float8 as left
     from fieldcase.leases order by name`,
  );
  return rows.map(({ name, owner, epoch, at, left }) => ({
    name,
    owner,
    epoch,
    expiresAt: Math.round(at),
    expiresInSeconds: Math.round(left * 10) / 10,
    held: left > 0,
  }));
}
