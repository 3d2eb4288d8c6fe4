import { Client } from 'pg';

export interface TestDatabase {
  /** The application's connection string (its sessions run as `fieldcase_app`). */
  readonly url: string;
  drop(): Promise<void>;
}

/** A migrated database of its own for one test file, cloned from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['FIELDCASE_TEST_DATABASE_URL'];
  const template = process.env['FIELDCASE_TEST_TEMPLATE'];
  if (!server) throw new Error('FIELDCASE_TEST_DATABASE_URL is not set: run the tests through `npm test`');
  const name = `t_${process.pid}_${Date.now().toString(36)}_${Math.floor(Math.random() * 1e9).toString(36)}`;
  const admin = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await admin(`create database ${name}${template ? ` template ${template}` : ''}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => admin(`drop database if exists ${name} with (force)`) };
}
