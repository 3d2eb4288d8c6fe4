import { Client } from 'pg';
import { migrate } from '@fieldcase/postgres';

export interface ScratchDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** The server for rigs and benches: FIELDCASE_TEST_DATABASE_URL (a superuser, so that backends can be killed). */
export function serverUrl(): string {
  const url = process.env['FIELDCASE_TEST_DATABASE_URL'];
  if (!url) {
    throw new Error('set FIELDCASE_TEST_DATABASE_URL to a PostgreSQL server whose role may create databases');
  }
  return url;
}

/** One connection, of the role that owns everything. */
export async function connectedTo<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function runSql(url: string, ...statements: string[]): Promise<void> {
  await connectedTo(url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** A migrated database that did not exist before. */
export async function scratchDatabase(purpose: string): Promise<ScratchDatabase> {
  const server = serverUrl();
  const name = `fieldcase_${purpose}_${process.pid}`;
  await runSql(server, `drop database if exists ${name} with (force)`, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  await migrate(url.toString());
  return { url: url.toString(), drop: () => runSql(server, `drop database if exists ${name} with (force)`) };
}
