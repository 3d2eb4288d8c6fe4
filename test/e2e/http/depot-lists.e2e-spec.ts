import { EventStream } from './event-stream';
import {
  adjustmentAsked,
  asked,
  card,
  HARBIN,
  partStaffOf,
  promised,
  sent,
  SHUANGCHENG,
  stocked,
  suggested,
  transferSent,
  VAN,
  type PartStage,
} from './part-stories';
import { startApiOnPostgres, type ApiOnPostgres } from './postgres-fixture';
import { callerAs, expectProblem, type Caller } from './requests';
import { dispatched, done } from './stories';

interface Work {
  readonly task: string;
  readonly id: string;
}

describe('what a depot has and has to do, on PostgreSQL', () => {
  let api: ApiOnPostgres;
  let stage: PartStage;
  beforeAll(async () => {
    api = await startApiOnPostgres();
    stage = { api, staff: await partStaffOf(api) };
  });
  afterAll(() => api.stop());

  const read = async (caller: Caller, path: string) => {
    await api.project();
    return (await done(caller.get(path))).body;
  };

  it('stock, suggestions and worklist are those of the depot, and change with it', async () => {
    const { harbin, shuangcheng, technician } = stage.staff;
    const place = await promised(stage);
    const transfer = await transferSent(stage, 3);
    const stock = await read(harbin, `/api/v1/depots/${HARBIN}/stock?partNumber=BELT`);
    expect(stock['items']).toEqual([
      expect.objectContaining({ partName: '皮带', owner: 'own', onHand: 97, reserved: 2, available: 95 }),
    ]);
    const work = async (caller: Caller, depotId: string) =>
      ((await read(caller, `/api/v1/depots/${depotId}/worklist`))['items'] as Work[]).map(({ task, id }) => [task, id]);
    expect(await work(harbin, HARBIN)).toEqual([['ship', place.partRequestId]]);
    expect(await work(shuangcheng, SHUANGCHENG)).toEqual([['receive', transfer.split('/').at(-1)]]);
    await done(shuangcheng.post(`${transfer}/receipt`, { quantity: 3 }));
    await done(harbin.post(`${place.part}/shipment`, {}));
    await done(technician.post(`${place.part}/receipt`, { quantity: 2 }));
    await done(technician.post(`${place.part}/return`, { quantity: 2, condition: 'good' }));
    expect(await work(harbin, HARBIN)).toEqual([['return', place.partRequestId]]);
    expect(await work(shuangcheng, SHUANGCHENG)).toEqual([]);
    const suggestion = (await suggested(stage)).split('/').at(-1);
    expect((await read(shuangcheng, `/api/v1/depots/${SHUANGCHENG}/suggestions`))['items']).toEqual([
      expect.objectContaining({ suggestionId: suggestion, basis: 'levels', quantity: 20 }),
    ]);
    for (const path of ['stock', 'suggestions', 'worklist']) {
      expectProblem(await shuangcheng.get(`/api/v1/depots/${HARBIN}/${path}`), 404, 'depot.unknown');
      expectProblem(await harbin.get(`/api/v1/depots/nowhere/${path}`), 404, 'depot.unknown');
    }
  });

  it('a technician counts his own van', async () => {
    const { technician } = stage.staff;
    await done(technician.post(`${card(VAN)}/counts`, { counted: 4 }));
    expect((await read(technician, `/api/v1/depots/${VAN}/stock`))['items']).toEqual([
      expect.objectContaining({ partNumber: 'BELT', onHand: 4 }),
    ]);
  });

  it('an adjustment above the limit waits for a supervisor who did not ask for it', async () => {
    const id = (await adjustmentAsked(stage)).split('/').at(-1);
    const { items } = await read(stage.staff.supervisor, '/api/v1/approvals');
    expect(items).toEqual([
      expect.objectContaining({ kind: 'adjustment', id, by: -40, depotId: HARBIN, reason: '进水报废' }),
    ]);
    const elsewhere = await callerAs(api, 'supervisor', { sub: 'far', regions: ['吉林'] });
    expect((await read(elsewhere, '/api/v1/approvals'))['items']).toEqual([]);
  });

  it('the board has who waits for parts, and a machine its downtime', async () => {
    const { agent } = stage.staff;
    const place = await dispatched(stage.staff, 'tech-li', { county: '双城区', assetSerial: 'SN-9' });
    await asked(stage, {}, place);
    const { items } = await read(agent, '/api/v1/cases?queue=waiting-parts&limit=200');
    expect((items as { id: string }[]).map(({ id }) => id)).toContain(place.id);
    expect(await read(agent, '/api/v1/assets/SN-9')).toMatchObject({
      serial: 'SN-9',
      down: true,
      downtime: expect.stringMatching(/^PT/),
      cases: [{ id: place.id }],
    });
    expectProblem(await agent.get('/api/v1/assets/none'), 404, 'asset.unknown');
  });

  it('prints a pick list and a delivery note in both languages, with nothing that runs', async () => {
    const { harbin, shuangcheng, agent } = stage.staff;
    await done(
      agent.post('/api/v1/cases', {
        ...{ siteName: '<b>农场</b>' },
        contact: { name: '王', phone: '13900001111' },
        address: '一路',
        region: '黑龙江',
        faultDescription: '停',
      }),
    );
    const place = await promised(stage);
    const picks = `/api/v1/depots/${HARBIN}/pick-list`;
    await api.project();
    const chinese = await harbin.get(picks, { 'accept-language': 'zh-CN' });
    expect(chinese.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(chinese.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const text = String(chinese.body['text']);
    expect(text).toContain('<h1>拣货单</h1>');
    expect(text).toContain('@media print');
    expect(text).toContain('皮带');
    expect(text).not.toContain('<script');
    expect(String((await harbin.get(`${picks}?lang=en`)).body['text'])).toContain('<h1>Pick list</h1>');
    const note = await harbin.get(`${place.part}/delivery-note?lang=zh-CN`);
    expect(String(note.body['text'])).toMatch(/送货单[\s\S]*王建国 \+86 451 8888 0101[\s\S]*哈尔滨市双城区永胜镇/);
    expectProblem(await shuangcheng.get(`${place.part}/delivery-note`), 404, 'part-request.unknown');
    expectProblem(await shuangcheng.get(picks), 404, 'depot.unknown');
    expectProblem(await harbin.get(`${picks}?lang=fr`), 400, 'request.malformed');
  });

  it('a live board of a depot learns of its stock and requests, and of nobody else’s', async () => {
    const { harbin, shuangcheng, agent } = stage.staff;
    const streams = await Promise.all([harbin, shuangcheng, agent].map(({ token }) => EventStream.open(api, token)));
    const [own, twin, office] = streams;
    const place = await sent(stage);
    await done(shuangcheng.post(`${card(SHUANGCHENG)}/counts`, { counted: 0 }));
    await stocked(stage, SHUANGCHENG, 1);
    const told = (stream: EventStream | undefined) =>
      stream?.events.filter(({ data }) => data.id === place.partRequestId);
    await twin?.until(() => twin.events.filter(({ data }) => data.type === 'StockCounted').length >= 3);
    await own?.until(() => told(own)?.length === 2);
    await office?.until(() => (told(office)?.length ?? 0) >= 3);
    expect(told(own)?.map(({ event, data }) => [event, data.depotId])).toEqual([
      ['part-request', HARBIN],
      ['part-request', HARBIN],
    ]);
    expect(told(twin)).toEqual([]);
    expect(new Set(twin?.events.map(({ data }) => data.depotId))).toEqual(new Set([SHUANGCHENG]));
    expect(told(office)?.map(({ data }) => [data.caseId, data.type])).toEqual([
      [place.id, 'PartRequested'],
      [place.id, 'PartAllocated'],
      [place.id, 'PartShipped'],
    ]);
    for (const stream of streams) stream.close();
  });
});
