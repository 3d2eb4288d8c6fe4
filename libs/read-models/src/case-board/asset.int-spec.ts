import { CaseScript, HOUR, START } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { scopeOf } from '../specs/scopes';
import { AssetQueries } from './asset.queries';
import { caseBoardProjection } from './case-board.projection';

let database: ReadModelDatabase;
let script: CaseScript;
beforeAll(async () => {
  database = await readModelDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  script = new CaseScript();
});

const at = (hours: number) => ({ at: START + hours * HOUR });
async function asset(hours: number, scope = scopeOf('agent')) {
  const projection = caseBoardProjection(script.store);
  await database.reset(projection);
  await database.apply(projection, await script.events());
  return new AssetQueries(database.client, async () => 3n).asset(scope, 'SN-1', START + hours * HOUR);
}
const report = (id: string, hours: number, more: object = {}) =>
  script.report(id, { assetSerial: 'SN-1', product: 'harvester', ...more }, at(hours));
const visit = async (id: string, visitId: string, hours: number, fixed: boolean) => {
  await script.dispatch(id, visitId, 'tom', at(hours - 1));
  await script.record(id, 'TechnicianArrived', { visitId }, at(hours - 0.5));
  await script.record(id, 'VisitCompleted', { visitId, fixed, materials: [] }, at(hours));
};

describe('how long a machine stood still', () => {
  it('is from the report to the repair, and goes on until there is one', async () => {
    await report('c1', 0);
    expect(await asset(5)).toMatchObject({ downtime: 'PT5H', down: true });
    await visit('c1', 'v1', 6, false);
    expect(await asset(8)).toMatchObject({ downtime: 'PT8H', down: true });
    await visit('c1', 'v2', 10, true);
    expect(await asset(30)).toMatchObject({ downtime: 'PT10H', down: false });
  });

  it('counts the repair, not the closing; the closing where nobody repaired it; and starts anew at a reopening', async () => {
    await report('c1', 0);
    await visit('c1', 'v1', 4, true);
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' }, at(9));
    await script.record('c1', 'CaseReopened', {}, at(20));
    await script.record('c1', 'CaseClosed', { resolution: 'solved-by-phone' }, at(21));
    expect(await asset(40)).toMatchObject({ downtime: 'PT5H', down: false });
  });

  it('of cases that overlap once, and of no enquiry, cancelled or merged case', async () => {
    await report('c1', 0);
    await visit('c1', 'v1', 10, true);
    await report('c2', 5);
    await visit('c2', 'v2', 12, true);
    await report('c3', 20, { caseType: 'enquiry' });
    await report('c4', 20);
    await script.record('c4', 'CaseCancelled', {}, at(21));
    const found = await asset(50);
    expect(found).toMatchObject({ serial: 'SN-1', downtime: 'PT12H', down: false, position: '3' });
    expect(found?.cases.map(({ id, downtime }) => [id, downtime])).toEqual([
      ['c3', 'PT0S'],
      ['c4', 'PT0S'],
      ['c2', 'PT7H'],
      ['c1', 'PT10H'],
    ]);
  });

  it('is told of cases that the caller may see', async () => {
    await report('c1', 0);
    await report('c2', 1, { region: 'south' });
    expect((await asset(2, scopeOf('agent', 'a', ['south'])))?.cases.map(({ id }) => id)).toEqual(['c2']);
    expect(await asset(2, scopeOf('agent', 'a', ['west']))).toBeNull();
    expect(await asset(2, scopeOf('depot-clerk'))).toBeNull();
  });
});
