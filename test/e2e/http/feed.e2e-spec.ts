import { startApi, type ApiUnderTest } from './api-fixture';
import { HARBIN, partStaffOf, promised, SHUANGCHENG, stocked, VAN, type PartStage } from './part-stories';
import { callerAs, expectProblem } from './requests';
import { done } from './stories';

const FEED = `/api/v1/depots/${HARBIN}/part-requests/feed`;
interface Item {
  readonly sequence: number;
  readonly change: string;
  readonly partRequestId: string;
}
const itemsOf = (body: Record<string, unknown>): readonly Item[] => body['items'] as Item[];

describe('the feed of a depot', () => {
  let api: ApiUnderTest;
  let stage: PartStage;
  beforeAll(async () => {
    api = await startApi();
    stage = { api, staff: await partStaffOf(api) };
  });
  afterAll(() => api.stop());

  it('tells everything once, in order and without gaps, page by page', async () => {
    const { harbin, technician } = stage.staff;
    const { part, partRequestId } = await promised(stage);
    await done(harbin.post(`${part}/acknowledgement`, {}));
    await done(harbin.post(`${part}/shipment`, {}));
    await done(technician.post(`${part}/receipt`, { quantity: 2 }));
    await done(technician.post(`${part}/return`, { quantity: 1, condition: 'good' }));
    await done(harbin.post(`${part}/return-receipt`, { quantity: 1, condition: 'good' }));
    const seen: Item[] = [];
    let after = 0;
    for (;;) {
      const { body } = await done(harbin.get(`${FEED}?after=${after}&limit=2`));
      seen.push(...itemsOf(body));
      expect(body['head']).toBe(6);
      if (itemsOf(body).length === 0) break;
      after = Number(body['nextAfter']);
    }
    expect(seen.map(({ sequence, change }) => [sequence, change])).toEqual([
      [1, 'placed'],
      [2, 'acknowledged'],
      [3, 'shipped'],
      [4, 'received'],
      [5, 'return-announced'],
      [6, 'return-received'],
    ]);
    expect(new Set(seen.map((item) => item.partRequestId))).toEqual(new Set([partRequestId]));
    expect(JSON.stringify(seen)).not.toMatch(/王建国|永胜/);
  });

  it('waits for the next one, and is answered as soon as it is there', async () => {
    const { harbin } = stage.staff;
    const { body } = await harbin.get(FEED);
    const head = Number(body['head']);
    const waiting = harbin.get(`${FEED}?after=${head}&wait=20`);
    await promised(stage);
    expect(itemsOf((await waiting).body)).toEqual([expect.objectContaining({ sequence: head + 1, change: 'placed' })]);
  });

  it('a declined request moves on: told to the one that had it and to the one that has it', async () => {
    const { harbin, shuangcheng } = stage.staff;
    const { part } = await promised(stage);
    await stocked(stage, SHUANGCHENG, 50);
    await done(harbin.post(`${part}/declination`, { reason: '停电' }));
    await api.supply();
    const { body } = await harbin.get(`${FEED}?limit=200`);
    expect(
      itemsOf(body)
        .slice(-2)
        .map(({ change }) => change),
    ).toEqual(['placed', 'moved']);
    const next = await shuangcheng.get(`/api/v1/depots/${SHUANGCHENG}/part-requests/feed?limit=200`);
    expect(itemsOf(next.body).at(-1)).toMatchObject({ change: 'placed' });
    expect((await harbin.get(part)).status).toBe(404);
  });

  it('a technician follows the feed of his van', async () => {
    const { technician, otherTechnician } = stage.staff;
    const path = `/api/v1/depots/${VAN}/part-requests/feed`;
    expect((await technician.get(path)).body).toMatchObject({ items: [], head: 0 });
    expectProblem(await otherTechnician.get(path), 404, 'depot.unknown');
  });

  it('refuses a sequence beyond its own, odd parameters, and depots that are not there', async () => {
    const { harbin } = stage.staff;
    for (const query of ['after=9999', 'after=-1', 'after=x', 'wait=21', 'wait=1.5', 'limit=0', 'surprise=1']) {
      expectProblem(await harbin.get(`${FEED}?${query}`), 400, 'request.malformed');
    }
    const unregistered = await callerAs(api, 'depot-clerk', { depots: ['nowhere'] });
    expectProblem(await unregistered.get('/api/v1/depots/nowhere/part-requests/feed'), 404, 'depot.unknown');
  });
});
