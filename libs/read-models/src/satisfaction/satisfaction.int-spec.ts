import { caseBoardProjection } from '../case-board/case-board.projection';
import { CaseBoardQueries } from '../case-board/case-board.queries';
import { CaseScript, HOUR, START, utc } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { scopeOf } from '../specs/scopes';
import { DueSurveys } from './due-surveys';
import { satisfactionProjection } from './satisfaction.projection';
import { SatisfactionQueries } from './satisfaction.queries';

const DAY = 24 * HOUR;
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
async function project(): Promise<void> {
  const followed = [caseBoardProjection(script.store), satisfactionProjection];
  await database.reset(...followed);
  for (const projection of followed) await database.apply(projection, await script.events(), 2);
}
const closed = async (id: string, hours: number, more: object = {}) => {
  await script.report(id, { product: 'harvester', ...more }, at(hours - 2));
  await script.dispatch(id, `v-${id}`, 'tom', at(hours - 1));
  await script.record(id, 'CaseClosed', { resolution: 'repaired' }, at(hours));
};
const send = (id: string, hours: number, cycle = 1) =>
  script.write(`survey:${id}`, 'SurveySent', { cycle, expiresAt: utc(START + hours * HOUR + 14 * DAY) }, at(hours));
const rate = (id: string, kind: string, score: number, via = 'link', cycle = 1) =>
  script.write(`survey:${id}`, 'RatingSubmitted', { cycle, kind, score, via, channel: 'web', comment: 'late' });
const figures = async (groupBy: readonly ('month' | 'technician' | 'depot' | 'region')[] = [], more: object = {}) =>
  (await new SatisfactionQueries(database.client, async () => 5n).figures(scopeOf('analyst'), { groupBy, ...more }))
    .items;

describe('satisfaction', () => {
  it('counts closings, what was sent and answered, and what was said', async () => {
    await closed('c1', 3);
    await send('c1', 27);
    await rate('c1', 'csat', 5);
    await rate('c1', 'nps', 10);
    await closed('c2', 4);
    await send('c2', 28);
    await rate('c2', 'csat', 2);
    await rate('c2', 'nps', 3);
    await closed('c3', 5);
    await rate('c3', 'csat', 4, 'telephone');
    await closed('c4', 6);
    await send('c4', 30);
    await closed('c5', 7);
    await closed('c6', 7, { caseType: 'enquiry' });
    await project();
    expect(await figures()).toEqual([
      {
        closed: 5,
        sent: 4,
        answered: 3,
        responseRate: 0.75,
        average: 11 / 3,
        distribution: { 1: 0, 2: 1, 3: 0, 4: 1, 5: 1 },
        nps: 0,
      },
    ]);
  });

  it('is told per depot, technician and month of the closing in Asia/Shanghai, and cut by it', async () => {
    await closed('c1', 3);
    await closed('c2', 24 * 8);
    await rate('c2', 'csat', 1, 'telephone');
    await closed('c3', 24 * 7 + 14.99);
    await project();
    const group = { technician: 'tom', depot: 'depot-of-tom' };
    expect(await figures(['technician', 'depot', 'month'])).toEqual([
      expect.objectContaining({ ...group, month: '2026-11', closed: 2, average: null, responseRate: null, nps: null }),
      expect.objectContaining({ ...group, month: '2026-12', closed: 1, average: 1, responseRate: 1 }),
    ]);
    expect((await figures([], { from: '2026-12', to: '2026-12' }))[0]?.closed).toBe(1);
    expect((await figures([], { to: '2026-11' }))[0]?.closed).toBe(2);
  });

  it('counts each closing of a case that was reopened, and shows figures of the caller’s regions', async () => {
    await closed('c1', 3);
    await rate('c1', 'csat', 1, 'telephone');
    await script.record('c1', 'CaseReopened', {}, at(10));
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' }, at(20));
    await rate('c1', 'csat', 5, 'telephone', 2);
    await project();
    expect((await figures())[0]).toMatchObject({ closed: 2, answered: 2, average: 3 });
    const far = await new SatisfactionQueries(database.client, async () => 5n).figures(
      scopeOf('analyst', 'far', ['south']),
      { groupBy: [] },
    );
    expect(far.items[0]).toMatchObject({ closed: 0, average: null });
  });

  it('a low rating stands in its queue until a supervisor has noted it', async () => {
    const queue = async () => {
      await project();
      const board = new CaseBoardQueries(database.client, async () => 5n);
      const { items } = await board.list(scopeOf('agent'), { queue: 'low-rating' }, START);
      return items.map(({ id }) => id);
    };
    await closed('c1', 3);
    await rate('c1', 'csat', 3);
    expect(await queue()).toEqual([]);
    await rate('c1', 'nps', 6);
    expect(await queue()).toEqual(['c1']);
    await script.record('c1', 'NoteAdded', { kind: 'note', text: 'called' });
    expect(await queue()).toEqual(['c1']);
    await script.write('case:c1', 'NoteAdded', { kind: 'callback', text: 'sorry' }, { role: 'supervisor' });
    expect(await queue()).toEqual([]);
  });
});

describe('surveys that are due', () => {
  const due = (hours: number) =>
    new DueSurveys(database.client).list(START + hours * HOUR - 14 * DAY, START + hours * HOUR - DAY, 10);

  it('are of closings that stand, a day old and not two weeks, which nobody was asked about', async () => {
    await closed('c1', 3);
    await closed('c2', 4);
    await send('c2', 5);
    await closed('c3', 4);
    await rate('c3', 'csat', 4, 'telephone');
    await closed('c4', 4);
    await script.record('c4', 'CaseReopened', {}, at(6));
    await closed('c5', 4, { caseType: 'enquiry' });
    await closed('c6', 4, { source: 'history-2025' });
    await closed('c7', 5);
    await project();
    expect(await due(26.9)).toEqual([]);
    expect(await due(27)).toEqual([{ caseId: 'c1', cycle: 1 }]);
    expect(await due(29)).toEqual([
      { caseId: 'c1', cycle: 1 },
      { caseId: 'c7', cycle: 1 },
    ]);
    expect(await due(3 + 14 * 24)).toEqual([{ caseId: 'c7', cycle: 1 }]);
  });
});
