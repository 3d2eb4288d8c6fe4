import type { Technician } from '@fieldcase/domain/events';
import { Rejection } from '@fieldcase/eventsourcing';
import type { Scope } from '@fieldcase/contracts';
import { encodeCursor } from '../cursor';
import { depotStockProjection } from '../depot-stock/depot-stock.projection';
import { caseBoardProjection } from '../case-board/case-board.projection';
import { CaseScript, HOUR, START, utc } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { scopeOf } from '../specs/scopes';
import { TechnicianQueries } from './technician.queries';

let database: ReadModelDatabase;
let script: CaseScript;
let queries: TechnicianQueries;
const dispatcher = scopeOf('dispatcher');
const today = '2026-11-23';

const technician = (id: string, changes: Partial<Technician> = {}): Technician => ({
  id,
  name: id.toUpperCase(),
  homeDepot: `depot-of-${id}`,
  regions: ['north'],
  skills: ['harvester'],
  languages: ['zh'],
  active: true,
  ...changes,
});
const staff = [
  technician('ute', { regions: ['south'], skills: ['drill', 'harvester'], languages: ['zh', 'mn'] }),
  technician('tom'),
  technician('old', { active: false }),
];

beforeAll(async () => {
  database = await readModelDatabase();
  queries = new TechnicianQueries(database.client, async () => 3n);
});
afterAll(() => database.close());
beforeEach(() => {
  script = new CaseScript();
});

async function project(): Promise<void> {
  const followed = [caseBoardProjection(script.store), depotStockProjection];
  await database.reset(...followed);
  for (const projection of followed) await database.apply(projection, await script.events());
}
/** A visit of tom's in case `id`, agreed from `hour` hours after 09:00 for two hours. */
async function agreed(id: string, hour: number | null): Promise<void> {
  await script.report(id);
  await script.dispatch(id, `v-${id}`, 'tom');
  if (hour === null) return;
  const window = { from: utc(START + hour * HOUR), to: utc(START + (hour + 2) * HOUR) };
  await script.record(id, 'AppointmentAgreed', { visitId: `v-${id}`, ...window, requestedBy: 'us' });
}

describe('technicians', () => {
  it('are found by region, skill and language, the active ones, by name', async () => {
    await project();
    const found = async (filter: object, scope = dispatcher) =>
      (await queries.technicians(scope, filter, staff, START)).items.map((item) => item.id);
    expect(await found({})).toEqual(['tom', 'ute']);
    expect(await found({ region: 'south' })).toEqual(['ute']);
    expect(await found({ skill: 'drill' })).toEqual(['ute']);
    expect(await found({ language: 'mn', region: 'north' })).toEqual([]);
    expect(await found({}, scopeOf('dispatcher', 'd', ['north']))).toEqual(['tom']);
    expect(await found({}, scopeOf('technician', 'ute'))).toEqual(['ute']);
    expect(await found({}, scopeOf('analyst', 'a', ['south']))).toEqual(['ute']);
    expect(await found({}, scopeOf('operator'))).toEqual([]);
  });

  it('show readers no names, and nobody the cases of others’ regions', async () => {
    await agreed('c1', 1);
    await script.report('c2', { region: 'south' });
    await script.dispatch('c2', 'v-c2', 'tom');
    const window = { from: utc(START + 4 * HOUR), to: utc(START + 6 * HOUR) };
    await script.record('c2', 'AppointmentAgreed', { visitId: 'v-c2', ...window, requestedBy: 'us' });
    await project();
    const seen = async (scope: Scope) => (await queries.technicians(scope, { date: today }, staff, START)).items[0];
    expect(await seen(scopeOf('analyst', 'a'))).toMatchObject({ id: 'tom', name: null, openVisits: 2 });
    expect(await seen(scopeOf('dispatcher', 'd', ['north']))).toMatchObject({
      name: 'TOM',
      openVisits: 2,
      windows: [
        { visitId: 'v-c1', caseId: 'c1' },
        { visitId: null, caseId: null, from: '2026-11-23T13:00:00+08:00' },
      ],
    });
  });

  it('come in pages; the cursor holds no name', async () => {
    await project();
    const first = await queries.technicians(dispatcher, { limit: 1 }, staff, START);
    expect(first.items.map(({ id }) => id)).toEqual(['tom']);
    expect(Buffer.from(first.next ?? '', 'base64url').toString()).toBe('["technicians","tom"]');
    const second = await queries.technicians(dispatcher, { limit: 1, cursor: first.next ?? '' }, staff, START);
    expect(second).toMatchObject({ items: [{ id: 'ute' }], next: null });
    for (const cursor of ['!', encodeCursor(['technicians', 'nobody']), encodeCursor(['approvals', 1])]) {
      await expect(queries.technicians(dispatcher, { cursor }, staff, START)).rejects.toThrow('query.cursor-invalid');
    }
  });

  it('are no further told of by a cursor that names somebody of elsewhere, or of another list', async () => {
    await project();
    const north = scopeOf('dispatcher', 'd', ['north']);
    const asked = (keys: string[]) => queries.technicians(north, { cursor: encodeCursor(keys) }, staff, START);
    for (const keys of [
      ['technicians', 'ute'],
      ['technicians', 'nobody'],
      ['depots', 'tom'],
    ]) {
      await expect(asked(keys)).rejects.toThrow('query.cursor-invalid');
    }
    // One who was deactivated while somebody leafed through the list still marks his place.
    await expect(asked(['technicians', 'old'])).resolves.toMatchObject({ items: [{ id: 'tom' }] });
  });

  it('have no window on a day that it only touches at midnight', async () => {
    await agreed('c1', 13);
    await agreed('c2', 15);
    await project();
    const on = async (date: string) => {
      const { items } = await queries.technicians(scopeOf('technician', 'tom'), { date }, staff, START);
      return items.flatMap(({ windows }) => windows.map(({ caseId }) => caseId));
    };
    expect(await on(today)).toEqual(['c1']);
    expect(await on('2026-11-24')).toEqual(['c2']);
  });

  it('show their agreed windows of the day and how many visits are open', async () => {
    await agreed('c2', 4);
    await agreed('c1', 1);
    await agreed('c3', 24);
    await agreed('c4', null);
    await agreed('c5', 6);
    await script.record('c5', 'VisitCompleted', { visitId: 'v-c5', fixed: true, materials: [] });
    await project();
    const { items, position } = await queries.technicians(dispatcher, { date: today }, staff, START);
    expect(position).toBe('3');
    expect(items.find((item) => item.id === 'tom')).toEqual({
      id: 'tom',
      name: 'TOM',
      homeDepot: 'depot-of-tom',
      regions: ['north'],
      skills: ['harvester'],
      languages: ['zh'],
      windows: [
        { visitId: 'v-c1', caseId: 'c1', from: '2026-11-23T10:00:00+08:00', to: '2026-11-23T12:00:00+08:00' },
        { visitId: 'v-c2', caseId: 'c2', from: '2026-11-23T13:00:00+08:00', to: '2026-11-23T15:00:00+08:00' },
      ],
      openVisits: 4,
    });
    const tomorrow = await queries.technicians(dispatcher, { date: '2026-11-24' }, staff, START);
    expect(tomorrow.items[0]?.windows.map((window) => window.caseId)).toEqual(['c3']);
    await expect(queries.technicians(dispatcher, { date: '2026-02-30' }, staff, START)).rejects.toThrow(Rejection);
  });
});

