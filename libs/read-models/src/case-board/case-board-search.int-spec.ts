import { caseNumber } from '@fieldcase/domain';
import { Rejection } from '@fieldcase/eventsourcing';
import type { CaseBoardFilter, CaseBoardItem, Scope } from '@fieldcase/contracts';
import { CaseScript, HOUR, START } from '../specs/case-script';
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
  board = new CaseBoardQueries(database.client, async () => 0n);
});
afterAll(() => database.close());
beforeEach(() => {
  script = new CaseScript();
});

async function project(): Promise<void> {
  const projection = caseBoardProjection(script.store);
  await database.reset(projection);
  await database.apply(projection, await script.events());
}
async function list(scope: Scope, filter: CaseBoardFilter = {}): Promise<readonly CaseBoardItem[]> {
  return (await board.list(scope, filter, START)).items;
}
const ids = async (scope: Scope, filter: CaseBoardFilter = {}): Promise<string[]> =>
  (await list(scope, filter)).map((item) => item.id);

describe('filters', () => {
  it('narrow by every column', async () => {
    await script.report('c1', { product: 'drill', depotId: 'd1', priority: 'urgent' });
    await script.report('c2', { region: 'south', product: 'tractor', depotId: 'd2' }, { source: 'helpdesk' });
    await script.record('c2', 'OwnershipTaken', { owner: 'bob' });
    await script.dispatch('c2', 'v1', 'tom');
    await project();
    const found: [CaseBoardFilter, string[]][] = [
      [{}, ['c1', 'c2']],
      [{ status: 'reported' }, ['c1']],
      [{ status: ['reported', 'dispatched'] }, ['c1', 'c2']],
      [{ status: ['reported', 'closed'] }, ['c1']],
      [{ status: 'closed', queue: 'unassigned' }, []],
      [{ status: [] }, []],
      [{ region: 'south' }, ['c2']],
      [{ technicianId: 'tom' }, ['c2']],
      [{ depotId: 'd1' }, ['c1']],
      [{ depotId: 'depot-of-tom' }, ['c2']],
      [{ product: 'drill' }, ['c1']],
      [{ priority: 'urgent' }, ['c1']],
      [{ owner: 'bob' }, ['c2']],
      [{ source: 'helpdesk' }, ['c2']],
      [{ source: 'live' }, ['c1']],
      [{ source: 'live', owner: 'bob' }, []],
    ];
    for (const [filter, expected] of found) {
      expect({ filter, found: await ids(agent, filter) }).toEqual({ filter, found: expected });
    }
  });
});

