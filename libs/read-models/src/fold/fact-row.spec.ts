import { CaseScript, HOUR, START, utc } from '../specs/case-script';
import { isCaseFact } from './apply-batch';
import { evolveCaseFold, initialCaseFold } from './case-fold';
import { factRowsOf } from './fact-row';

let script: CaseScript;
const at = (hours: number) => ({ at: START + hours * HOUR });
/** `<technician> of <depot>` by clock. */
async function credited(): Promise<Record<string, string>> {
  const fold = (await script.events()).filter(isCaseFact).reduce(evolveCaseFold, initialCaseFold);
  const rows = factRowsOf('c1', fold);
  return Object.fromEntries(rows.map((row) => [row.clock_id, `${row.technician_id ?? 'nobody'} of ${row.depot_id}`]));
}
const response = 'onSiteResponse:-:1';

beforeEach(async () => {
  script = new CaseScript();
  await script.report('c1', { depotId: 'depot-wei' });
});

describe("a case's clock is credited", () => {
  it("to nobody before a dispatch, at the county's depot; then at that of who was sent last", async () => {
    expect((await credited())[response]).toBe('nobody of depot-wei');
    await script.dispatch('c1', 'v1', 'tom', at(1));
    expect((await credited())[response]).toBe('nobody of depot-of-tom');
    await script.record('c1', 'DispatchDeclined', { visitId: 'v1' }, at(2));
    expect((await credited())[response]).toBe('nobody of depot-wei');
    await script.dispatch('c1', 'v2', 'ute', at(3));
    await script.record('c1', 'DispatchWithdrawn', { visitId: 'v2' }, at(4));
    await script.dispatch('c1', 'v3', 'max', at(5));
    expect((await credited())[response]).toBe('nobody of depot-of-max');
    await script.record('c1', 'VisitCompleted', { visitId: 'v3', fixed: false, materials: [] }, at(6));
    await script.dispatch('c1', 'v4', 'kim', at(7));
    expect((await credited())[response]).toBe('nobody of depot-of-kim');
  });

  it('to who was there first, late or not, whoever came after him', async () => {
    await script.dispatch('c1', 'v1', 'tom', at(1));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, at(30));
    await script.record('c1', 'VisitCompleted', { visitId: 'v1', fixed: false, materials: [] }, at(31));
    await script.dispatch('c1', 'v2', 'ute', at(32));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v2' }, at(33));
    const all = await credited();
    expect(all[response]).toBe('tom of depot-of-tom');
    expect(all['restore:-:1']).toBe('tom of depot-of-tom');
    expect(all['appointment:v1:1']).toBe('tom of depot-of-tom');
    expect(all['appointment:v2:1']).toBe('ute of depot-of-ute');
    expect(all['visitAfterNotice:v2:1']).toBe('ute of depot-of-ute');
  });

  it('by what happened first, not by what was recorded first', async () => {
    await script.dispatch('c1', 'v1', 'tom', at(1));
    await script.dispatch('c1', 'v2', 'ute', at(1));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, at(5));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v2' }, { ...at(4), recordedAt: START + 6 * HOUR });
    expect((await credited())[response]).toBe('ute of depot-of-ute');
  });

  it('of two who were there at one instant to the one who was sent first', async () => {
    await script.dispatch('c1', 'v1', 'tom', at(1));
    await script.dispatch('c1', 'v2', 'ute', at(1));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v2' }, at(5));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, at(5));
    expect((await credited())[response]).toBe('tom of depot-of-tom');
  });

  it('to who was there also where his visit was withdrawn afterwards', async () => {
    await script.dispatch('c1', 'v1', 'tom', at(1));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, at(30));
    await script.record('c1', 'DispatchWithdrawn', { visitId: 'v1' }, at(31));
    expect((await credited())[response]).toBe('tom of depot-of-tom');
    await script.dispatch('c1', 'v2', 'ute', at(32));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v2' }, at(33));
    expect((await credited())[response]).toBe('tom of depot-of-tom');
  });

  it('to who arrived, not to whom he handed over', async () => {
    await script.dispatch('c1', 'v1', 'tom', at(1));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, at(2));
    await script.record('c1', 'VisitHandedOver', { visitId: 'v1', technicianId: 'max' }, at(3));
    const all = await credited();
    expect([all[response], all['visitAfterNotice:v1:1']]).toEqual(['tom of depot-of-tom', 'max of depot-of-tom']);
  });

  it('in each cycle anew', async () => {
    await script.dispatch('c1', 'v1', 'tom', at(1));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v1' }, at(2));
    await script.record('c1', 'CaseClosed', { resolution: 'repaired' }, at(3));
    await script.record('c1', 'CaseReopened', {}, at(4));
    expect(await credited()).toMatchObject({
      [response]: 'tom of depot-of-tom',
      'onSiteResponse:-:2': 'nobody of depot-wei',
    });
    await script.dispatch('c1', 'v2', 'ute', at(5));
    await script.record('c1', 'TechnicianArrived', { visitId: 'v2' }, at(6));
    expect((await credited())['onSiteResponse:-:2']).toBe('ute of depot-of-ute');
  });

  it('to nobody for help from afar', async () => {
    await script.record('c1', 'VisitCompleted', { visitId: 'r1', fixed: true, materials: [], remote: true }, at(1));
    expect((await credited())[response]).toBe('nobody of depot-wei');
  });
});

