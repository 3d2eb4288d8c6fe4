import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { createTwoRoleDatabase, type TwoRoleDatabase } from '../support/database';
import { Launched } from '../support/launcher';

const root = resolve(__dirname, '../..');
const DEPOT = { id: 'D1', name: '红旗县服务站', kind: 'county', region: 'east', county: 'hongqi' };

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** The built product itself, on a server where the application's role may only append and read. */
describe('npm start on a PostgreSQL of your own', () => {
  jest.setTimeout(120_000);
  let database: TwoRoleDatabase;
  let dataDir: string;
  let running: Launched | undefined;

  const start = async (env: Record<string, string>): Promise<string> => {
    await running?.end();
    running = new Launched({ root, dataDir, env });
    return running.ready();
  };

  beforeAll(async () => {
    database = await createTwoRoleDatabase();
    dataDir = mkdtempSync(join(tmpdir(), 'fieldcase-own-'));
  });
  afterAll(async () => {
    await running?.end();
    await database.drop();
    rmSync(dataDir, { recursive: true });
  });

  it('migrates as its owner, works as the application, and is found by the command line', async () => {
    const env = { DATABASE_URL: database.url, DATABASE_MIGRATION_URL: database.ownerUrl };
    // As on an empty database: its schema is made by the start.
    await query(database.ownerUrl, 'drop schema fieldcase cascade');
    const url = await start(env);
    expect(existsSync(join(dataDir, 'pg'))).toBe(false);

    const command = (args: string[]) =>
      spawnSync(process.execPath, [join(root, 'apps/cli/bin/fieldcase.js'), ...args], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], FIELDCASE_DATA_DIR: dataDir },
      }).stdout.trim();
    const answer = await fetch(`${url}/api/v1/depots`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${command(['token', 'supervisor'])}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': 'once',
      },
      body: JSON.stringify(DEPOT),
    });
    expect(answer.status).toBe(201);
    expect(JSON.parse(command(['log', 'head', '--json']))).toMatchObject({ head: '1' });
    await expect(query(database.url, 'delete from fieldcase.events')).rejects.toThrow('permission denied');
    await expect(query(database.url, 'create table mine (id int)')).rejects.toThrow('permission denied');
  });

  it('keeps the log, and needs no owner where the schema is current', async () => {
    await start({ DATABASE_URL: database.url });
    expect(await query(database.url, 'select type from fieldcase.events')).toEqual([{ type: 'DepotRegistered' }]);
  });
});
