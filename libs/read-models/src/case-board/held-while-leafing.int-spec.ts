import { CaseScript, HOUR, MINUTE, START, utc } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { scopeOf } from '../specs/scopes';
import { caseBoardProjection } from './case-board.projection';
import { CaseBoardQueries } from './case-board.queries';

let database: ReadModelDatabase;
beforeAll(async () => {
  database = await readModelDatabase();
});
afterAll(() => database.close());

it('does not skip a case that was held when the first page was read, because somebody was sent meanwhile', async () => {
  const script = new CaseScript();
  const board = new CaseBoardQueries(database.client, async () => 0n);
  const projection = caseBoardProjection(script.store);
  const agent = scopeOf('agent');
  await script.report('c1');
  const window = { from: utc(START + 30 * HOUR), to: utc(START + 200 * HOUR) };
  await script.record('c1', 'CustomerTimeRequested', { promise: 1, ...window }, { at: START + 20 * HOUR });
  await script.report('c2', { caseType: 'complaint' }, { at: START + 25 * HOUR });
  await database.reset(projection);
  await database.apply(projection, await script.events());
  const first = await board.list(agent, { limit: 1 }, START + 30 * HOUR - MINUTE);
  expect(first.items.map(({ id }) => id)).toEqual(['c2']);
  // Changes nothing of what it is due by.
  await script.dispatch('c1', 'v1', 'tom', { at: START + 30 * HOUR + MINUTE });
  await database.apply(projection, await script.events());
  const second = await board.list(agent, { limit: 1, cursor: first.next! }, START + 30 * HOUR + 2 * MINUTE);
  expect(second.items.map(({ id }) => id)).toEqual(['c1']);
});