describe('a clock at its due instant', () => {
  const due = 24;
  it.each([
    ['nothing', async () => undefined],
    ['a pause', () => script.record('c1', 'CasePaused', { reason: 'waiting-customer' }, at(due))],
    [
      "the customer's time",
      () =>
        script.record(
          'c1',
          'CustomerTimeRequested',
          { promise: 1, from: utc(START + 30 * HOUR), to: utc(START + 40 * HOUR) },
          at(due),
        ),
    ],
    ['another visit', () => script.dispatch('c1', 'v1', 'tom', at(due))],
  ])('runs, and is breached after it, where %s begins then', async (_, record) => {
    await record();
    const fold = (await script.events()).filter(isCaseFact).reduce(evolveCaseFold, initialCaseFold);
    const row = factRowsOf('c1', fold).find(({ clock_id: id }) => id === response);
    expect(row).toMatchObject({ state: 'ticking', due_at: utc(START + due * HOUR), breached_at: null });
    expect(Date.parse(row?.runs_from ?? '')).toBeLessThanOrEqual(START + due * HOUR);
  });

  it('ran until then, whatever it did afterwards', async () => {
    await script.record('c1', 'CasePaused', { reason: 'waiting-customer' }, at(due + 1));
    await script.record('c1', 'CaseResumed', { reasons: ['waiting-customer'] }, at(due + 2));
    const fold = (await script.events()).filter(isCaseFact).reduce(evolveCaseFold, initialCaseFold);
    const row = factRowsOf('c1', fold).find(({ clock_id: id }) => id === response);
    expect(row).toMatchObject({ due_at: utc(START + due * HOUR), runs_from: utc(START) });
  });
});

describe('the wait for a part is credited', () => {
  const line = { owner: 'own', quantity: 1 };
  const ask = () =>
    script.record(
      'c1',
      'PartRequested',
      {
        partRequestId: 'c1.1',
        partNumber: 'belt-8',
        quantity: 2,
        promisedAt: utc(START + 72 * HOUR),
        owners: ['own'],
        serialised: false,
        technicianId: 'tom',
      },
      at(1),
    );
  const clock = 'partsWait:c1.1:1';

  it("to the case's depot until somebody has it, then to that one, and at last to the depot that shipped last", async () => {
    await ask();
    expect((await credited())[clock]).toBe('tom of depot-wei');
    await script.record('c1', 'PartAllocated', { partRequestId: 'c1.1', depotId: 'wei', lines: [line, line] }, at(2));
    expect((await credited())[clock]).toBe('tom of wei');
    const children = ['c1.1.1', 'c1.1.2'].map((partRequestId) => ({ partRequestId, quantity: 1 }));
    await script.record('c1', 'PartRequestSplit', { partRequestId: 'c1.1', children }, at(3));
    for (const [id, depotId, hours] of [
      ['c1.1.2', 'lanzhou', 6],
      ['c1.1.1', 'wei', 5],
    ] as const) {
      await script.record('c1', 'PartAllocated', { partRequestId: id, depotId, lines: [line] }, at(4));
      await script.record('c1', 'PartShipped', { partRequestId: id, depotId, lines: [line] }, at(hours));
    }
    expect((await credited())[clock]).toBe('tom of lanzhou');
  });
});
