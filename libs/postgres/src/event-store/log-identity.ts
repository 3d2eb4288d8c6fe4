import type { Pool } from 'pg';
import { ask } from './log-query';

export interface LogIdentity {
  readonly logId: string;
  /** Raised when a backup was restored. */
  readonly epoch: number;
  /** For the HMAC of remembered requests. Never leaves the process. */
  readonly secret: Buffer;
}

export async function readLogIdentity(pool: Pool): Promise<LogIdentity> {
  const [row] = await ask<{ log_id: string; epoch: number; secret: string }>(pool, {
    text: `select log_id, epoch, encode(secret, 'hex') as secret from fieldcase.log_identity`,
    values: [],
  });
  if (!row) throw new Error('fieldcase.log_identity is empty: restore the row from a backup, it is not made again');
  return { logId: row.log_id, epoch: row.epoch, secret: Buffer.from(row.secret, 'hex') };
}
