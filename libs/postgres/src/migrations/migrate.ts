import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from './index';
import { applicationRoleSql } from './roles.sql';

/** One migration at a time in a database; another than the log's lock, which must stay free for appends. */
const MIGRATION_LOCK = '4607182418800018';
const OLDEST_SERVER = 150_000;

export interface MigrateOptions {
  /** The application's own connection string, where it signs in as another role than the owner. */
  readonly applicationUrl?: string;
}

/**
 * Brings a database to the schema of this code. Safe to call again and from several processes at once.
 * The owner needs CREATEROLE or an existing role `fieldcase_app` that it may grant.
 * @param ownerUrl connection string of the role that is to own the schema
 * @returns names of the migrations that this call applied
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const guard = new Client({ connectionString: ownerUrl, application_name: 'fieldcase-migrate' });
  guard.on('error', () => undefined);
  await guard.connect();
  try {
    await assertServer(guard);
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureApplicationRole(guard, options.applicationUrl);
    await guard.query('create schema if not exists fieldcase');
    const applied = await runMigrations(ownerUrl);
    // A process is ready only on the schema of its own code: it must be able to ask.
    await guard.query('grant select on fieldcase.migrations to fieldcase_app');
    return { applied };
  } finally {
    await guard.end();
  }
}

async function assertServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const server = rows[0];
  if (!server || server.number < OLDEST_SERVER) {
    throw new Error(`PostgreSQL 15 or newer is needed, this server is ${server?.version ?? 'unknown'}: upgrade it`);
  }
}

/** Owner and application may sign in as one role (then it needs SET to `fieldcase_app`) or as two. */
async function ensureApplicationRole(client: Client, applicationUrl: string | undefined): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (select from pg_roles where rolname = 'fieldcase_app') as found`,
  );
  if (!rows[0]?.found) await client.query(applicationRoleSql);
  await grantApplicationRole(client, 'current_user');
  const user = applicationUrl ? decodeURIComponent(new URL(applicationUrl).username) : '';
  if (user && user !== 'fieldcase_app') await grantApplicationRole(client, client.escapeIdentifier(user));
}

async function grantApplicationRole(client: Client, grantee: string): Promise<void> {
  const member = grantee === 'current_user' ? 'current_user' : client.escapeLiteral(grantee.slice(1, -1));
  for (let attempt = 1; ; attempt += 1) {
    // From 16 on the creator of a role may administer it without the right to SET it. A superuser needs no grant.
    const { rows } = await client.query<{ granted: boolean }>(
      `select pg_has_role(${member}, 'fieldcase_app',
         case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as granted`,
    );
    if (rows[0]?.granted) return;
    try {
      await client.query(`grant fieldcase_app to ${grantee}`);
      return;
    } catch (error) {
      // Another database of this server grants at the same moment ("tuple concurrently updated").
      if ((error as { code?: string }).code !== 'XX000' || attempt === 5) throw error;
    }
  }
}

async function runMigrations(url: string): Promise<string[]> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: 'fieldcase',
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    applicationName: 'fieldcase-migrate',
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    installExtensions: false,
    logging: ['error'],
  });
  await source.initialize();
  try {
    const done = await source.runMigrations();
    return done.map((migration) => migration.name);
  } finally {
    await source.destroy();
  }
}
