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
  pool = createPool({ url: database.url, lockTimeoutMs: 10_000 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const waitsFor = async (mode: string): Promise<boolean> => {
  const { rows } = await pool.query(
    `select from pg_locks where not granted and mode = $1 and relation is not null
       and database = (select oid from pg_database where datname = current_database())`,
    [mode],
  );
  return rows.length > 0;
};

it.each([{ q: 'site c' }, {}])(
  'a page %j that comes while a swap waits for another one is answered',
  async (filter) => {
    const script = new CaseScript();
    await script.report('c1');
    const projection = caseBoardProjection(script.store);
    const source = new InMemoryLogSource(script.store);
    await new ProjectionRunner({ pool, source, projection }).catchUp();
    const slow = await pool.connect();
    await slow.query('begin; select count(*) from read_models.case_board');
    const rebuilt = new Rebuild({ pool, source, projection, owner: 'spec' }).run(new AbortController().signal);
    while (!(await waitsFor('AccessExclusiveLock')));
    let isAnswered = false;
    const page = new CaseBoardQueries(pool, async () => 0n)
      .list(scopeOf('agent'), filter, START)
      .then(({ items }) => items.map(({ id }) => id))
      .catch((error: Error) => error.message)
      .finally(() => (isAnswered = true));
    while (!isAnswered && !(await waitsFor('AccessShareLock')));
    await slow.query('commit');
    slow.release();
    expect(await page).toEqual(['c1']);
    expect(await rebuilt).toBe(true);
  },
);
