import type { Answer } from './api-client';
import type { CaseView } from './next-step';
import type { Person } from './people';
import { Simulator } from './simulator';

const NOW = Date.parse('2026-07-20T02:00:00Z');
const CASES = 3;

type Case = Partial<CaseView> & { readonly id: string };

/** Nobody can do anything about it: it was dispatched, and has no visit. */
const waiting = (id: string, more: Partial<CaseView> = {}): Case => ({
  id,
  assetSerial: `SIM-${id}`,
  status: 'dispatched',
  ...more,
});
const own = (count: number): Case[] => Array.from({ length: count }, (_, index) => waiting(`own-${index}`));
const customers = (count: number): Case[] =>
  Array.from({ length: count }, (_, index) =>
    waiting(`customer-${index}`, { status: 'reported', assetSerial: `4LZ-${index}` }),
  );

/** A service of which the board finds these cases, two to a page. */
class FakeService {
  readonly asked: string[] = [];
  readonly told: { readonly path: string; readonly key: string }[] = [];

  constructor(readonly cases: Case[]) {}

  get(_who: Person, path: string): Promise<Answer> {
    this.asked.push(path);
    if (!path.startsWith('/cases')) return Promise.resolve({ status: 200, body: { items: [] } });
    const id = /^\/cases\/(.*)/.exec(path)?.[1];
    if (id !== undefined) return Promise.resolve({ status: 200, body: { ...this.viewOf(id) } });
    const from = Number(/cursor=(\d+)/.exec(path)?.[1] ?? 0);
    const items = this.cases.slice(from, from + 2).map((one) => ({ id: one.id, number: one.id, region: '华东' }));
    const next = from + 2 < this.cases.length ? String(from + 2) : null;
    return Promise.resolve({ status: 200, body: { items, next } });
  }

  post(_who: Person, path: string, _body: object, key: string): Promise<Answer> {
    this.told.push({ path, key });
    return Promise.resolve({ status: path === '/cases' ? 201 : 200, body: { number: 'AS-1' } });
  }

  get paths(): string[] {
    return this.told.map(({ path }) => path);
  }

  private viewOf(id: string): CaseView {
    const view = this.cases.find((one) => one.id === id) ?? { id };
    const empty = { visits: [], materials: [], partRequests: [], pauses: [], signature: null, customerInformed: null };
    return { version: 1, status: '', caseType: 'fault', materialsDigest: '', ...empty, ...view };
  }
}

const simulatorOf = (api: FakeService, random = () => 0): Simulator =>
  new Simulator({ api, cases: CASES, now: () => NOW, random, say: () => undefined });

describe('the simulator', () => {
  it('looks for machines of its own among open cases only', async () => {
    const service = new FakeService(own(1));
    await simulatorOf(service).turn();
    const query = service.asked.find((path) => path.startsWith('/cases?')) ?? '';
    expect(Object.fromEntries(new URLSearchParams(query.slice(query.indexOf('?'))))).toEqual({
      q: 'SIM-',
      status: 'reported,triaged,dispatched,accepted,appointed,travelling,on-site,visit-done',
      limit: '200',
    });
  });

  it('leaves a case alone that the board finds by another word than its serial number', async () => {
    const service = new FakeService([...customers(5), { id: 'no-serial', status: 'reported' }]);
    const simulator = simulatorOf(service);
    for (let turn = 0; turn < 4; turn += 1) await simulator.turn();
    expect(service.paths).toEqual(['/cases', '/cases', '/cases', '/cases']);
  });

  it('finds its own beyond a page of others, and leaves one that has become another’s', async () => {
    const service = new FakeService([...customers(2), waiting('own', { status: 'reported' })]);
    const simulator = simulatorOf(service);
    await simulator.turn();
    expect(service.paths).toEqual(['/cases/own/triage']);
    service.cases[2] = waiting('own', { status: 'reported', assetSerial: '4LZ-7' });
    await simulator.turn();
    expect(service.paths).toEqual(['/cases/own/triage', '/cases']);
  });

  it('counts cases of its own towards those it may have, no others', async () => {
    const full = new FakeService([...customers(4), ...own(CASES)]);
    for (const random of [0, 0.5, 0.999]) {
      const simulator = simulatorOf(full, () => random);
      for (let turn = 0; turn < 3; turn += 1) expect(await simulator.turn()).toBe(false);
    }
    expect(full.told).toEqual([]);
    const room = new FakeService([...customers(4), ...own(CASES - 1)]);
    expect(await simulatorOf(room).turn()).toBe(true);
    expect(room.paths).toEqual(['/cases']);
  });

  it('asks for a case once while it is only counted', async () => {
    const service = new FakeService(customers(4));
    const simulator = simulatorOf(service);
    for (let turn = 0; turn < 5; turn += 1) await simulator.turn();
    expect(service.asked.filter((path) => path.startsWith('/cases/'))).toHaveLength(4);
  });

  it.each([
    [
      'fault',
      { status: 'visit-done', visits: [{ visitId: 'v', technicianId: 't', fixed: true, diagnoses: [] }] },
      true,
    ],
    ['enquiry', { status: 'triaged', owner: 'demo-agent' }, false],
  ])('lets a closed %s be rated, but for enquiries', async (caseType, more, rated) => {
    const informed = { customerInformed: { current: true } };
    const closing = (index: number): Case => waiting(`own-${index}`, { caseType, ...informed, ...more });
    const service = new FakeService([]);
    const simulator = simulatorOf(service);
    for (let index = 0; index < 5; index += 1) {
      service.cases.splice(0, 1, closing(index));
      await simulator.turn();
      await simulator.turn();
    }
    expect(service.paths).toContain('/cases/own-0/close');
    expect(service.paths.some((path) => path.endsWith('/ratings'))).toBe(rated);
  });

  it('tells with the same key again what a crash may have kept from being answered', async () => {
    const keys = async (random: () => number, cases: Case[]): Promise<readonly string[]> => {
      const service = new FakeService(cases);
      await simulatorOf(service, random).turn();
      return service.told.map(({ key }) => key);
    };
    for (const cases of [[], [waiting('own', { status: 'reported' })]]) {
      const first = await keys(() => 0, cases);
      expect(first).toHaveLength(1);
      expect(await keys(() => 0, cases)).toEqual(first);
    }
    const [step] = await keys(() => 0, [waiting('own', { status: 'reported' })]);
    const later = [waiting('own', { status: 'reported', version: 2 })];
    expect(await keys(() => 0, later)).not.toEqual([step]);
  });
});
