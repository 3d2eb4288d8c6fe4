import type { Pool } from 'pg';
import type { Projection, SqlClient } from '@fieldcase/eventsourcing';
import { subscriptionName } from '../subscriptions/checkpoints';
import type { LogFollower } from '../subscriptions/log-follower';
import { inTransaction, writingTo } from '../subscriptions/sql';

export interface Swap {
  readonly pool: Pool;
  readonly projection: Projection;
  /** Writes `read_models_next`, almost caught up. */
  readonly follower: LogFollower;
  readonly lockTimeoutMs: number;
  /** In the swap's transaction, when the new tables are live: recreate the analysts' views here. */
  readonly afterSwap?: ((client: SqlClient) => Promise<void>) | undefined;
}

/**
 * One transaction: holds the live checkpoint, so that the live rows stand still; brings the new tables to that very
 * position; then the new tables take the place, the grants, the checkpoint and the parked rows of the old ones.
 * The live runner waits meanwhile, finds its checkpoint moved and goes on from there. @returns the position
 */
export async function swapIn(swap: Swap): Promise<bigint> {
  const { pool, projection, follower, lockTimeoutMs } = swap;
  const settings = `${writingTo('read_models_next')}; set local lock_timeout = ${Math.floor(lockTimeoutMs)}`;
  try {
    return await inTransaction(pool, settings, async (client) => {
      const live = await lockCheckpoint(client, projection.name);
      await lockCheckpoint(client, follower.subscription);
      const position = await catchUp(client, follower, live ?? 0n);
      await replaceTables(client, projection);
      await renameRows(client, projection);
      await swap.afterSwap?.(client);
      return position;
    });
  } finally {
    follower.reset();
  }
}

/** Highest position over the shards; undefined when there are no live tables yet. */
async function lockCheckpoint(client: SqlClient, subscription: string): Promise<bigint | undefined> {
  const { rows } = await client.query<{ position: string }>(
    'select position from fieldcase.checkpoints where subscription = $1 order by shard for update',
    [subscription],
  );
  if (rows.length === 0) return undefined;
  return rows.map((row) => BigInt(row.position)).reduce((most, position) => (position > most ? position : most));
}

async function catchUp(client: SqlClient, follower: LogFollower, live: bigint): Promise<bigint> {
  for (;;) {
    const step = await follower.step({ limit: 5_000, upTo: live, isolate: { attempts: 1 } }, client);
    if (step.events === 0 || step.position >= live) return step.position;
  }
}

async function replaceTables(client: SqlClient, projection: Projection): Promise<void> {
  const { rows } = await client.query<{ tables: string[] }>(
    'select tables from fieldcase.subscriptions where subscription = $1',
    [projection.name],
  );
  const old = rows[0]?.tables ?? [];
  const grants = await grantsOf(client, old);
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
  // What was discarded under this version stays discarded; a newer version tries it again and may park it anew.
  await client.query(`delete from fieldcase.parked where subscription = $1 and (status = 'parked' or version <> $2)`, [
    projection.name,
    projection.version,
  ]);
  await client.query('update fieldcase.parked set subscription = $1 where subscription = $2', names);
  for (const table of ['checkpoints', 'subscriptions']) {
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