describe("a technician's day", () => {
  it('has his windows, what he did, and what still has no window', async () => {
    await agreed('c1', 4);
    await agreed('c2', 1);
    await agreed('c3', 30);
    await agreed('c4', null);
    await script.report('c5');
    await script.dispatch('c5', 'v-c5', 'ute');
    await agreed('c6', 2);
    await script.record('c6', 'DispatchWithdrawn', { visitId: 'v-c6' });
    await script.record('c2', 'TechnicianArrived', { visitId: 'v-c2' }, { at: START + HOUR });
    await script.record('c2', 'CaseCancelled', {});
    await project();
    const day = async (scope = dispatcher, date = today) =>
      (await queries.visits(scope, { technicianId: 'tom', date }, START)).items;
    expect((await day()).map((visit) => [visit.caseId, visit.state, visit.siteName])).toEqual([
      ['c4', 'dispatched', 'Site c4'],
      ['c2', 'on-site', 'Site c2'],
      ['c1', 'appointed', 'Site c1'],
    ]);
    expect((await day(dispatcher, '2026-11-24')).map((visit) => visit.caseId)).toEqual(['c4', 'c3']);
    expect((await day(scopeOf('technician', 'tom'))).map((visit) => visit.siteName)).toEqual([
      'Site c4',
      null,
      'Site c1',
    ]);
    expect(await day(scopeOf('technician', 'ute'))).toEqual([]);
    expect(await day(scopeOf('dispatcher', 'd', ['south']))).toEqual([]);
  });

  it('begins and ends at midnight in Shanghai', async () => {
    const midnight = START + 15 * HOUR;
    const days = async () => {
      await project();
      const on = async (date: string) =>
        (await queries.visits(dispatcher, { technicianId: 'tom', date }, START)).items.map(({ caseId }) => caseId);
      return [await on(today), await on('2026-11-24')];
    };
    const window = (from: number, to: number) => ({ from: utc(from), to: utc(to), requestedBy: 'us' as const });
    for (const [id, span] of [
      ['c1', window(midnight - 2 * HOUR, midnight)],
      ['c2', window(midnight - HOUR, midnight + HOUR)],
      ['c3', window(midnight, midnight + 2 * HOUR)],
    ] as const) {
      await agreed(id, null);
      await script.record(id, 'AppointmentAgreed', { visitId: `v-${id}`, ...span });
    }
    expect(await days()).toEqual([
      ['c1', 'c2'],
      ['c2', 'c3'],
    ]);
    await agreed('c4', null);
    await script.record('c4', 'TechnicianArrived', { visitId: 'v-c4' }, { at: midnight });
    await script.record('c4', 'VisitCompleted', { visitId: 'v-c4', fixed: true, materials: [] }, { at: midnight });
    await script.report('c5');
    await script.dispatch('c5', 'v-c5', 'tom', { at: midnight });
    expect(await days()).toEqual([
      ['c1', 'c2'],
      ['c2', 'c3', 'c4', 'c5'],
    ]);
    await agreed('c6', null);
    await script.record('c6', 'TechnicianArrived', { visitId: 'v-c6' }, { at: midnight - 1 });
    await script.record('c6', 'VisitCompleted', { visitId: 'v-c6', fixed: true, materials: [] }, { at: midnight + 1 });
    expect(await days()).toEqual([
      ['c1', 'c2', 'c6'],
      ['c2', 'c6', 'c3', 'c4', 'c5'],
    ]);
  });

  it('comes in pages without doubles or gaps, also where several begin at once', async () => {
    for (const id of ['c1', 'c2', 'c3', 'c4', 'c5']) await agreed(id, id < 'c4' ? 1 : 3);
    await project();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const filter = { technicianId: 'tom', date: today, limit: 2, ...(cursor ? { cursor } : {}) };
      const page = await queries.visits(dispatcher, filter, START);
      seen.push(...page.items.map(({ caseId }) => caseId));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toEqual(['c1', 'c2', 'c3', 'c4', 'c5']);
  });
});