describe('search', () => {
  beforeEach(async () => {
    await script.report('c1', {
      siteName: 'Red River Farm',
      assetSerial: 'SN-778',
      contact: { name: 'Wu', phone: '139_42' },
    });
    await script.report('c2', { siteName: '红星农场', contact: { name: 'Li', phone: '13800001111' } });
  });

  it.each([
    ['n-c1', ['c1']],
    ['river', ['c1']],
    ['sn-77', ['c1']],
    ['红星', ['c2']],
    ['0001111', ['c2']],
    ['9_4', ['c1']],
    ['_', ['c1']],
    ['%', []],
    ['  ', ['c1', 'c2']],
  ])('finds %s in number, phone, site and serial', async (q, expected) => {
    await project();
    expect(await ids(agent, { q })).toEqual(expected);
  });

  it('finds a case by its number as it is dictated, typed in full width, or without its dashes', async () => {
    const number = caseNumber(4711);
    await script.report('c9', { number, contact: { name: 'An', phone: '137' } });
    await project();
    const bare = number.replaceAll('-', '');
    const full = [...number].map((sign) => String.fromCodePoint(sign.codePointAt(0)! + 0xfee0)).join('');
    const spoken = [...bare].join(' ');
    const fullBare = full.replaceAll('\uff0d', '');
    for (const q of [
      number,
      bare,
      bare.toLowerCase(),
      full,
      fullBare,
      spoken,
      ` ${bare} `,
      number.replaceAll('-', '–'),
    ]) {
      expect({ q, found: await ids(agent, { q }) }).toEqual({ q, found: ['c9'] });
      expect(await ids(scopeOf('analyst'), { q })).toEqual(['c9']);
    }
    const wrong = bare.slice(0, -1) + (bare.endsWith('3') ? '4' : '3');
    expect(await ids(agent, { q: wrong })).toEqual([]);
    expect(await ids(agent, { q: '１３８００００１１１１' })).toEqual(['c2']);
  });

  it('finds a phone however it was typed, here and there', async () => {
    const typed = ['+86 135 6666 7777', '135-6666-7777', '0086 13566667777', '13566667777'];
    for (const [n, phone] of typed.entries()) await script.report(`p${n}`, { contact: { name: 'An', phone } });
    await script.report('p8', { contact: { name: 'Bo', phone: '(0451) 8765-4321' } });
    await script.report('p9', { contact: { name: 'Bo', phone: '+86 451 8765 4321' } });
    await project();
    for (const q of [...typed, '135 6666 7777', '+8613566667777', '１３５６６６６７７７７']) {
      expect({ q, found: await ids(agent, { q }) }).toEqual({ q, found: ['p0', 'p1', 'p2', 'p3'] });
    }
    for (const q of ['0451-87654321', '045187654321', '8765 4321', '+86 (451) 87654321']) {
      expect({ q, found: await ids(agent, { q }) }).toEqual({ q, found: ['p8', 'p9'] });
    }
    expect(await ids(scopeOf('analyst'), { q: '13566667777' })).toEqual([]);
  });

  it('finds by a corrected phone, no longer by the old one', async () => {
    const changed = { changes: {}, personalChanges: { contact: { name: 'Li', phone: '555' } } };
    await script.record('c2', 'DetailsCorrected', changed);
    await project();
    expect(await ids(agent, { q: '555' })).toEqual(['c2']);
    expect(await ids(agent, { q: '0001111' })).toEqual([]);
    expect((await list(agent, { q: '555' }))[0]?.siteName).toBe('红星农场');
  });

  it('forgets an erased subject', async () => {
    await project();
    await caseBoardProjection(script.store).erase?.(database.client, 'c2');
    expect(await ids(agent, { q: '红星' })).toEqual([]);
    expect((await list(agent, { q: 'n-c2' }))[0]?.siteName).toBeNull();
  });

  it('does not let a caller find by what he may not see', async () => {
    await script.dispatch('c1', 'v1', 'tom');
    await script.dispatch('c2', 'v2', 'tom');
    await script.record('c2', 'CaseCancelled', {});
    await project();
    for (const reader of [scopeOf('analyst'), scopeOf('regulator')]) {
      expect(await ids(reader, { q: 'river' })).toEqual([]);
      expect(await ids(reader, { q: 'sn-778' })).toEqual(['c1']);
    }
    const tom = scopeOf('technician', 'tom');
    expect(await ids(tom, { q: 'river' })).toEqual(['c1']);
    expect(await ids(tom, { q: '0001111' })).toEqual([]);
    expect(await ids(tom, { q: 'n-c2' })).toEqual(['c2']);
  });
});

