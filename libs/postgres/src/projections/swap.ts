import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { LogSource, Projection, RecordedEvent, SqlClient } from '@fieldcase/eventsourcing';
import type { Lease } from '../leases/lease';
import { followDiscards } from '../parking/discards';
import { lockCheckpoint, subscriptionName } from '../subscriptions/checkpoints';
import type { LogFollower } from '../subscriptions/log-follower';
import { inTransaction, writingTo } from '../subscriptions/sql';

/** Who waits for tables holds up every query that comes after him. */
const LET_GO_MS = 200;

export interface Swap {
  readonly pool: Pool;
  readonly source: LogSource;
  readonly projection: Projection;
  readonly isKnown?: ((event: RecordedEvent) => boolean) | undefined;
  /** Writes `read_models_next`, almost caught up. */
  readonly follower: LogFollower;
  readonly lockTimeoutMs: number;
  /** Who swaps must still be the one who builds. */
  readonly lease: Pick<Lease, 'fence'>;
  /** In the swap's transaction, when the new tables are live: recreate the analysts' views here. */
  readonly afterSwap?: ((client: SqlClient) => Promise<void>) | undefined;
}

/**
 * One transaction: holds the live checkpoint, so that the live rows stand still; brings the new tables to that very
 * position; then the new tables take the place, the grants, the checkpoint and the parked rows of the old ones.
 * The live runner waits meanwhile, finds its checkpoint moved and goes on from there. @returns the position
 * @throws DiscardedMeanwhile, LeaseLost, CheckpointGone
 */
export async function swapIn(swap: Swap): Promise<bigint> {
  const { pool, source, projection, isKnown, follower, lockTimeoutMs } = swap;
  const settings = `${writingTo('read_models_next')}; set local lock_timeout = ${Math.floor(lockTimeoutMs)}`;
  try {
    return await inTransaction(pool, settings, async (client) => {
      const live = await lockCheckpoint(client, projection.name);
      const { subscription } = follower;
      await lockCheckpoint(client, subscription);
      const position = await catchUp(client, follower, live ?? 0n);
      await followDiscards(client, { subscription, projection, source, isKnown });
      await replaceTables(client, projection, lockTimeoutMs);
      await renameRows(client, projection);
      await swap.afterSwap?.(client);
      // Last: it holds the lease's row until the commit, and with it every renewal.
      await swap.lease.fence(client);
      return position;
    });
  } finally {
    follower.reset();
  }
}

async function catchUp(client: SqlClient, follower: LogFollower, live: bigint): Promise<bigint> {
  for (;;) {
    const step = await follower.step({ limit: 5_000, upTo: live, isolate: { attempts: 1 } }, client);
    if (step.events === 0 || step.position >= live) return step.position;
  }
}

async function replaceTables(client: SqlClient, projection: Projection, lockTimeoutMs: number): Promise<void> {
  const { rows } = await client.query<{ tables: string[] }>(
    'select tables from fieldcase.subscriptions where subscription = $1',
    [projection.name],
  );
  const old = rows[0]?.tables ?? [];
  const grants = await grantsOf(client, old);
  await takeAll(client, old, lockTimeoutMs);
  if (old.length > 0) {
    await client.query(`drop table if exists ${old.map((table) => `read_models.${quoted(table)}`).join(', ')}`);
  }
  for (const table of projection.tables) {
    await client.query(`alter table read_models_next.${quoted(table)} set schema read_models`);
  }
  const kept = new Set(projection.tables);
  for (const grant of grants.filter(({ table }) => kept.has(table))) {
    await client.query(`grant ${grant.privilege} on read_models.${quoted(grant.table)} to ${grant.grantee}`);
  }
}

/**
 * All of them or none: a query takes them in an order of its own, and with the half of them each the two would wait for each
 * other until the server ended one. So the swap lets go soon, long before the server looks for that (`deadlock_timeout`), and
 * whoever reads goes on meanwhile.
 */
async function takeAll(client: SqlClient, tables: readonly string[], lockTimeoutMs: number): Promise<void> {
  const { rows } = await client.query<{ names: string | null }>(
    `select string_agg(format('read_models.%I', c.relname), ', ') as names
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'read_models' and c.relkind = 'r' and c.relname = any($1::text[])`,
    [tables],
  );
  const names = rows[0]?.names;
  if (!names) return;
  const end = performance.now() + lockTimeoutMs;
  for (;;) {
    await client.query('savepoint before_locks');
    try {
      await client.query(`set local lock_timeout = ${LET_GO_MS}; lock table ${names} in access exclusive mode`);
      await client.query(`set local lock_timeout = ${Math.floor(lockTimeoutMs)}`);
      return;
    } catch (error) {
      if (!isLockTimeout(error) || performance.now() >= end) throw error;
      await client.query('rollback to savepoint before_locks');
      await pause(LET_GO_MS);
    }
  }
}

const isLockTimeout = (error: unknown): boolean => (error as { code?: string }).code === '55P03';

/** What others may do with the tables that are about to go. */
async function grantsOf(
  client: SqlClient,
  tables: readonly string[],
): Promise<{ table: string; privilege: string; grantee: string }[]> {
  const { rows } = await client.query<{ table: string; privilege: string; grantee: string }>(
    `select c.relname as table, acl.privilege_type as privilege,
            case when acl.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end as grantee
     from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) as acl
     where n.nspname = 'read_models' and c.relname = any($1::text[]) and acl.grantee <> c.relowner`,
    [tables],
  );
  return rows;
}

async function renameRows(client: SqlClient, projection: Projection): Promise<void> {
  const names = [projection.name, subscriptionName(projection, 'read_models_next')];
  for (const table of ['parked', 'checkpoints', 'subscriptions']) {
    await client.query(`delete from fieldcase.${table} where subscription = $1`, [projection.name]);
    await client.query(`update fieldcase.${table} set subscription = $1 where subscription = $2`, names);
  }
  await client.query(
    `update fieldcase.rebuilds set state = 'swapped', updated_at = clock_timestamp() where subscription = $1`,
    [projection.name],
  );
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
