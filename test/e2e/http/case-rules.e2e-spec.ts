import { parseCaseNumber } from '@fieldcase/domain';
import { startApi, type ApiUnderTest } from './api-fixture';
import { expectProblem, REPORT, reported, type Caller } from './requests';
import { dispatched, done, inHours, staffOf, type Staff } from './stories';

interface Clock {
  readonly clockId: string;
  readonly target: string;
  readonly state: string;
  readonly within: string;
  readonly dueAt: string | null;
  readonly policy: { readonly id: string; readonly version: number };
}

describe('rules of a case, as seen over HTTP', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  let agent: Caller;
  const page = async (id: string): Promise<Record<string, unknown>> => (await agent.get(`/api/v1/cases/${id}`)).body;
  const clock = async (id: string, target: string): Promise<Clock | undefined> => {
    const { body } = await agent.get(`/api/v1/cases/${id}/clocks`);
    return (body['items'] as Clock[]).find((each) => each.target === target);
  };
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
    agent = staff.agent;
  });
  afterAll(() => api.stop());

  describe('a report', () => {
    it('answers a number that a person can read over the telephone', async () => {
      const { body } = await agent.post('/api/v1/cases', REPORT);
      const number = String(body['number']);
      expect(number).toMatch(/^[3-9A-HJKMNP-TV-Y]{3}-[3-9A-HJKMNP-TV-Y]{3}-[3-9A-HJKMNP-TV-Y]$/);
      expect(parseCaseNumber(number)).not.toBeNull();
    });

    it('is a fault of normal priority unless it says otherwise', async () => {
      expect(await page(await reported(agent))).toMatchObject({ caseType: 'fault', priority: 'normal' });
      const changes = { caseType: 'complaint', priority: 'season' };
      expect(await page(await reported(agent, changes))).toMatchObject(changes);
    });

    it('keeps every optional field', async () => {
      const optional = {
        county: '双城区',
        geo: { lat: 45.75, lon: 126.65 },
        product: 'harvester-4LZ',
        assetSerial: '4LZ-2026-00118',
        channel: 'phone',
        firstContact: '村农机员',
        specialDemands: '下午有人',
      };
      const customerTime = { from: inHours(api, 24), to: inHours(api, 26) };
      const followUpOf = await reported(agent);
      const id = await reported(agent, { ...optional, customerTime, followUpOf });
      expect(await page(id)).toMatchObject({ ...optional, followUpOf, customerTime: { promise: 1 } });
    });
  });

  describe('triage', () => {
    it('judges the case anew by the policy that was in force at the report', async () => {
      const targets = [{ target: 'onSiteResponse', within: 'PT4H' }];
      const policy = { id: 'season', name: '农忙', match: { priority: 'season' }, targets };
      await done(staff.supervisor.post('/api/v1/sla-policies', policy));
      api.clock.now += 1_000;
      const id = await reported(agent);
      expect(await clock(id, 'onSiteResponse')).toMatchObject({ within: 'PT24H' });
      const triage = { faultCode: 'F', priority: 'season', handlingOpinion: '马上去' };
      await done(agent.post(`/api/v1/cases/${id}/triage`, triage));
      expect(await clock(id, 'onSiteResponse')).toMatchObject({
        within: 'PT4H',
        policy: { id: 'season', version: 1 },
      });
    });
  });

  describe('a customer’s time', () => {
    it('stands until a newer one or its withdrawal; the old promise ends as replaced', async () => {
      const id = await reported(agent);
      const path = `/api/v1/cases/${id}/customer-time`;
      await done(agent.post(path, { from: inHours(api, 24), to: inHours(api, 26) }));
      expect(await clock(id, 'onSiteResponse')).toMatchObject({ state: 'suspended', dueAt: null });
      await done(agent.post(path, { from: inHours(api, 48), to: inHours(api, 50) }));
      const { body } = await agent.get(`/api/v1/cases/${id}/clocks`);
      const promises = (body['items'] as Clock[]).filter(({ target }) => target === 'customerPromise');
      expect(promises.map(({ state }) => state).sort()).toEqual(['replaced', 'running']);
      await done(agent.post(`${path}/withdrawal`, { reason: '随时可以' }));
      expect(await clock(id, 'onSiteResponse')).toMatchObject({ state: 'running' });
    });
  });

  describe('merging', () => {
    it('records number and contact with the survivor, voids the clocks, and is final', async () => {
      const into = await reported(agent);
      const contact = { name: '刘二', phone: '13900002222' };
      const id = await reported(agent, { contact });
      const { number } = await page(id);
      await done(agent.post(`/api/v1/cases/${id}/merge`, { into }));
      expect(await page(into)).toMatchObject({ absorbed: [{ caseId: id, number, contact }] });
      const { body } = await agent.get(`/api/v1/cases/${id}/clocks`);
      expect(new Set((body['items'] as Clock[]).map(({ state }) => state))).toEqual(new Set(['voided']));
      for (const [route, command] of [
        ['notes', { text: '来电', kind: 'call' }],
        ['close', { resolution: 'no-visit-needed', note: '已好' }],
        ['reopen', { reason: '又坏了' }],
        ['cancel', { reason: '误报' }],
        ['exemptions', { target: 'signature', reason: '客户不在' }],
      ] as const) {
        const answer = await agent.post(`/api/v1/cases/${id}/${route}`, command);
        expectProblem(answer, 409, 'case.merged');
        expect(answer.body['detail']).toContain(into);
      }
    });

    it('goes into a closed case as well', async () => {
      const into = await reported(agent, { caseType: 'enquiry' });
      const close = { resolution: 'solved-by-phone', note: '已指导' };
      await done(agent.post(`/api/v1/cases/${into}/close`, close));
      await done(agent.post(`/api/v1/cases/${await reported(agent)}/merge`, { into }));
      expect(await page(into)).toMatchObject({ status: 'closed', absorbed: [{ contact: REPORT.contact }] });
    });

    it('not while a visit is open', async () => {
      const into = await reported(agent);
      const { path } = await dispatched(staff);
      expectProblem(await agent.post(`${path}/merge`, { into }), 409, 'case.visit-open');
    });
  });

  describe('pauses', () => {
    const until = (): string => inHours(api, 48);

    it('one per reason; resuming without a reason ends all', async () => {
      const id = await reported(agent);
      const path = `/api/v1/cases/${id}`;
      for (const reason of ['waiting-customer', 'weather']) {
        await done(agent.post(`${path}/pause`, { reason, until: until() }));
      }
      expect(await clock(id, 'onSiteResponse')).toMatchObject({ state: 'paused' });
      expectProblem(
        await agent.post(`${path}/pause`, { reason: 'weather', until: until() }),
        409,
        'case.already-paused',
      );
      await done(agent.post(`${path}/resume`, {}));
      expect(await page(id)).toMatchObject({
        pauses: [{ endedAt: expect.any(String) }, { endedAt: expect.any(String) }],
      });
      expectProblem(await agent.post(`${path}/resume`, {}), 409, 'case.not-paused');
    });

    it('`other` needs a note', async () => {
      const path = `/api/v1/cases/${await reported(agent)}/pause`;
      const answer = await agent.post(path, { reason: 'other', until: until() });
      expectProblem(answer, 400, 'request.malformed');
      expect(Object.keys(answer.body.errors ?? {})).toEqual(['note']);
    });

    it('an arrival ends waiting-customer, weather and road, not waiting-part', async () => {
      const { path, visit, id } = await dispatched(staff);
      for (const reason of ['waiting-customer', 'weather', 'road', 'waiting-part']) {
        await done(staff.technician.post(`${path}/pause`, { reason, until: until() }));
      }
      await done(staff.technician.post(`${visit}/arrival`, {}));
      const { pauses } = (await page(id)) as unknown as { pauses: { reason: string; endedAt: string | null }[] };
      expect(pauses.filter(({ endedAt }) => endedAt === null).map(({ reason }) => reason)).toEqual(['waiting-part']);
    });

    it('does not resume by itself when `until` passes', async () => {
      const id = await reported(agent);
      await done(agent.post(`/api/v1/cases/${id}/pause`, { reason: 'waiting-customer', until: inHours(api, 1) }));
      api.clock.now += 2 * 3_600_000;
      expect(await clock(id, 'onSiteResponse')).toMatchObject({ state: 'paused' });
      expect(await page(id)).toMatchObject({ pauses: [{ endedAt: null }] });
    });
  });

  describe('exemptions', () => {
    it('a pending request changes nothing; approved before due the clock ends exempted', async () => {
      const id = await reported(agent);
      const path = `/api/v1/cases/${id}/exemptions`;
      const target = (await clock(id, 'onSiteResponse'))?.clockId;
      const before = await clock(id, 'onSiteResponse');
      const { body } = await done(agent.post(path, { target, reason: '封路' }));
      expect(await clock(id, 'onSiteResponse')).toMatchObject({ state: before?.state, dueAt: before?.dueAt });
      const verdict = `${path}/${String(body['exemptionId'])}/approval`;
      await done(staff.supervisor.post(verdict, {}));
      expect(await clock(id, 'onSiteResponse')).toMatchObject({ state: 'exempted' });
    });

    it('after a breach the breach stays and the state becomes exempted', async () => {
      const id = await reported(agent);
      api.clock.now += 25 * 3_600_000;
      const path = `/api/v1/cases/${id}/exemptions`;
      const { body } = await done(agent.post(path, { target: 'onSiteResponse:-:1', reason: '封路' }));
      expect(await clock(id, 'onSiteResponse')).toMatchObject({ state: 'breached' });
      await done(staff.supervisor.post(`${path}/${String(body['exemptionId'])}/approval`, {}));
      expect(await clock(id, 'onSiteResponse')).toMatchObject({
        state: 'exempted',
        breach: { at: expect.any(String) },
      });
    });
  });
});
