import { CaseScript, HOUR, START } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { scopeOf } from '../specs/scopes';
import { caseBoardProjection } from './case-board.projection';
import { CaseBoardQueries } from './case-board.queries';

let database: ReadModelDatabase;
beforeAll(async () => {
  database = await readModelDatabase();
});
afterAll(() => database.close());

it('finds nothing personal for those who may not see it where it leafs through rows, and nothing erased', async () => {
  const script = new CaseScript();
  const board = new CaseBoardQueries(database.client, async () => 0n);
  const projection = caseBoardProjection(script.store);
  const ids = async (scope = scopeOf('agent'), q = ''): Promise<string[]> =>
    (await board.list(scope, { q }, START)).items.map(({ id }) => id).sort();
  // Twelve: found often, so that rows are leafed through; and "jq" is too short for pieces.
  for (let i = 0; i < 12; i++) {
    await script.report(`c${i}`, { siteName: `Mill jq ${i}`, contact: { name: 'Wu', phone: '13800001111' } });
    await script.dispatch(`c${i}`, `v${i}`, 'tom');
  }
  await script.record('c3', 'CaseCancelled', {}, { at: START + HOUR });
  await script.record('c4', 'DetailsCorrected', { changes: { assetSerial: 'ZZ-9' }, personalChanges: {} } as never);
  await database.reset(projection);
  await database.apply(projection, await script.events(), 5);
  for (const q of ['mill', 'jq', '0000']) {
    expect(await ids(scopeOf('analyst'), q)).toEqual([]);
    const own = await ids(scopeOf('technician', 'tom'), q);
    expect(own).toHaveLength(11);
    expect(own).not.toContain('c3');
  }
  expect(await ids(scopeOf('agent'), 'zz')).toEqual(['c4']);
  await projection.erase?.(database.client, 'c2');
  const [row] = (await database.rows('case_search', 'id')).filter(({ id }) => id === 'c2');
  expect(row).toMatchObject({ site_name: null, site_grams: null, phone: null, phone_grams: null });
  expect(JSON.stringify(row)).not.toMatch(/1380000|mill/i);
});
