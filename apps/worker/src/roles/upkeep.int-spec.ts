import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { connect, type Connections } from '../connections';
import { runUpkeep } from './upkeep';

let database: TestDatabase;
let connections: Connections;
let owner: Client;
const told: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  connections = connect({ databaseUrl: database.url, poolSize: 2 }, (_, message) => void told.push(message));
  owner = new Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await connections.close();
  await database.drop();
});

const partitions = async (): Promise<string[]> =>
  (
    await owner.query(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'fieldcase.commands'::regclass`,
    )
  ).rows.map(({ name }) => name);

it('drops remembered commands of long ago, whatever their positions, and makes room for the next days', async () => {
  for (const name of await partitions()) await owner.query(`drop table ${name}`);
  await owner.query(`select fieldcase.ensure_command_partition('2020-01-01')`);
  await owner.query(
    `insert into fieldcase.commands values ('\\x${'00'.repeat(16)}', '2020-01-01', '', '{}', 1, 1000000)`,
  );
  const stop = new AbortController();
  const running = runUpkeep(connections, stop.signal);
  while ((await partitions()).join().includes('2020')) await owner.query('select 1');
  stop.abort();
  await running;
  expect(await partitions()).toHaveLength(3);
  expect(told).toEqual([]);
});
