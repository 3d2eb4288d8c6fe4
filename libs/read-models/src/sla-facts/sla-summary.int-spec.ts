import type { Scope, SlaSummaryFilter, SlaSummaryItem } from '@fieldcase/contracts';
import { Rejection } from '@fieldcase/eventsourcing';
import { CaseScript, HOUR, START, utc } from '../specs/case-script';
import { readModelDatabase, type ReadModelDatabase } from '../specs/read-model-database';
import { scopeOf } from '../specs/scopes';
import { slaFactsProjection } from './sla-facts.projection';
import { SlaSummaryQueries } from './sla-summary.queries';

let database: ReadModelDatabase;
let script: CaseScript;
let queries: SlaSummaryQueries;
const analyst = scopeOf('analyst');
const LATER = START + 100 * HOUR;

beforeAll(async () => {
  database = await readModelDatabase();
  queries = new SlaSummaryQueries(database.client, async () => 7n);
});
afterAll(() => database.close());
beforeEach(() => {
  script = new CaseScript();
});

async function project(): Promise<void> {
  await database.reset(slaFactsProjection);
  await database.apply(slaFactsProjection, await script.events());
}
async function summary(
  filter: SlaSummaryFilter,
  now = LATER,
  scope: Scope = analyst,
): Promise<readonly SlaSummaryItem[]> {
  return (await queries.summary(scope, filter, now)).items;
}
const targets = (items: readonly SlaSummaryItem[]) => Object.fromEntries(items.map((item) => [item.target, item]));

/** Dispatched after an hour, arrived after `hours`. */
async function visited(id: string, technician: string, hours: number, region = 'north'): Promise<void> {
  await script.report(id, { region, product: 'drill', depotId: `depot-of-${region}` }, { at: START });
  await script.dispatch(id, `v-${id}`, technician, { at: START + HOUR });
  await script.record(id, 'TechnicianArrived', { visitId: `v-${id}` }, { at: START + hours * HOUR });
}

