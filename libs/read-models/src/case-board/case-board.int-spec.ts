import {
  BOARD_SORTS,
  type BoardQueue,
  type CaseBoardFilter,
  type CaseBoardItem,
  type Scope,
} from '@fieldcase/contracts';
import { CaseScript, HOUR, MINUTE, START, utc } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { scopeOf } from '../specs/scopes';
import { caseBoardProjection } from './case-board.projection';
import { CaseBoardQueries } from './case-board.queries';

let database: ReadModelDatabase;
let script: CaseScript;
let board: CaseBoardQueries;
const agent = scopeOf('agent');

beforeAll(async () => {
  database = await readModelDatabase();
  board = new CaseBoardQueries(database.client, async () => 42n);
});
afterAll(() => database.close());
beforeEach(() => {
  script = new CaseScript();
});

/** Everything recorded so far, into empty tables. */
async function project(): Promise<void> {
  const projection = caseBoardProjection(script.store);
  await database.reset(projection);
  await database.apply(projection, await script.events());
}
async function list(scope: Scope, filter: CaseBoardFilter, now = START): Promise<readonly CaseBoardItem[]> {
  return (await board.list(scope, filter, now)).items;
}
const idsOf = (items: readonly CaseBoardItem[]): string[] => items.map((item) => item.id);
const queue = async (name: BoardQueue, now = START, scope = agent): Promise<string[]> =>
  idsOf(await list(scope, { queue: name }, now));

describe('a board item', () => {
  it('shows the case with its next clock, and the position of the read model', async () => {
    await script.report('c1', { county: 'wei', product: 'harvester' });
    await script.dispatch('c1', 'v1', 'tom', { at: START + HOUR });
    await script.record('c1', 'OwnershipTaken', { owner: 'ann' });
    await project();
    const page = await board.list(agent, {}, START + 2 * HOUR);
    expect(page.position).toBe('42');
    expect(page.next).toBeNull();
    expect(page.items).toEqual([
      {
        id: 'c1',
        number: 'N-c1',
        status: 'dispatched',
        siteName: 'Site c1',
        region: 'north',
        county: 'wei',
        priority: 'normal',
        caseType: 'fault',
        product: 'harvester',
        technicianId: 'tom',
        owner: 'ann',
        source: 'live',
        reportedAt: '2026-11-23T09:00:00+08:00',
        pauseReason: null,
        pauseUntil: null,
        nextClock: {
          clockId: 'onSiteResponse:-:1',
          target: 'onSiteResponse',
          state: 'running',
          dueAt: '2026-11-24T09:00:00+08:00',
        },
      },
    ]);
  });

  it('does not exist for a case whose report was discarded', async () => {
    await script.report('c1');
    await script.dispatch('c1', 'v1', 'tom');
    const projection = caseBoardProjection(script.store);
    await database.reset(projection);
    await database.apply(projection, (await script.events()).slice(1));
    expect(await database.rows('case_board', 'id')).toEqual([]);
    expect(await database.rows('case_visit', 'visit_id')).toEqual([]);
  });

  it('turns breached by the time of the query alone, exactly after its due instant', async () => {
    await script.report('c1');
    await project();
    const stateAt = async (now: number): Promise<string | undefined> =>
      (await list(agent, {}, now))[0]?.nextClock?.state;
    expect(await stateAt(START + 24 * HOUR)).toBe('running');
    expect(await stateAt(START + 24 * HOUR + 1)).toBe('breached');
  });

  it('shows a paused clock without a due instant, and sorts its case last', async () => {
    await script.report('c1');
    await script.record('c1', 'CasePaused', { reason: 'waiting-customer', until: utc(START + 5 * HOUR) });
    await script.report('c2', {}, { at: START + HOUR });
    await project();
    const items = await list(agent, {}, START + 2 * HOUR);
    expect(idsOf(items)).toEqual(['c2', 'c1']);
    expect(items[1]).toMatchObject({ pauseReason: 'waiting-customer', nextClock: { state: 'paused' } });
    expect(items[1]?.nextClock).not.toHaveProperty('dueAt');
  });

  it('has no clock once the case has ended', async () => {
    await script.report('c1');
    await script.record('c1', 'CaseCancelled', {}, { at: START + 30 * HOUR });
    await project();
    expect((await list(agent, {}, START + 40 * HOUR))[0]?.nextClock).toBeNull();
    expect(await queue('breached', START + 40 * HOUR)).toEqual([]);
  });

  it("shows the promise while the customer's own time lies ahead, then what is due first", async () => {
    await script.report('c1');
    const window = { from: utc(START + 30 * HOUR), to: utc(START + 200 * HOUR) };
    await script.record('c1', 'CustomerTimeRequested', { promise: 1, ...window }, { at: START + 20 * HOUR });
    await script.report('c2', { caseType: 'complaint' }, { at: START + 25 * HOUR });
    await project();
    const seenAt = async (now: number): Promise<unknown[]> =>
      (await list(agent, {}, now)).map((item) => [item.id, item.nextClock?.target, item.nextClock?.dueAt]);
    const restoration = ['c2', 'restore', '2026-11-27T10:00:00+08:00'];
    expect(await seenAt(START + 29 * HOUR)).toEqual([
      restoration,
      ['c1', 'customerPromise', '2026-12-01T17:00:00+08:00'],
    ]);
    expect(await seenAt(START + 30 * HOUR)).toEqual([['c1', 'restore', '2026-11-26T19:00:00+08:00'], restoration]);
  });
});

