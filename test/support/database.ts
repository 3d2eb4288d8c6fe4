import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrate } from '@fieldcase/postgres';
import { databaseUrl } from './template-database';

export interface TestDatabase {
  /** The application's connection string (its sessions run as `fieldcase_app`). */
  readonly url: string;
  drop(): Promise<void>;
}

export interface TwoRoleDatabase extends TestDatabase {
  /** Owner of the schema: no superuser, as a customer's own server would have it. */
  readonly ownerUrl: string;
}

/** A migrated database of its own for one test file: a copy of the run's template, or migrated here where none is. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = serverUrl();
  const template = process.env['FIELDCASE_TEST_TEMPLATE'];
  const name = uniqueName();
  await admin(server, [`create database ${name}${template ? ` template ${template}` : ''}`]);
  const url = databaseUrl(server, name);
  if (!template) await migrate(url);
  return { url, drop: () => admin(server, [`drop database if exists ${name} with (force)`]) };
}

/** A migrated database whose owner and application sign in as two plain roles. */
export async function createTwoRoleDatabase(): Promise<TwoRoleDatabase> {
  const server = serverUrl();
  const name = uniqueName();
  const owner = { role: `${name}_owner`, password: randomBytes(12).toString('hex') };
  const login = { role: `${name}_app`, password: randomBytes(12).toString('hex') };
  await admin(server, [
    `do $$ begin create role fieldcase_app nologin; exception when duplicate_object or unique_violation then null; end $$`,
    `create role ${owner.role} login createrole password '${owner.password}'`,
    `create role ${login.role} login password '${login.password}'`,
    `grant fieldcase_app to ${owner.role} with admin option`,
    `create database ${name} owner ${owner.role}`,
  ]);
  const ownerUrl = databaseUrl(server, name, owner);
  const url = databaseUrl(server, name, login);
  await migrate(ownerUrl, { applicationUrl: url });
  const drop = (): Promise<void> =>
    admin(server, [
      `drop database if exists ${name} with (force)`,
      // What the owner granted goes with it; `owned by` also takes grants on roles of the whole server.
      `drop owned by ${login.role}`,
      `drop owned by ${owner.role} cascade`,
      `drop role ${login.role}`,
      `drop role ${owner.role}`,
    ]);
  return { url, ownerUrl, drop };
}

function serverUrl(): string {
  const server = process.env['FIELDCASE_TEST_DATABASE_URL'];
  if (server) return server;
  throw new Error('FIELDCASE_TEST_DATABASE_URL is not set: run the tests through `npm test`, or set it to a superuser');
}

function uniqueName(): string {
  return `t_${process.pid}_${randomBytes(6).toString('hex')}`;
}

async function admin(server: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}
