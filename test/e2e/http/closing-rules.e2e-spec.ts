import { startApi, type ApiUnderTest } from './api-fixture';
import { expectProblem, reported, type Caller } from './requests';
import {
  closed,
  completed,
  completeVisit,
  dispatched,
  dispatchTo,
  done,
  inHours,
  staffOf,
  type Staff,
} from './stories';

const LINE = { partNumber: 'PUMP', quantity: 1, source: 'van' };
const note = '见记录';

describe('rules of closing, cancelling and reopening, as seen over HTTP', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  let agent: Caller;
  const unmet = async (caller: Caller, path: string, body: object): Promise<string[]> => {
    const answer = await caller.post(`${path}/close`, body);
    expectProblem(answer, 409, 'case.closing-needs-unmet');
    return Object.keys(answer.body.errors ?? {});
  };
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
    agent = staff.agent;
  });
  afterAll(() => api.stop());

  it('a refused closing names each unmet need', async () => {
    const { path } = await dispatched(staff);
    expect(await unmet(agent, path, { resolution: 'repaired' })).toEqual(['visit', 'lastVisitFixed']);
    const done1 = await completed(staff, { materials: [LINE], customerInformed: undefined });
    expect(await unmet(agent, done1.path, { resolution: 'repaired' })).toEqual(['customerInformed', 'signature']);
  });

  it('repaired needs the last visit fixed', async () => {
    const { path } = await completed(staff, { fixed: false, reason: '缺件' });
    expect(await unmet(agent, path, { resolution: 'repaired' })).toEqual(['lastVisitFixed']);
  });

  it.each(['replaced', 'not-repaired'])('%s needs a completed visit and a supervisor', async (resolution) => {
    const without = `/api/v1/cases/${await reported(agent)}`;
    expect(await unmet(staff.supervisor, without, { resolution, note })).toEqual(['completedVisit']);
    expect(await unmet(agent, without, { resolution, note })).toEqual(['completedVisit', 'supervisor']);
    const { path } = await completed(staff, { fixed: false, reason: '报废' });
    expectProblem(await agent.post(`${path}/close`, { resolution, note }), 403, 'case.closing-needs-supervisor');
    await done(staff.supervisor.post(`${path}/close`, { resolution, note }));
  });

  it.each(['no-visit-needed', 'solved-by-phone'])('%s needs no visit', async (resolution) => {
    await done(agent.post(`/api/v1/cases/${await reported(agent)}/close`, { resolution, note }));
  });

  it.each(['no-visit-needed', 'solved-by-phone', 'replaced', 'not-repaired'])('%s needs a note', async (resolution) => {
    const answer = await agent.post(`/api/v1/cases/${await reported(agent)}/close`, { resolution });
    expectProblem(answer, 400, 'request.malformed');
    expect(Object.keys(answer.body.errors ?? {})).toEqual(['note']);
  });

  it.each(['enquiry', 'complaint', 'maintenance', 'upgrade'])('%s closes without a visit', async (caseType) => {
    const id = await reported(agent, { caseType });
    await done(agent.post(`/api/v1/cases/${id}/close`, { resolution: 'repaired' }));
  });

  it('an approved signature exemption stands for the signature', async () => {
    const { path } = await completed(staff, { materials: [LINE] });
    const { body } = await done(agent.post(`${path}/exemptions`, { target: 'signature', reason: '客户不在' }));
    expect(await unmet(agent, path, { resolution: 'repaired' })).toEqual(['signature']);
    await done(staff.supervisor.post(`${path}/exemptions/${String(body['exemptionId'])}/approval`, {}));
    await done(agent.post(`${path}/close`, { resolution: 'repaired' }));
  });

  it('the telling must follow the last completion', async () => {
    const first = await completed(staff, { fixed: false, reason: '缺件' });
    await completeVisit(staff, await dispatchTo(staff, first.id), { customerInformed: undefined });
    expect(await unmet(agent, first.path, { resolution: 'repaired' })).toEqual(['customerInformed']);
  });

  it('only facts after the latest reopening count', async () => {
    const { path, id } = await closed(staff);
    await done(agent.post(`${path}/reopen`, { reason: '又坏了' }));
    expect(await unmet(agent, path, { resolution: 'repaired' })).toEqual(['lastVisitFixed']);
    await completeVisit(staff, await dispatchTo(staff, id));
    await done(agent.post(`${path}/close`, { resolution: 'repaired' }));
  });

  it('closing settles every clock and ends every pause', async () => {
    const { path } = await completed(staff);
    await done(agent.post(`${path}/pause`, { reason: 'waiting-part', until: inHours(api, 48) }));
    await done(agent.post(`${path}/close`, { resolution: 'repaired' }));
    const clocks = (await agent.get(`${path}/clocks`)).body['items'] as { state: string }[];
    expect(clocks.filter(({ state }) => ['running', 'paused', 'suspended'].includes(state))).toEqual([]);
    expect((await agent.get(path)).body).toMatchObject({ pauses: [{ endedAt: expect.any(String) }] });
  });

  it('reopens up to 30 days after the closing; later the refusal points to followUpOf', async () => {
    const [early, late] = [await closed(staff), await closed(staff)];
    api.clock.now += 30 * 24 * 3_600_000;
    await done(agent.post(`${early.path}/reopen`, { reason: '又坏了' }));
    api.clock.now += 1;
    const refused = await agent.post(`${late.path}/reopen`, { reason: '又坏了' });
    expectProblem(refused, 409, 'case.reopen-window-over');
    expect(refused.body['detail']).toContain(`followUpOf=${late.id}`);
    const followUp = await reported(agent, { followUpOf: late.id });
    expect((await agent.get(`/api/v1/cases/${followUp}`)).body['followUpOf']).toBe(late.id);
  });

  it('a reopened case has new clocks of the next cycle', async () => {
    const { path } = await closed(staff);
    await done(agent.post(`${path}/reopen`, { reason: '又坏了' }));
    const clocks = (await agent.get(`${path}/clocks`)).body['items'] as { clockId: string; cycle: number }[];
    expect(clocks.filter(({ cycle }) => cycle === 2).map(({ clockId }) => clockId)).toEqual(
      expect.arrayContaining(['onSiteResponse:-:2', 'restore:-:2']),
    );
  });

  it('cancelling withdraws an open visit, and is final', async () => {
    const { path } = await dispatched(staff);
    await done(agent.post(`${path}/cancel`, { reason: '误报' }));
    const { body } = await agent.get(path);
    expect(body).toMatchObject({ status: 'cancelled', visits: [{ state: 'withdrawn' }] });
    for (const [route, command] of [
      ['reopen', { reason: '又坏了' }],
      ['close', { resolution: 'solved-by-phone', note }],
      ['owner', { owner: 'li' }],
    ] as const) {
      expectProblem(await agent.post(`${path}/${route}`, command), 409, 'case.cancelled');
    }
  });

  it('a closed case still takes notes and requests for exemption, nothing else but reopening', async () => {
    const { path, visit } = await closed(staff);
    await done(agent.post(`${path}/notes`, { text: '回访', kind: 'callback' }));
    await done(agent.post(`${path}/exemptions`, { target: 'signature', reason: '客户不在' }));
    for (const [by, route, command] of [
      [agent, `${path}/triage`, { faultCode: 'F', priority: 'normal', handlingOpinion: '无' }],
      [agent, `${path}/details`, { address: '别处', reason: '有误' }],
      [agent, `${path}/pause`, { reason: 'road', until: inHours(api, 5) }],
      [agent, `${path}/cancel`, { reason: '误报' }],
      [staff.dispatcher, `${path}/dispatch`, { technicianId: 'tech-li' }],
      [staff.dispatcher, `${visit}/arrival`, {}],
      [staff.dispatcher, `${visit}/diagnosis`, { faultCode: 'F', cause: '磨损' }],
    ] as const) {
      expectProblem(await by.post(route, command), 409, 'case.already-closed');
    }
  });
});