describe('queues', () => {
  it("mine: a technician's open visits, else what the caller owns and is open", async () => {
    for (const id of ['c1', 'c2', 'c3']) await script.report(id);
    await script.dispatch('c1', 'v1', 'tom');
    await script.dispatch('c2', 'v2', 'tom');
    await script.record('c2', 'VisitCompleted', { visitId: 'v2', fixed: true, materials: [] });
    await script.record('c3', 'OwnershipTaken', { owner: 'ann' });
    await script.record('c2', 'OwnershipTaken', { owner: 'ann' });
    await script.record('c2', 'CaseCancelled', {});
    await project();
    expect(await queue('mine', START, scopeOf('technician', 'tom'))).toEqual(['c1']);
    expect(await queue('mine', START, scopeOf('agent', 'ann'))).toEqual(['c3']);
  });

  it('mine: of a dispatcher who is a technician too, his open visits and what he owns', async () => {
    for (const id of ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'])
      await script.report(id, { region: id < 'c5' ? 'north' : 'west' });
    await script.dispatch('c1', 'v1', 'ann');
    await script.record('c2', 'OwnershipTaken', { owner: 'ann' });
    await script.dispatch('c2', 'v2', 'tom');
    await script.dispatch('c3', 'v3', 'tom');
    await script.dispatch('c4', 'v4', 'ann');
    await script.record('c4', 'VisitCompleted', { visitId: 'v4', fixed: true, materials: [] });
    // Outside of her region: what she was sent to, not what she owns.
    await script.dispatch('c5', 'v5', 'ann');
    await script.record('c6', 'OwnershipTaken', { owner: 'ann' });
    await project();
    const ann: Scope = { ...scopeOf('dispatcher', 'ann', ['north']), roles: ['dispatcher', 'technician'] };
    for (const sort of BOARD_SORTS) {
      const mine = async (filter: CaseBoardFilter = {}): Promise<string[]> =>
        idsOf(await list(ann, { queue: 'mine', sort, ...filter })).toSorted();
      expect(await mine()).toEqual(['c1', 'c2', 'c5']);
      expect(await mine({ status: 'dispatched', region: 'north' })).toEqual(['c1', 'c2']);
      expect(await mine({ q: 'site c1' })).toEqual(['c1']);
    }
  });

  it('unassigned: open, no enquiry, no open visit', async () => {
    for (const id of ['c1', 'c2', 'c3', 'c4']) await script.report(id, { caseType: id === 'c2' ? 'enquiry' : 'fault' });
    await script.dispatch('c3', 'v3', 'tom');
    await script.record('c4', 'CaseCancelled', {});
    await project();
    expect(await queue('unassigned')).toEqual(['c1']);
  });

  it('due-soon: from the 75 % step to the due instant, of any running clock', async () => {
    await script.report('c1');
    await project();
    expect(await queue('due-soon', START + 18 * HOUR - 1)).toEqual([]);
    expect(await queue('due-soon', START + 18 * HOUR)).toEqual(['c1']);
    expect(await queue('due-soon', START + 24 * HOUR)).toEqual(['c1']);
    expect(await queue('due-soon', START + 25 * HOUR)).toEqual([]);
    // onSiteResponse is breached by now; restore passes its own step.
    expect(await queue('due-soon', START + 55 * HOUR)).toEqual(['c1']);
  });

  it('due-soon: the same in either order, at any time between and after several clocks', async () => {
    await script.report('c1');
    await script.report('c2', { caseType: 'complaint' });
    await script.report('c3', {}, { at: START + HOUR });
    await script.record('c3', 'CasePaused', { reason: 'waiting-customer', until: utc(START + 90 * HOUR) });
    await script.report('c4');
    await script.record('c4', 'CasePaused', { reason: 'weather', until: utc(START + 90 * HOUR) });
    const window = { from: utc(START + 95 * HOUR), to: utc(START + 99 * HOUR) };
    await script.record('c1', 'CustomerTimeRequested', { promise: 1, ...window }, { at: START + 60 * HOUR });
    await project();
    const ids = async (sort: 'due' | 'reportedAt', now: number): Promise<string[]> =>
      (await list(agent, { queue: 'due-soon', sort }, now)).map(({ id }) => id).toSorted();
    const seen = new Set<string>();
    for (let hour = 0; hour < 130; hour += 1) {
      const byReport = await ids('reportedAt', START + hour * HOUR);
      expect(await ids('due', START + hour * HOUR)).toEqual(byReport);
      seen.add(byReport.join());
    }
    expect(seen.size).toBeGreaterThan(3);
  });

  it('due-soon: an expired pause, until it is resumed', async () => {
    await script.report('c1');
    await script.record('c1', 'CasePaused', { reason: 'waiting-customer', until: utc(START + 2 * HOUR) });
    await project();
    expect(await queue('due-soon', START + 2 * HOUR - 1)).toEqual([]);
    expect(await queue('due-soon', START + 900 * HOUR)).toEqual(['c1']);
    await script.record('c1', 'CaseResumed', { reasons: ['waiting-customer'] }, { at: START + 3 * HOUR });
    await project();
    expect(await queue('due-soon', START + 3 * HOUR)).toEqual([]);
  });

  it('breached: open, a breached clock not stopped', async () => {
    for (const id of ['c1', 'c2']) await script.report(id);
    await script.dispatch('c2', 'v2', 'tom', { at: START + MINUTE });
    await script.record('c2', 'TechnicianArrived', { visitId: 'v2' }, { at: START + 25 * HOUR });
    await project();
    expect(await queue('breached', START + 24 * HOUR)).toEqual([]);
    expect(await queue('breached', START + 26 * HOUR)).toEqual(['c1']);
    expect(await queue('breached', START + 73 * HOUR)).toEqual(['c1', 'c2']);
  });

  it('waiting-parts: open, with a pause for a part that stands, whatever else it waits for', async () => {
    const paused = async (id: string, ...reasons: ('weather' | 'waiting-part')[]): Promise<void> => {
      await script.report(id);
      for (const reason of reasons) await script.record(id, 'CasePaused', { reason, until: utc(START + HOUR) });
    };
    await paused('c1', 'weather', 'waiting-part');
    await paused('c2', 'weather');
    for (const id of ['c3', 'c4', 'c5']) await paused(id, 'waiting-part');
    await script.record('c3', 'CaseResumed', { reasons: ['waiting-part'] });
    await script.record('c4', 'CaseClosed', { resolution: 'solved-by-phone' });
    await script.dispatch('c5', 'v5', 'tom');
    await script.record('c5', 'TechnicianArrived', { visitId: 'v5' });
    await project();
    expect(await queue('waiting-parts', START + 900 * HOUR)).toEqual(['c1', 'c5']);
  });

  it('reopened and inform-due follow the facts; that of ratings is empty', async () => {
    for (const id of ['c1', 'c2']) await script.report(id);
    await script.dispatch('c1', 'v1', 'tom');
    await script.record('c1', 'VisitCompleted', { visitId: 'v1', fixed: true, materials: [] });
    await script.record('c2', 'CaseClosed', { resolution: 'solved-by-phone' });
    await script.record('c2', 'CaseReopened', {});
    await project();
    expect(await queue('inform-due')).toEqual(['c1']);
    expect(await queue('reopened')).toEqual(['c2']);
    expect(await queue('low-rating')).toEqual([]);
  });
});