describe('the SLA summary', () => {
  it('counts states per target, with the rate and the quantiles of the counted time', async () => {
    await visited('c1', 'tom', 4);
    await visited('c2', 'tom', 8);
    await visited('c3', 'ute', 30);
    await script.report('c4', {}, { at: START });
    await project();
    const found = targets(await summary({ groupBy: ['target'] }, START + 40 * HOUR));
    expect(found['onSiteResponse']).toEqual({
      target: 'onSiteResponse',
      running: 0,
      paused: 0,
      met: 2,
      breached: 2,
      exempted: 0,
      voided: 0,
      cancelled: 0,
      replaced: 0,
      metRate: 0.5,
      p50: 'PT8H',
      p90: 'PT25H36M',
    });
    expect(found['restore']).toMatchObject({ running: 4, met: 0, breached: 0, metRate: null, p50: null, p90: null });
    const much = targets(await summary({ groupBy: ['target'] }, LATER));
    expect(much['restore']).toMatchObject({ running: 0, breached: 4, metRate: 0 });
  });

  it('takes times of what happened alone, and no rate from clocks that were given up', async () => {
    await visited('c1', 'tom', 4);
    await script.report('c2', {}, { at: START });
    await script.record('c2', 'CaseCancelled', {}, { at: START + 2 * HOUR });
    await script.report('c3', {}, { at: START });
    await script.record('c3', 'CustomerTimeRequested', {
      promise: 1,
      from: utc(START + 10 * HOUR),
      to: utc(START + 20 * HOUR),
    });
    await script.dispatch('c3', 'v-c3', 'ute');
    await script.record('c3', 'TechnicianArrived', { visitId: 'v-c3' }, { at: START + 12 * HOUR });
    await visited('c4', 'max', 30);
    const exemption = { exemptionId: 'e1', target: 'onSiteResponse:-:1' };
    await script.record('c4', 'ExemptionRequested', { ...exemption, reason: 'flood' });
    await script.record('c4', 'ExemptionApproved', exemption, { actor: 'sue' });
    await visited('c5', 'kim', 8);
    await script.record('c5', 'CaseMerged', { into: 'c1' });
    await project();
    const found = targets(await summary({ groupBy: ['target'] }, START + 13 * HOUR));
    expect(found['onSiteResponse']).toMatchObject({ met: 1, cancelled: 1, replaced: 1, metRate: 1 });
    expect(found['onSiteResponse']).toMatchObject({ exempted: 1, voided: 1 });
    expect(found['onSiteResponse']).toMatchObject({ p50: 'PT4H', p90: 'PT4H' });
  });

  it('is breached after its due instant only', async () => {
    await script.report('c1', {}, { at: START });
    await project();
    const at = async (now: number) => targets(await summary({ groupBy: ['target'] }, now))['onSiteResponse'];
    expect(await at(START + 24 * HOUR)).toMatchObject({ running: 1, breached: 0, metRate: null });
    expect(await at(START + 24 * HOUR + 1)).toMatchObject({ running: 0, breached: 1, metRate: 0 });
  });

  it("counts a suspended clock as paused, and one held until the customer's time as paused before it", async () => {
    await script.report('c1');
    const promise = { promise: 1, from: utc(START + 10 * HOUR), to: utc(START + 20 * HOUR) };
    await script.record('c1', 'CustomerTimeRequested', promise);
    await project();
    const before = targets(await summary({ groupBy: ['target'] }, START + 9 * HOUR));
    expect(before['onSiteResponse']).toMatchObject({ paused: 1, running: 0 });
    expect(before['restore']).toMatchObject({ paused: 1, running: 0 });
    expect(before['customerPromise']).toMatchObject({ running: 1 });
    const after = targets(await summary({ groupBy: ['target'] }, START + 10 * HOUR));
    expect(after['restore']).toMatchObject({ paused: 0, running: 1 });
  });

  it("attributes to who came first and to his depot, before a dispatch to the county's", async () => {
    await visited('c1', 'tom', 4);
    await script.dispatch('c1', 'v-2', 'ute', { at: START + 5 * HOUR });
    await script.report('c2', { depotId: 'depot-wei' }, { at: START });
    await project();
    const found = await summary({ groupBy: ['target', 'technician', 'depot'] });
    const keys = found.map(({ target, technician, depot }) => [target, technician, depot]);
    expect(keys).toContainEqual(['onSiteResponse', 'tom', 'depot-of-tom']);
    expect(keys).toContainEqual(['visitAfterNotice', 'ute', 'depot-of-ute']);
    expect(keys).toContainEqual(['onSiteResponse', null, 'depot-wei']);
    expect(keys).not.toContainEqual(['restore', 'ute', 'depot-of-ute']);
  });

  it('cuts on the start of the clock in Shanghai, days and months whole', async () => {
    const midnight = Date.UTC(2026, 10, 30, 16);
    await script.report('c1', {}, { at: midnight - 1 });
    await script.report('c2', {}, { at: midnight });
    await project();
    const months = await summary({ groupBy: ['month'] }, midnight);
    expect(months.map(({ month, running }) => [month, running])).toEqual([
      ['2026-11', 2],
      ['2026-12', 2],
    ]);
    const count = async (cut: Partial<SlaSummaryFilter>): Promise<number | undefined> =>
      (await summary({ groupBy: [], ...cut }, midnight))[0]?.running;
    expect(await count({})).toBe(4);
    expect(await count({ to: '2026-11-30' })).toBe(2);
    expect(await count({ from: '2026-12-01' })).toBe(2);
    expect(await count({ from: '2026-11', to: '2026-12' })).toBe(4);
    expect(await count({ to: '2026-12-01T00:00:00+08:00' })).toBe(2);
    await expect(summary({ groupBy: [], from: 'soon' })).rejects.toThrow(Rejection);
  });

  it('keeps imports and live cases apart', async () => {
    await script.report('c1', {}, { source: 'helpdesk' });
    await script.report('c2');
    await project();
    for (const source of ['helpdesk', 'live']) {
      expect((await summary({ groupBy: ['target'], source }))[0]).toMatchObject({ breached: 1 });
    }
    expect((await summary({ groupBy: ['target'], source: 'other' })).length).toBe(0);
  });

  it('adds up only what the caller may see', async () => {
    await visited('c1', 'tom', 4);
    await visited('c2', 'ute', 4, 'south');
    await project();
    const met = async (scope: Scope) => (await summary({ groupBy: [] }, LATER, scope))[0]?.met;
    // On-site response, appointment and visit after notice of each case.
    expect(await met(analyst)).toBe(6);
    expect(await met(scopeOf('supervisor', 's', ['south']))).toBe(3);
    expect(await met(scopeOf('technician', 'tom'))).toBe(3);
    expect(await met(scopeOf('operator'))).toBe(0);
  });

  it('takes a clock away when a later fact shows that it never was', async () => {
    await visited('c1', 'tom', 4);
    await project();
    const before = await database.rows('sla_facts', 'clock_id');
    await database.client.query(
      `insert into sla_facts select (jsonb_populate_record(f, '{"clock_id":"gone"}')).* from sla_facts f limit 1`,
    );
    await script.record('c1', 'CustomerInformed', { channel: 'phone' });
    await database.apply(slaFactsProjection, await script.events());
    expect(await database.rows('sla_facts', 'clock_id')).toEqual(before);
  });
});
