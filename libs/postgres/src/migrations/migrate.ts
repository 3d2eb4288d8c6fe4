import { Client } from 'pg';
import { migrationNames, migrations } from './index';
import { applicationRoleSql } from './roles.sql';
import { assertServer, isCurrent, mayAct, withAdvice } from './server-needs';

/** One migration at a time in a database; another than the log's lock, which must stay free for appends. */
const MIGRATION_LOCK = '4607182418800018';
/** A host that swallows packets must not hold a start for minutes. */
const CONNECT_MS = 10_000;

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
  const guard = new Client({
    connectionString: ownerUrl,
    application_name: 'fieldcase-migrate',
    connectionTimeoutMillis: CONNECT_MS,
  });
  guard.on('error', () => undefined);
  await guard.connect();
  try {
    await assertServer(guard);
    const users = await usersOf(guard, options.applicationUrl);
    if (await isCurrent(guard, migrationNames, users)) return { applied: [] };
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureApplicationRole(guard, users);
    const applied = await withAdvice(
      async () => {
        await guard.query('create schema if not exists fieldcase');
        return runMigrations(ownerUrl);
      },
      (denied) =>
        `${users[0]} may not change the schema (${denied}): set DATABASE_MIGRATION_URL to the owner of the ` +
        `database, or let its administrator run: grant create on database ${guard.database} to ${users[0]}`,
    );
    // A process is ready only on the schema of its own code: it must be able to ask.
    await guard.query('grant select on fieldcase.migrations to fieldcase_app');
    return { applied };
  } finally {
    await guard.end();
  }
}

/** Owner and application may sign in as one role (then it needs SET to `fieldcase_app`) or as two. */
async function usersOf(client: Client, applicationUrl: string | undefined): Promise<string[]> {
  const { rows } = await client.query<{ owner: string }>('select current_user::text as owner');
  const application = applicationUrl ? decodeURIComponent(new URL(applicationUrl).username) : '';
  const users = new Set([rows[0]?.owner ?? '', application]);
  return [...users].filter((user) => user !== '' && user !== 'fieldcase_app');
}

async function ensureApplicationRole(client: Client, users: readonly string[]): Promise<void> {
  const quoted = users.map((user) => client.escapeIdentifier(user)).join(', ');
  await withAdvice(
    async () => {
      const { rows } = await client.query<{ found: boolean }>(
        `select exists (select from pg_roles where rolname = 'fieldcase_app') as found`,
      );
      if (!rows[0]?.found) await client.query(applicationRoleSql);
      for (const user of users) await grantApplicationRole(client, user);
    },
    (denied) =>
      `${users[0]} may not make or grant the role that the application acts as (${denied}): let the server's ` +
      `administrator run: create role fieldcase_app nologin (if it is not there); grant fieldcase_app to ${quoted}`,
  );
}

async function grantApplicationRole(client: Client, user: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    if (await mayAct(client, user)) return;
    try {
      await client.query(`grant fieldcase_app to ${client.escapeIdentifier(user)}`);
      return;
    } catch (error) {
      // Another database of this server grants at the same moment ("tuple concurrently updated").
      if ((error as { code?: string }).code !== 'XX000' || attempt === 5) throw error;
    }
  }
}

async function runMigrations(url: string): Promise<string[]> {
  // Only here, and only when there is something to do: loaded, it costs every process some 20 MB.
  const { DataSource } = await import('typeorm');
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: 'fieldcase',
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    applicationName: 'fieldcase-migrate',
    connectTimeoutMS: CONNECT_MS,
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
