import { startApi, type ApiUnderTest } from './api-fixture';
import { card, HARBIN, MAKER, partStaffOf, SHUANGCHENG, stocked, transferAsked, type PartStage } from './part-stories';
import { asked, promised, sent } from './part-stories';
import { callerAs, type Answer, type Caller } from './requests';
import { done } from './stories';

const UNKNOWN = 'none';
const BODIES: Readonly<Record<string, object>> = {
  declination: { reason: '没有货' },
  'return-receipt': { quantity: 1, condition: 'good' },
  receipts: { quantity: 1 },
  counts: { counted: 1 },
  adjustments: { by: 1, reason: '补录' },
  levels: { min: 1, max: 2 },
  transfers: { to: SHUANGCHENG, partNumber: 'BELT', quantity: 1 },
  receipt: { quantity: 1 },
};

/** All that a caller can tell from an answer, without the error's own id and the clock. */
const told = ({ status, headers, body }: Answer) => ({
  status,
  body: { ...body, instance: 'an id' },
  headers: [...headers].filter(([name]) => name !== 'date'),
});

/** Depot A is Harbin; B's clerk knows every id of A's and calls the whole surface with them. */
describe('twin depots', () => {
  let api: ApiUnderTest;
  let stage: PartStage;
  /** Clerk of a county depot elsewhere, which is registered too. */
  let twin: Caller;
  let ids: Readonly<Record<string, string>>;
  beforeAll(async () => {
    api = await startApi();
    stage = { api, staff: await partStaffOf(api) };
    const { supervisor, harbin } = stage.staff;
    await done(supervisor.post('/api/v1/depots', { id: 'depot-b', name: '乙站', kind: 'county', region: '吉林' }));
    twin = await callerAs(api, 'depot-clerk', { sub: 'clerk-b', depots: ['depot-b'] });
    const { partRequestId } = await promised(stage);
    const transfer = await transferAsked(stage);
    const adjustment = await done(harbin.post(`${card(HARBIN)}/adjustments`, { by: -40, reason: '进水' }));
    ids = {
      partRequestId,
      depotId: HARBIN,
      partNumber: 'BELT',
      suggestionId: 'BELT.1',
      transferId: transfer.split('/').at(-1) ?? '',
      adjustmentId: String(adjustment.body['adjustmentId']),
    };
  });
  afterAll(() => api.stop());

  const addressOf = (url: string, given: Readonly<Record<string, string>>): string =>
    url.replace(/:(\w+)/g, (_, name: string) => given[name] ?? UNKNOWN);
  const call = (caller: Caller, method: string, address: string, route: string): Promise<Answer> =>
    method === 'POST' ? caller.post(address, BODIES[route.split('/').at(-1) ?? ''] ?? {}) : caller.get(address);

  it('to B, everything of A’s is answered as what does not exist, to the byte', async () => {
    const surface = api.api.routes
      .all()
      .filter(
        ({ method, url }) =>
          method !== 'HEAD' && /part-requests\/:|\/depots\/:depotId|transfers\/:|stock-adjustments\/:/.test(url),
      );
    expect(surface.length).toBeGreaterThanOrEqual(23);
    for (const { method, url } of surface) {
      // What only technicians and dispatchers do is none of a clerk's business at all.
      const absent = {
        ...ids,
        depotId: UNKNOWN,
        partRequestId: `${UNKNOWN}.1`,
        transferId: UNKNOWN,
        adjustmentId: UNKNOWN,
      };
      const ofA = await call(twin, method, addressOf(url, ids), url);
      const ofNobody = await call(twin, method, addressOf(url, absent), url);
      expect({ url, ...told(ofA) }).toEqual({ url, ...told(ofNobody) });
      expect([403, 404]).toContain(ofA.status);
    }
  });

  it('nothing that B is answered names anything of A’s, and nothing of A’s has moved', async () => {
    const own = await done(stage.staff.supervisor.post(`${card('depot-b')}/receipts`, { quantity: 3 }));
    expect(own.status).toBe(200);
    const answers = [
      await twin.get(`${card('depot-b')}/card`),
      await twin.get('/api/v1/depots/depot-b/part-requests/feed'),
      await twin.get('/api/v1/depots'),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      const text = JSON.stringify(body);
      for (const secret of [HARBIN, ids['partRequestId'], ids['transferId']]) expect(text).not.toContain(secret);
    }
    const feed = await stage.staff.harbin.get(`/api/v1/depots/${HARBIN}/part-requests/feed`);
    expect(feed.body['items']).toEqual([expect.objectContaining({ change: 'placed', sequence: 1 })]);
  });

  it('a depot sees of the case what shipping needs, until it was received', async () => {
    const place = await sent(stage);
    const { harbin, shuangcheng, technician } = stage.staff;
    const before = await harbin.get(place.part);
    expect(before.body['shipTo']).toEqual({
      siteName: expect.any(String),
      contact: { name: '王建国', phone: '+86 451 8888 0101' },
      address: expect.any(String),
      technicianId: 'tech-li',
    });
    expect((await shuangcheng.get(place.part)).status).toBe(404);
    await done(technician.post(`${place.part}/receipt`, { quantity: 2 }));
    const { status, body } = await harbin.get(place.part);
    expect({ status, shipTo: body['shipTo'] }).toEqual({ status: 200 });
    expect(JSON.stringify(body)).not.toContain('王建国');
  });

  it('of a request that was split each depot sees its own part', async () => {
    const { harbin, shuangcheng, technician } = stage.staff;
    await stocked(stage, SHUANGCHENG, 1, { partNumber: 'PUMP', serials: ['T-1'] });
    await stocked(stage, HARBIN, 1, { partNumber: 'PUMP', serials: ['T-2'] });
    const { part } = await asked(stage, { partNumber: 'PUMP', quantity: 2 });
    await api.supply();
    const whole = await technician.get(part);
    expect(whole.body).toMatchObject({
      status: 'split',
      quantity: 2,
      children: [{ depotId: SHUANGCHENG }, { depotId: HARBIN }],
    });
    expect((await harbin.get(`${part}.2`)).body).toMatchObject({ depotId: HARBIN, quantity: 1 });
    expect((await harbin.get(`${part}.1`)).status).toBe(404);
    expect((await shuangcheng.get(`${part}.2`)).status).toBe(404);
    const consigned = await shuangcheng.post(`${card(SHUANGCHENG)}/receipts`, { quantity: 1, owner: MAKER });
    expect(consigned.status).toBe(200);
  });
});
