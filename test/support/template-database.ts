import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
// By its file, not by its alias: Jest maps no module names in a globalSetup.
import { migrate } from '../../libs/postgres/src/migrations/migrate';

const MIGRATIONS = join(__dirname, '../../libs/postgres/src/migrations');
const TEMPLATE_LOCK = 7_260_118;

/** One per content of the migrations, so a long-lived server never serves an old schema. */
function templateName(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS).sort()) {
    if (!file.includes('spec')) hash.update(file).update(readFileSync(join(MIGRATIONS, file)));
  }
  return `fieldcase_template_${hash.digest('hex').slice(0, 12)}`;
}

/**
 * Makes the template when this server has none yet; runs at the same moment wait for one another.
 * @param server connection string of a superuser
 * @returns the template's name
 */
export async function prepareTemplate(server: string): Promise<string> {
  const name = templateName();
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rows } = await client.query<{ done: boolean }>(
      `select datistemplate as done from pg_database where datname = $1`,
      [name],
    );
    if (rows[0]?.done) return name;
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
    await migrate(databaseUrl(server, name));
    await client.query(`alter database ${name} with is_template true allow_connections false`);
    return name;
  } finally {
    await client.end();
  }
}

/** The connection string of another database of the same server, as another role if need be. */
export function databaseUrl(server: string, name: string, login?: { role: string; password: string }): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (login) {
    url.username = login.role;
    url.password = login.password;
  }
  return url.toString();
}
