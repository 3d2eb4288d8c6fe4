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

async function remember(day: string, position: number): Promise<void> {
  await owner.query('select fieldcase.ensure_command_partition($1)', [day]);
  const key = `\\x${'00'.repeat(16)}`;
  await owner.query(`insert into fieldcase.commands values ($1, $2, '', '{}', 1, $3)`, [key, day, position]);
}

async function upkeepUntil(done: () => Promise<boolean>): Promise<void> {
  const stop = new AbortController();
  const running = runUpkeep(connections, stop.signal);
  while (!(await done())) await owner.query('select 1');
  stop.abort();
  await running;
}

it('drops remembered commands of long ago, whatever their positions, and makes room for the next days', async () => {
  for (const name of await partitions()) await owner.query(`drop table ${name}`);
  await remember('2020-01-01', 1_000_000);
  await upkeepUntil(async () => !(await partitions()).join().includes('2020'));
  expect(await partitions()).toHaveLength(3);
  expect(told).toEqual([]);
});

it('keeps what a process manager has behind its checkpoint: its commands would be carried out again', async () => {
  await owner.query(
    `insert into fieldcase.checkpoints select 'part-supply', shard, 15 + shard, 1 from generate_series(0, 15) shard`,
  );
  await owner.query(
    `insert into fieldcase.checkpoints select 'case-board', shard, 90, 1 from generate_series(0, 15) shard`,
  );
  await remember('2020-01-01', 15);
  await remember('2020-01-02', 16);
  await upkeepUntil(async () => !(await partitions()).join().includes('20200101'));
  expect((await partitions()).filter((name) => name.includes('2020'))).toEqual(['fieldcase.commands_20200102']);
  await owner.query(`update fieldcase.checkpoints set position = 16 where subscription = 'part-supply'`);
  await upkeepUntil(async () => !(await partitions()).join().includes('2020'));
});
