import { InMemoryLogSource } from '@fieldcase/eventsourcing';
import type { Pool } from 'pg';
import { createPool, ProjectionRunner, Rebuild } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { CaseScript, START } from '../specs/case-script';
import { scopeOf } from '../specs/scopes';
import { caseBoardProjection } from './case-board.projection';
import { CaseBoardQueries } from './case-board.queries';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const swapWaits = async (): Promise<boolean> => {
  const { rows } = await pool.query(
    `select from pg_locks where not granted and mode = 'AccessExclusiveLock' and relation is not null
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.length > 0;
};

it.each([{ q: 'site c' }, {}])('pages %j are answered while a swap waits for another one', async (filter) => {
  const script = new CaseScript();
  await script.report('c1');
  const projection = caseBoardProjection(script.store);
  const source = new InMemoryLogSource(script.store);
  await new ProjectionRunner({ pool, source, projection }).catchUp();
  const board = new CaseBoardQueries(pool, async () => 0n);
  const slow = await pool.connect();
  await slow.query('begin; select count(*) from read_models.case_board');
  const rebuilt = new Rebuild({ pool, source, projection, owner: 'spec' }).run(new AbortController().signal);
  for (let waited = 0; waited < 3;) {
    if (await swapWaits()) waited += 1;
    const { items } = await board.list(scopeOf('agent'), filter, START);
    expect(items.map(({ id }) => id)).toEqual(['c1']);
  }
  await slow.query('commit');
  slow.release();
  expect(await rebuilt).toBe(true);
  expect((await board.list(scopeOf('agent'), filter, START)).items).toHaveLength(1);
});
