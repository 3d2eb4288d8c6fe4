import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { migrate } from './migrate';

const owner = `fieldcase_test_owner_${process.pid}`;
const login = `fieldcase_test_login_${process.pid}`;
const password = randomBytes(12).toString('hex');

/** INSERT, UPDATE, DELETE and TRUNCATE of every table of the log: what the application must not be able to do. */
const forbidden = [
  `insert into fieldcase.events values (1, 'case:1', 1, 0, gen_random_uuid(), 't', 1, '{}', '{}', now(), now())`,
  `update fieldcase.events set data = '{}'`,
  'delete from fieldcase.events',
  'truncate fieldcase.events',
  'alter table fieldcase.events disable trigger all',
  `insert into fieldcase.personal_data values (1, 's', '{}')`,
  `update fieldcase.personal_data set data = '{}'`,
  'delete from fieldcase.personal_data',
  'truncate fieldcase.personal_data',
  'delete from fieldcase.commands',
  'update fieldcase.log_identity set epoch = 2',
  'create table fieldcase.mine (a int)',
];

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function assertAppendOnly(url: string): Promise<void> {
  const pool = createPool({ url, max: 1 });
  try {
    for (const statement of forbidden) {
      await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    const { rows } = await pool.query('select current_user, count(*)::int as events from fieldcase.events');
    expect(rows).toEqual([{ current_user: 'fieldcase_app', events: 0 }]);
    await expect(pool.query(`select fieldcase.erase_subject('nobody')`)).resolves.toMatchObject({ rowCount: 1 });
  } finally {
    await pool.end();
  }
}

describe('migrate', () => {
  let database: TestDatabase;
  let admin: string;
  const as = (user: string): string => {
    const url = new URL(database.url);
    url.username = user;
    url.password = password;
    return url.toString();
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = database.url;
    const name = new URL(admin).pathname.slice(1);
    await run(
      admin,
      `drop schema if exists fieldcase, read_models, read_models_next cascade`,
      `create role ${owner} login createrole password '${password}'`,
      `create role ${login} login password '${password}'`,
      `grant create on database ${name} to ${owner}`,
      // The server's administrator made fieldcase_app for another database before: owners must be allowed to grant it.
      `do $$ begin create role fieldcase_app nologin; exception when duplicate_object or unique_violation then null; end $$`,
      `grant fieldcase_app to ${owner} with admin option`,
    );
  });

  afterAll(async () => {
    await database.drop();
    const server = new URL(admin);
    server.pathname = '/postgres';
    await run(server.toString(), `drop role if exists ${login}`, `drop role if exists ${owner}`);
  });

  const migrated = () => migrate(as(owner), { applicationUrl: as(login) });

  it('runs once when several processes start at once', async () => {
    await run(admin, 'drop schema if exists fieldcase, read_models, read_models_next cascade');
    const runs = await Promise.all([1, 2, 3].map(migrated));
    expect(runs.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    await expect(migrate(as(owner))).resolves.toEqual({ applied: [] });
  });

  it('leaves the application append-only with one connection string', async () => {
    await migrated();
    await assertAppendOnly(as(owner));
  });

  it('leaves the application append-only with a string of its own', async () => {
    await migrated();
    await assertAppendOnly(as(login));
  });

  it('finds nothing to do for an application that may change nothing', async () => {
    await migrated();
    await expect(migrate(as(login))).resolves.toEqual({ applied: [] });
  });

  it('tells an administrator what to grant where a right is missing', async () => {
    const stranger = `fieldcase_test_stranger_${process.pid}`;
    const name = new URL(admin).pathname.slice(1);
    const other = `${name}_strange`;
    const url = new URL(as(stranger));
    await run(admin, `create role ${stranger} login password '${password}'`, `create database ${other}`);
    url.pathname = `/${other}`;
    try {
      await expect(migrate(url.toString())).rejects.toThrow(/may not make or grant the role .* grant fieldcase_app to/);
      await run(admin, `grant fieldcase_app to ${stranger}`);
      await expect(migrate(url.toString())).rejects.toThrow(
        `set DATABASE_MIGRATION_URL to the owner of the database, or let its administrator run: grant create on database ${other} to ${stranger}`,
      );
      await run(admin, `grant create on database ${other} to ${stranger}`);
      expect((await migrate(url.toString())).applied).not.toEqual([]);
    } finally {
      await run(admin, `drop database ${other} with (force)`, `drop role ${stranger}`);
    }
  });

  it('refuses a database that cannot hold every name', async () => {
    const url = new URL(admin);
    url.pathname = `${url.pathname}_latin1`;
    const name = url.pathname.slice(1);
    await run(admin, `create database ${name} encoding latin1 locale 'C' template template0`);
    try {
      await expect(migrate(url.toString())).rejects.toThrow(/has the encoding LATIN1, which cannot hold every name/);
    } finally {
      await run(admin, `drop database ${name} with (force)`);
    }
  });

  it('gives the log an identity', async () => {
    await migrated();
    const client = new Client({ connectionString: as(owner) });
    await client.connect();
    const { rows } = await client.query('select epoch, octet_length(secret) as secret from fieldcase.log_identity');
    await client.end();
    expect(rows).toEqual([{ epoch: 1, secret: 32 }]);
  });
});
