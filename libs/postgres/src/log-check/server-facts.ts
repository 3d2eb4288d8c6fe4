import { Client } from 'pg';
import { migrationNames } from '../migrations/index';

/** What a start needs to know of a server, asked with the caller's own role. */
export interface ServerFacts {
  readonly version: string;
  /** e.g. 180004. */
  readonly versionNumber: number;
  readonly encoding: string;
  readonly user: string;
  /** The schema `fieldcase` is there. */
  readonly hasSchema: boolean;
  /** The user may act as `fieldcase_app`. */
  readonly mayAct: boolean;
  /** Migrations of this release that the database does not have. */
  readonly pending: readonly string[];
}

/** Rejects with the driver's error where the server cannot be reached within 3 s. */
export async function serverFacts(url: string): Promise<ServerFacts> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 3_000,
    application_name: 'fieldcase-doctor',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Omit<ServerFacts, 'pending'> & { hasMigrations: boolean }>(
      `select current_setting('server_version') as version,
              current_setting('server_version_num')::int as "versionNumber",
              current_setting('server_encoding') as encoding, current_user::text as user,
              to_regnamespace('fieldcase') is not null as "hasSchema",
              to_regclass('fieldcase.migrations') is not null as "hasMigrations",
              exists (select from pg_roles where rolname = 'fieldcase_app'
                         and pg_has_role(current_user, oid, 'MEMBER')) as "mayAct"`,
    );
    const [row] = rows;
    if (!row) throw new Error('the server answered nothing');
    const applied = row.hasMigrations ? await appliedMigrations(client) : [];
    const { hasMigrations: _, ...facts } = row;
    return { ...facts, pending: migrationNames.filter((name) => !applied.includes(name)) };
  } finally {
    await client.end();
  }
}

/** The application's role need not read this table: then nothing is said about it. */
async function appliedMigrations(client: Client): Promise<string[]> {
  try {
    const { rows } = await client.query<{ name: string }>('select name from fieldcase.migrations');
    return rows.map(({ name }) => name);
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return [...migrationNames];
    throw error;
  }
}
