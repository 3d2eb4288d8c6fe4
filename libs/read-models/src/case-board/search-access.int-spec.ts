import { BOARD_SORTS, type CaseBoardFilter, type Scope } from '@fieldcase/contracts';
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

it('finds by a number nothing outside of what the caller may see and has asked for', async () => {
  const script = new CaseScript();
  const board = new CaseBoardQueries(database.client, async () => 0n);
  const projection = caseBoardProjection(script.store);
  await script.report('east', { region: 'east', priority: 'urgent', assetSerial: 'SN-1' });
  await script.report('west', { region: 'west', assetSerial: 'SN-2' });
  await script.report('sent', { region: 'west', assetSerial: 'SN-3' });
  await script.dispatch('sent', 'v1', 'tom');
  await script.report('shut', { region: 'east', assetSerial: 'SN-4' });
  await script.record('shut', 'CaseClosed', { resolution: 'solved-by-phone' });
  await database.reset(projection);
  await database.apply(projection, await script.events());
  const all = ['east', 'sent', 'shut', 'west'];
  const supervisor = scopeOf('supervisor');
  const asked: [Scope, CaseBoardFilter, string[]][] = [
    [supervisor, {}, all],
    [scopeOf('dispatcher', 'd', ['east']), {}, ['east', 'shut']],
    [scopeOf('dispatcher', 'd', ['west']), {}, ['sent', 'west']],
    [scopeOf('dispatcher', 'd', []), {}, []],
    [scopeOf('regulator', 'r', ['east']), {}, ['east', 'shut']],
    [scopeOf('technician', 'tom'), {}, ['sent']],
    [scopeOf('technician', 'tim'), {}, []],
    [scopeOf('depot-clerk'), {}, []],
    [supervisor, { status: 'closed' }, ['shut']],
    [supervisor, { status: 'reported' }, ['east', 'west']],
    [supervisor, { status: ['dispatched', 'closed'] }, ['sent', 'shut']],
    [supervisor, { status: 'cancelled' }, []],
    [supervisor, { queue: 'unassigned' }, ['east', 'west']],
    [supervisor, { queue: 'breached' }, []],
    [supervisor, { queue: 'low-rating' }, []],
    [scopeOf('technician', 'tom'), { queue: 'mine' }, ['sent']],
    [supervisor, { queue: 'mine' }, []],
    [supervisor, { region: 'west', status: 'reported' }, ['west']],
    [supervisor, { technicianId: 'tom' }, ['sent']],
    [supervisor, { priority: 'urgent' }, ['east']],
  ];
  for (const [scope, filter, expected] of asked) {
    for (const sort of BOARD_SORTS) {
      const found = async (q: string): Promise<string[]> =>
        (await board.list(scope, { ...filter, sort, q }, START)).items.map(({ id }) => id).sort();
      const byNumber: string[] = [];
      for (const id of all) byNumber.push(...(await found(`n-${id}`)));
      expect({ scope, filter, found: byNumber }).toEqual({ scope, filter, found: expected });
      expect({ scope, filter, found: await found('sn-') }).toEqual({ scope, filter, found: expected });
    }
  }
});