describe('scope', () => {
  it('shows everybody exactly his cases and fields', async () => {
    await script.report('c1');
    await script.report('c2', { region: 'south' });
    await script.dispatch('c1', 'v1', 'tom');
    await script.dispatch('c2', 'v2', 'tom');
    await script.record('c2', 'DispatchDeclined', { visitId: 'v2' });
    await script.report('c3');
    await script.dispatch('c3', 'v3', 'tom');
    await script.record('c3', 'CaseCancelled', {});
    await project();
    const seen = async (scope: Scope): Promise<Record<string, string | null>> =>
      Object.fromEntries((await list(scope)).map((item) => [item.id, item.siteName]));
    expect(await seen(agent)).toEqual({ c1: 'Site c1', c2: 'Site c2', c3: 'Site c3' });
    expect(await seen(scopeOf('dispatcher', 'd', ['south']))).toEqual({ c2: 'Site c2' });
    expect(await seen(scopeOf('technician', 'tom'))).toEqual({ c1: 'Site c1', c3: null });
    expect(await seen(scopeOf('regulator', 'r', ['north']))).toEqual({ c1: null, c3: null });
    expect(await seen(scopeOf('agent', 'x', []))).toEqual({});
    expect(await seen(scopeOf('depot-clerk'))).toEqual({});
    expect(await seen(scopeOf('operator'))).toEqual({});
  });
});

describe('paging', () => {
  /** Ten cases of which many are due at the same instant, and some never. */
  async function many(): Promise<void> {
    for (let i = 0; i < 10; i++) {
      await script.report(`c${i}`, {}, { at: START + Math.floor(i / 4) * HOUR });
      if (i % 3 === 0) await script.record(`c${i}`, 'CaseCancelled', {});
    }
    await project();
  }
  async function leafThrough(filter: CaseBoardFilter): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await board.list(agent, { ...filter, ...(cursor ? { cursor } : {}) }, START + found.length * HOUR);
      found.push(...page.items.map((item) => item.id));
      cursor = page.next;
    } while (cursor);
    return found;
  }

  it.each(['due', 'reportedAt'] as const)(
    'by %s gives every case once, in the order of one long page',
    async (sort) => {
      await many();
      const whole = await ids(agent, { sort, limit: 200 });
      expect(whole).toHaveLength(10);
      for (const limit of [1, 3, 4, 10]) expect(await leafThrough({ sort, limit })).toEqual(whole);
    },
  );

  it.each(['due', 'reportedAt'] as const)(
    'by %s gives what is found rarely and what is found often in one order',
    async (sort) => {
      await many();
      for (let i = 0; i < 3; i++) await script.report(`d${i}`, { siteName: 'Old Mill' }, { at: START + i * HOUR });
      await script.record('d1', 'CaseCancelled', {});
      await project();
      // Ten sites are called "Site c...", which is often; three "Old Mill".
      for (const [q, many] of [
        ['site c', 10],
        ['mill', 3],
      ] as const) {
        const whole = await ids(agent, { sort, limit: 200 });
        const found = whole.filter((id) => id.startsWith(q === 'mill' ? 'd' : 'c'));
        expect(found).toHaveLength(many);
        for (const limit of [1, 2, 200]) expect(await leafThrough({ sort, q, limit })).toEqual(found);
      }
    },
  );

  it('is not disturbed by a case that comes or goes between two pages', async () => {
    await many();
    const first = await board.list(agent, { sort: 'reportedAt', limit: 4 }, START);
    await database.client.query(`delete from case_board where id = 'c1'`);
    const second = await board.list(agent, { sort: 'reportedAt', limit: 4, cursor: first.next! }, START);
    expect(second.items.map((item) => item.id)).toEqual(['c4', 'c5', 'c6', 'c7']);
  });

  it('refuses a cursor that it did not make, and limits out of bounds', async () => {
    await project();
    const foreign = (await boardCursor()) ?? '';
    for (const cursor of ['', 'nonsense', Buffer.from('[1]').toString('base64url'), foreign]) {
      await expect(board.list(agent, { cursor }, START)).rejects.toThrow(Rejection);
    }
    for (const limit of [0, 201, 1.5, NaN])
      await expect(board.list(agent, { limit }, START)).rejects.toThrow(Rejection);
  });

  /** A cursor of the other sort. */
  async function boardCursor(): Promise<string | null> {
    await many();
    return (await board.list(agent, { sort: 'reportedAt', limit: 1 }, START)).next;
  }
});
