import type { Pool } from 'pg';
import { SHARDS, type Projection, type SqlClient } from '@fieldcase/eventsourcing';
import { inTransaction, writingTo, type ReadModelSchema } from './sql';

/** Position per shard, index = shard. */
export type ShardPositions = readonly bigint[];

/** Another owner moved the checkpoint, or other code owns the tables: load it again. */
export class CheckpointMoved extends Error {
  constructor(
    readonly subscription: string,
    problem = 'was moved by another owner',
  ) {
    super(`the checkpoint of ${subscription} ${problem}`);
    this.name = 'CheckpointMoved';
  }
}

/** No row is left of it: whoever has another one to follow, or builds what another owner brought to its end, stops. */
export class CheckpointGone extends CheckpointMoved {
  constructor(subscription: string) {
    super(subscription, `has 0 rows instead of ${SHARDS}`);
    this.name = 'CheckpointGone';
  }
}

/** The stored rows were written by another version of the code. */
export class OtherVersion extends Error {
  constructor(
    readonly projection: string,
    readonly stored: number,
    readonly code: number,
  ) {
    super(
      stored < code
        ? `${projection}: its tables are of version ${stored}, this code is version ${code}: ` +
            `rebuild it (fieldcase projections rebuild ${projection})`
        : `${projection}: its tables are of version ${stored}, this code is only version ${code}: ` +
            `start the newer release; this one will not write beside it`,
    );
    this.name = 'OtherVersion';
  }
}

/** At the end of the name of a subscription that is being built beside the live one. */
export const REBUILDING = '@next';

/** What one subscription of one schema is called in every table. */
export function subscriptionName(projection: Pick<Projection, 'name'>, schema: ReadModelSchema): string {
  return schema === 'read_models' ? projection.name : `${projection.name}${REBUILDING}`;
}

/**
 * Creates tables and checkpoints where there are none; a rebuild makes the indexes later. Safe when several workers
 * start at once.
 * @throws OtherVersion when the stored rows are of another version of the code
 */
export async function prepareSubscription(pool: Pool, projection: Projection, schema: ReadModelSchema): Promise<void> {
  const name = subscriptionName(projection, schema);
  await inTransaction(pool, writingTo(schema), async (client) => {
    await client.query(`select pg_advisory_xact_lock(2206, hashtext($1))`, [name]);
    const { rows } = await client.query<{ version: number }>(
      'select version from fieldcase.subscriptions where subscription = $1',
      [name],
    );
    const stored = rows[0]?.version;
    if (stored === projection.version) return;
    if (stored !== undefined) throw new OtherVersion(projection.name, stored, projection.version);
    await projection.createTables(client);
    if (schema === 'read_models') await projection.createIndexes?.(client);
    await client.query('insert into fieldcase.subscriptions (subscription, version, tables) values ($1, $2, $3)', [
      name,
      projection.version,
      projection.tables,
    ]);
    await client.query(
      `insert into fieldcase.checkpoints (subscription, shard, version)
       select $1, shard, $2 from generate_series(0, ${SHARDS - 1}) as shard`,
      [name, projection.version],
    );
  });
}

/** @throws OtherVersion when rows of another version are there, CheckpointMoved when some are missing, CheckpointGone when there are none */
export async function loadCheckpoint(
  client: SqlClient,
  subscription: string,
  version: number,
): Promise<ShardPositions> {
  const { rows } = await client.query<{ shard: number; position: string; version: number }>(
    'select shard, position, version from fieldcase.checkpoints where subscription = $1 order by shard',
    [subscription],
  );
  const other = rows.find((row) => row.version !== version);
  if (other) throw new OtherVersion(subscription, other.version, version);
  if (rows.length === 0) throw new CheckpointGone(subscription);
  if (rows.length !== SHARDS) throw new CheckpointMoved(subscription, `has ${rows.length} rows instead of ${SHARDS}`);
  return rows.map((row) => BigInt(row.position));
}

/**
 * Holds whoever follows back until the transaction ends: its rows and its parked events stand still.
 * @returns the highest position over the shards; undefined when there are no rows
 */
export async function lockCheckpoint(client: SqlClient, subscription: string): Promise<bigint | undefined> {
  const { rows } = await client.query<{ position: string }>(
    'select position from fieldcase.checkpoints where subscription = $1 order by shard for update',
    [subscription],
  );
  if (rows.length === 0) return undefined;
  return rows.map((row) => BigInt(row.position)).reduce((most, position) => (position > most ? position : most));
}

const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

/**
 * Compare-and-set of all shards, or of some and no others, to be run first in the transaction that writes the rows. The
 * rows are locked in order: owners whose shares overlap for a moment wait for each other, and never in a circle.
 * @throws CheckpointMoved when any of them is not where `from` says, or the rows are of another version
 */
export async function moveCheckpoint(
  client: SqlClient,
  move: { subscription: string; version: number; from: ShardPositions; to: bigint; shards?: readonly number[] },
): Promise<void> {
  const shards = move.shards ?? ALL_SHARDS;
  const { rowCount } = await client.query(
    `with held as (
       select shard, position from fieldcase.checkpoints
       where subscription = $1 and version = $2 and shard = any($5::smallint[]) order by shard for update)
     update fieldcase.checkpoints c set position = greatest(c.position, $4)
     from held, unnest($3::bigint[]) with ordinality as expected(position, ordinal)
     where held.shard = expected.ordinal - 1 and held.position = expected.position
       and c.subscription = $1 and c.shard = held.shard`,
    [move.subscription, move.version, move.from.map(String), String(move.to), shards],
  );
  if (rowCount !== shards.length) throw new CheckpointMoved(move.subscription);
}

/** Over all shards, or over those that somebody follows. */
export function lowest(positions: ShardPositions, shards: readonly number[] = ALL_SHARDS): bigint {
  const theirs = shards.length === 0 ? positions : shards.map((shard) => positions[shard] ?? 0n);
  return theirs.reduce((least, position) => (position < least ? position : least));
}

/** What every shard has reached, whoever follows it; undefined where there are no rows. */
export async function leastPosition(client: SqlClient, subscription: string): Promise<bigint | undefined> {
  const { rows } = await client.query<{ position: string | null }>(
    'select min(position) as position from fieldcase.checkpoints where subscription = $1',
    [subscription],
  );
  return rows[0]?.position == null ? undefined : BigInt(rows[0].position);
}
