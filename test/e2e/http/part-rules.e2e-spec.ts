import { startApi, type ApiUnderTest } from './api-fixture';
import { signatureOf } from './command-steps';
import { asked, card, HARBIN, inHand, MAKER, partStaffOf, promised, SHUANGCHENG, stocked, VAN } from './part-stories';
import { waiting, type PartStage } from './part-stories';
import { expectProblem, type Caller } from './requests';
import { dispatched, done } from './stories';

interface Row {
  readonly type: string;
  readonly owner: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly moved: number;
  readonly defective: number;
}

describe('parts of a case', () => {
  let api: ApiUnderTest;
  let stage: PartStage;
  // Each on shelves of its own: an earlier promise would hold pieces.
  beforeEach(async () => {
    api = await startApi();
    stage = { api, staff: await partStaffOf(api) };
  });
  afterEach(() => api.stop());

  const rows = async (caller: Caller, depotId: string, partNumber = 'BELT'): Promise<readonly Row[]> => {
    const items: Row[] = [];
    let cursor = '';
    do {
      const { body } = await done(caller.get(`${card(depotId, partNumber)}/card?limit=200${cursor}`));
      items.push(...(body['items'] as Row[]));
      cursor = typeof body['next'] === 'string' ? `&cursor=${body['next']}` : '';
    } while (cursor !== '');
    return items;
  };
  const balance = async (depotId: string, owner = 'own') => {
    const last = (await rows(stage.staff.supervisor, depotId)).filter((row) => row.owner === owner).at(-1);
    return last && { onHand: last.onHand, reserved: last.reserved, defective: last.defective };
  };

  it('from the request to the closing: shipped, received, used on the visit, the rest returned', async () => {
    const { technician, harbin, agent } = stage.staff;
    const place = await inHand(stage, 3);
    expect(await balance(HARBIN)).toEqual({ onHand: 97, reserved: 0, defective: 0 });
    await done(technician.post(`${place.visit}/arrival`, {}));
    const materials = [{ partNumber: 'BELT', quantity: 1, source: place.partRequestId }];
    const customerInformed = { result: '已修复', channel: 'on-site' };
    await done(technician.post(`${place.visit}/completion`, { fixed: true, materials, customerInformed }));
    await done(technician.post(`${place.path}/signature`, await signatureOf(stage.staff, place.path)));
    const early = await agent.post(`${place.path}/close`, { resolution: 'repaired' });
    expectProblem(early, 409, 'case.closing-needs-unmet');
    expect(Object.keys(early.body.errors ?? {})).toEqual(['partRequests']);
    await done(technician.post(`${place.part}/return`, { quantity: 1, condition: 'good' }));
    await done(technician.post(`${place.part}/return`, { quantity: 1, condition: 'defective' }));
    await done(agent.post(`${place.path}/close`, { resolution: 'repaired' }));
    expect(await balance(HARBIN)).toEqual({ onHand: 97, reserved: 0, defective: 0 });
    await done(harbin.post(`${place.part}/return-receipt`, { quantity: 1, condition: 'good' }));
    await done(harbin.post(`${place.part}/return-receipt`, { quantity: 1, condition: 'defective' }));
    expect(await balance(HARBIN)).toEqual({ onHand: 98, reserved: 0, defective: 1 });
    const timeline = await agent.get(`${place.path}/timeline`);
    const texts = (timeline.body['items'] as { text: string }[]).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        'Part request 1: 3 pieces promised by depot-harbin',
        'Materials booked: 1 piece from part requests',
      ]),
    );
  });

  it('the van shows less than was used: the completion stands, the difference is booked, a count is due', async () => {
    const { technician } = stage.staff;
    await stocked(stage, VAN, 1);
    const place = await dispatched(stage.staff);
    await done(technician.post(`${place.visit}/arrival`, {}));
    const materials = [{ partNumber: 'BELT', quantity: 3, source: 'van' }];
    await done(technician.post(`${place.visit}/completion`, { fixed: true, materials }));
    const last = (await rows(technician, VAN)).slice(-2);
    expect(last).toMatchObject([
      { type: 'StockDiscrepancyFound', moved: 2, onHand: 3 },
      { type: 'StockUsed', moved: -3, onHand: 0 },
    ]);
    const amended = { materials: [{ partNumber: 'BELT', quantity: 1, source: 'van' }], reason: '记错了' };
    await done(technician.post(`${place.visit}/materials`, amended));
    // The two that were found to be missing on the card were never there.
    expect(await balance(VAN)).toMatchObject({ onHand: 0 });
  });

  it('in warranty the maker’s consigned pieces go first, otherwise our own only', async () => {
    const { supervisor, agent } = stage.staff;
    for (const depot of [VAN, SHUANGCHENG]) await stocked(stage, depot, 0);
    await stocked(stage, HARBIN, 10);
    await done(supervisor.post(`${card(HARBIN)}/counts`, { counted: 1, owner: MAKER }));
    const place = await dispatched(stage.staff, 'tech-li', { county: '双城区' });
    await done(
      agent.post(`${place.path}/triage`, {
        faultCode: 'F',
        priority: 'season',
        handlingOpinion: '带皮带',
        coverage: 'in-warranty',
      }),
    );
    const covered = await asked(stage, { quantity: 2 }, place);
    await api.supply();
    const page = await agent.get(covered.part);
    expect(page.body['lines']).toEqual([
      { owner: MAKER, quantity: 1 },
      { owner: 'own', quantity: 1 },
    ]);
    const uncovered = await asked(stage, { quantity: 1 });
    await api.supply();
    expect((await agent.get(uncovered.part)).body['lines']).toEqual([{ owner: 'own', quantity: 1 }]);
  });

  it('who waits is served by a receipt, and a cancelled case takes back what has not been shipped', async () => {
    const { harbin, agent, dispatcher } = stage.staff;
    const place = await waiting(stage);
    expect((await agent.get(place.part)).body).toMatchObject({ status: 'backordered', depotId: HARBIN });
    await done(harbin.post(`${card(HARBIN)}/receipts`, { quantity: 5 }));
    await api.supply();
    expect((await agent.get(place.part)).body).toMatchObject({ status: 'allocated', depotId: HARBIN });
    expect(await balance(HARBIN)).toMatchObject({ onHand: 5, reserved: 2 });
    await done(dispatcher.post(`${place.visit}/withdrawal`, { reason: '客户取消' }));
    await done(agent.post(`${place.path}/cancel`, { reason: '客户取消' }));
    expect((await agent.get(place.part)).body).toMatchObject({ status: 'cancelled', open: false });
    expect(await balance(HARBIN)).toMatchObject({ onHand: 5, reserved: 0 });
  });

  it('a count below what is promised gives the newest promises back to sourcing', async () => {
    const { agent } = stage.staff;
    const first = await promised(stage, 2);
    const second = await asked(stage, { quantity: 2 });
    await api.supply();
    await stocked(stage, SHUANGCHENG, 9);
    await stocked(stage, HARBIN, 3);
    expect((await agent.get(first.part)).body).toMatchObject({ depotId: HARBIN });
    expect((await agent.get(second.part)).body).toMatchObject({ depotId: SHUANGCHENG, status: 'allocated' });
  });

  it.each([0, -1, 1.5, 1e18, '2', null])('a quantity of %p is refused, naming the field', async (quantity) => {
    const { technician, harbin } = stage.staff;
    const place = await dispatched(stage.staff);
    const head = await api.store.head();
    const refused = [
      await technician.post(`${place.path}/part-requests`, { partNumber: 'BELT', quantity }),
      await harbin.post(`${card(HARBIN)}/receipts`, { quantity }),
      await harbin.post(`/api/v1/depots/${HARBIN}/transfers`, { to: SHUANGCHENG, partNumber: 'BELT', quantity }),
    ];
    for (const answer of refused) {
      expectProblem(answer, 400, 'request.malformed');
      expect(answer.body.errors?.['quantity']).toMatch(/1.*1000000|exactly/);
    }
    expect(await api.store.head()).toBe(head);
  });
});
