import { startApi, type ApiUnderTest } from './api-fixture';
import { adjustmentAsked, asked, card, HARBIN, MAKER, partStaffOf, promised, SHUANGCHENG } from './part-stories';
import { sent, stocked, VAN, waiting, type PartPath, type PartStage } from './part-stories';
import { done } from './stories';

describe('part requests as they are served and read', () => {
  let api: ApiUnderTest;
  let stage: PartStage;
  beforeEach(async () => {
    api = await startApi();
    stage = { api, staff: await partStaffOf(api) };
  });
  afterEach(() => api.stop());

  const read = async ({ part }: Pick<PartPath, 'part'>) => (await done(stage.staff.agent.get(part))).body;

  it('the oldest promise gets what a count has left, before who asked later or waits already', async () => {
    const first = await promised(stage, 20);
    const second = await asked(stage, { quantity: 10 });
    const third = await asked(stage, { quantity: 200 });
    await api.supply();
    expect(await read(third)).toMatchObject({ status: 'split' });
    await stocked(stage, HARBIN, 5);
    const [part] = (await read(first))['children'] as { quantity: number; status: string; depotId: string }[];
    expect(part).toMatchObject({ quantity: 5, status: 'allocated', depotId: HARBIN });
    expect(await read(second)).toMatchObject({ status: 'backordered' });
  });

  it('who waits may have the maker’s pieces as soon as the case is found to be in warranty', async () => {
    const { supervisor, agent } = stage.staff;
    const place = await waiting(stage, 1);
    await done(supervisor.post(`${card(HARBIN)}/receipts`, { quantity: 1, owner: MAKER }));
    await api.supply();
    expect(await read(place)).toMatchObject({ status: 'backordered' });
    const triage = { faultCode: 'F', priority: 'season', handlingOpinion: '带皮带', coverage: 'in-warranty' };
    await done(agent.post(`${place.path}/triage`, triage));
    await api.supply();
    expect(await read(place)).toMatchObject({ status: 'allocated', lines: [{ owner: MAKER, quantity: 1 }] });
  });

  it('is received when all of it is: what was short is still to come', async () => {
    const { technician, harbin, dispatcher } = stage.staff;
    const place = await sent(stage, 4);
    await done(technician.post(`${place.part}/shortage`, { quantity: 1, reason: 'lost' }));
    await done(technician.post(`${place.part}/receipt`, { quantity: 3 }));
    await api.supply();
    expect(await read(place)).toMatchObject({ status: 'split', quantity: 4, received: 3, open: true });
    const [child] = (await read(place))['children'] as { partRequestId: string }[];
    const rest = `/api/v1/part-requests/${child?.partRequestId}`;
    await done(harbin.post(`${rest}/shipment`, {}));
    await done(technician.post(`${rest}/receipt`, { quantity: 1 }));
    expect(await read(place)).toMatchObject({ status: 'received', received: 4, consumed: 0 });

    const lost = await sent(stage, 2);
    await done(technician.post(`${lost.part}/shortage`, { quantity: 2, reason: 'lost' }));
    await api.supply();
    const [again] = (await read(lost))['children'] as { partRequestId: string }[];
    await done(dispatcher.post(`/api/v1/part-requests/${again?.partRequestId}/cancellation`, { reason: '不要了' }));
    expect(await read(lost)).toMatchObject({ status: 'cancelled', received: 0, open: false });
  });

  it('a split request tells what its parts have come to', async () => {
    const { technician, harbin, shuangcheng } = stage.staff;
    await stocked(stage, VAN, 0);
    await stocked(stage, SHUANGCHENG, 3);
    await stocked(stage, HARBIN, 4);
    const place = await asked(stage, { quantity: 7 });
    await api.supply();
    const children = (await read(place))['children'] as { partRequestId: string; depotId: string }[];
    for (const { partRequestId, depotId } of children) {
      const clerk = depotId === HARBIN ? harbin : shuangcheng;
      await done(clerk.post(`/api/v1/part-requests/${partRequestId}/shipment`, {}));
    }
    await done(technician.post(`${place.part}/receipt`, { quantity: 7 }));
    await done(technician.post(`${place.part}/return`, { quantity: 7, condition: 'good' }));
    expect(await read(place)).toMatchObject({
      status: 'received',
      quantity: 7,
      received: 7,
      returned: 7,
      returnsDue: 7,
    });
  });

  it('has the version that its commands are compared with', async () => {
    const { harbin } = stage.staff;
    const place = await promised(stage);
    const seen = await harbin.get(place.part);
    const etag = seen.headers.get('etag') ?? '';
    expect(etag).toBe(`"${String(seen.body['version'])}"`);
    await done(harbin.post(`${place.part}/acknowledgement`, {}, { headers: { 'if-match': etag } }));
    const stale = await harbin.post(`${place.part}/shipment`, {}, { headers: { 'if-match': etag } });
    expect([stale.status, stale.body['code']]).toEqual([412, 'version.conflict']);
  });

  it('an adjustment above the limit is compared with the card, whose version its caller has', async () => {
    const { supervisor, harbin } = stage.staff;
    const counted = await done(supervisor.post(`${card(HARBIN)}/counts`, { counted: 100 }));
    const headers = { 'if-match': counted.headers.get('etag') ?? '' };
    const body = { by: -40, reason: '进水报废' };
    const asked = await harbin.post(`${card(HARBIN)}/adjustments`, body, { headers });
    expect([asked.status, asked.headers.get('etag')]).toEqual([201, '"1"']);
    await done(harbin.post(`${card(HARBIN)}/receipts`, { quantity: 1 }));
    const stale = await harbin.post(`${card(HARBIN)}/adjustments`, body, { headers });
    expect([stale.status, stale.body['code']]).toEqual([412, 'version.conflict']);
  });

  it('the card says why an approved adjustment was made, and who asked for it', async () => {
    const { supervisor, harbin } = stage.staff;
    const adjustment = await adjustmentAsked(stage);
    await done(supervisor.post(`${adjustment}/approval`, {}));
    const { body } = await done(harbin.get(`${card(HARBIN)}/card?limit=200`));
    expect((body['items'] as object[]).at(-1)).toMatchObject({
      type: 'StockAdjusted',
      moved: -40,
      reason: '进水报废',
      requestedBy: 'clerk-harbin',
      reference: { kind: 'adjustment', id: adjustment.split('/').at(-1) },
    });
  });
});
