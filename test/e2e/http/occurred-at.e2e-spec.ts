import { startApi, type ApiUnderTest } from './api-fixture';
import { expectProblem, reported, type Caller } from './requests';
import { completed, dispatched, done, inHours, staffOf, type Staff, type VisitPath } from './stories';

const MINUTE = 1 / 60;

describe('occurredAt', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  const at = (hours: number): string => inHours(api, hours);
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
  });
  afterAll(() => api.stop());

  describe('bounds', () => {
    it.each([
      ['72 h ago', -72],
      ['5 min ahead', 5 * MINUTE],
    ])('%s is taken', async (_, hours) => {
      const id = await reported(staff.agent, { occurredAt: at(hours) });
      const { items } = (await staff.agent.get(`/api/v1/cases/${id}/timeline`)).body as { items: unknown[] };
      const [{ occurredAt, recordedAt }] = items as [{ occurredAt: string; recordedAt: string }];
      expect(Date.parse(occurredAt)).toBe(Date.parse(at(hours)));
      expect(Date.parse(recordedAt)).toBe(api.clock.now);
    });

    it.each([
      ['a second more than 72 h ago', -72 - MINUTE / 60],
      ['a second more than 5 min ahead', 5 * MINUTE + MINUTE / 60],
      ['years ago', -50_000],
      ['years ahead', 50_000],
    ])('%s is 400 and names the bounds', async (_, hours) => {
      const id = await reported(staff.agent);
      const body = { text: '来电', kind: 'call', occurredAt: at(hours) };
      const answer = await staff.agent.post(`/api/v1/cases/${id}/notes`, body);
      expectProblem(answer, 400, 'occurred-at.out-of-bounds');
      expect(answer.body.errors?.['occurredAt']).toMatch(
        /^expected to be between 2026-11-20 09:00 and 2026-11-23 09:05$/,
      );
    });

    it('hold for reference data as well', async () => {
      const part = { partNumber: 'P', name: '泵', class: 'wear', packSize: 1, serialised: false, substitutes: [] };
      const answer = await staff.supervisor.post('/api/v1/parts', { ...part, occurredAt: at(-73) });
      expectProblem(answer, 400, 'occurred-at.out-of-bounds');
    });
  });

  it('absent is now', async () => {
    const id = await reported(staff.agent);
    const { body } = await staff.agent.get(`/api/v1/cases/${id}`);
    expect(Date.parse(String(body['reportedAt']))).toBe(api.clock.now);
  });

  it('keeps the instant whatever offset it is written with', async () => {
    const id = await reported(staff.agent, { occurredAt: '2026-11-22T20:30:00.250-03:30' });
    const { body } = await staff.agent.get(`/api/v1/cases/${id}`);
    expect(body['reportedAt']).toBe('2026-11-23T08:00:00.250+08:00');
  });

  describe('out of order is 422', () => {
    const refused = async (caller: Caller, path: string, body: object, occurredAt: string): Promise<void> => {
      const answer = await caller.post(path, { ...body, occurredAt });
      expectProblem(answer, 422, 'occurred-at.out-of-order');
      expect(answer.body.errors?.['occurredAt']).toMatch(/^not before [\d-]{10} [\d:]{5,8} \(the [a-z’ ]+\)$/);
    };
    const note = { text: '来电', kind: 'call' };
    const pause = { reason: 'weather', until: '2026-11-25T09:00:00+08:00' };
    const informed = { result: '已告知', channel: 'phone' };

    it('anything before the report', async () => {
      const id = await reported(staff.agent, { occurredAt: at(-10) });
      const path = `/api/v1/cases/${id}`;
      await refused(staff.agent, `${path}/notes`, note, at(-11));
      await refused(staff.agent, `${path}/owner`, { owner: 'li' }, at(-11));
      await refused(
        staff.agent,
        `${path}/triage`,
        { faultCode: 'F', priority: 'normal', handlingOpinion: '上门' },
        at(-11),
      );
      await refused(staff.agent, `${path}/details`, { address: '别处', reason: '有误' }, at(-11));
      await refused(staff.agent, `${path}/responsibility`, { to: 'factory', reason: '转交' }, at(-11));
      await refused(
        staff.agent,
        `${path}/customer-time`,
        { from: '2026-11-24T09:00:00+08:00', to: '2026-11-24T10:00:00+08:00' },
        at(-11),
      );
      await refused(staff.agent, `${path}/pause`, pause, at(-11));
      await refused(staff.agent, `${path}/customer-informed`, informed, at(-11));
      await refused(staff.agent, `${path}/exemptions`, { target: 'signature', reason: '客户不在' }, at(-11));
      await refused(staff.dispatcher, `${path}/dispatch`, { technicianId: 'tech-li' }, at(-11));
      await refused(staff.agent, `${path}/cancel`, { reason: '误报' }, at(-11));
      await refused(staff.agent, `${path}/close`, { resolution: 'no-visit-needed', note: '已好' }, at(-11));
    });

    describe('of a visit', () => {
      let place: VisitPath;
      beforeEach(async () => {
        place = await dispatched(staff, 'tech-li', { occurredAt: at(-10) });
      });
      const arriveAt = (occurredAt: string) =>
        done(staff.technician.post(`${place.visit}/arrival`, { geo: { lat: 45, lon: 126 }, occurredAt }));

      it('the arrival before the dispatch', async () => {
        await refused(staff.technician, `${place.visit}/arrival`, {}, at(-1));
        await refused(staff.technician, `${place.visit}/departure`, {}, at(-1));
        await refused(staff.technician, `${place.visit}/acceptance`, {}, at(-1));
        await refused(staff.technician, `${place.visit}/declination`, { reason: '生病' }, at(-1));
        await refused(staff.dispatcher, `${place.visit}/withdrawal`, { reason: '改派' }, at(-1));
      });

      it('the completion before the arrival, the telling before the completion, closing before all of them', async () => {
        await arriveAt(at(4 * MINUTE));
        await refused(staff.technician, `${place.visit}/completion`, { fixed: true }, at(3 * MINUTE));
        await refused(staff.technician, `${place.visit}/diagnosis`, { faultCode: 'F', cause: '磨损' }, at(3 * MINUTE));
        await done(staff.technician.post(`${place.visit}/completion`, { fixed: true, occurredAt: at(5 * MINUTE) }));
        await refused(staff.technician, `${place.path}/customer-informed`, informed, at(4 * MINUTE));
        await refused(staff.technician, `${place.visit}/materials`, { materials: [], reason: '补录' }, at(4 * MINUTE));
        await done(
          staff.technician.post(`${place.path}/customer-informed`, { ...informed, occurredAt: at(5 * MINUTE) }),
        );
        await refused(staff.agent, `${place.path}/close`, { resolution: 'repaired' }, at(4 * MINUTE));
        await done(staff.agent.post(`${place.path}/close`, { resolution: 'repaired', occurredAt: at(5 * MINUTE) }));
        await refused(staff.agent, `${place.path}/reopen`, { reason: '又坏了' }, at(4 * MINUTE));
      });
    });

    it('the end of a pause before its beginning', async () => {
      const id = await reported(staff.agent, { occurredAt: at(-10) });
      await done(staff.agent.post(`/api/v1/cases/${id}/pause`, { ...pause, occurredAt: at(-5) }));
      await refused(staff.agent, `/api/v1/cases/${id}/resume`, {}, at(-6));
      await refused(staff.agent, `/api/v1/cases/${id}/close`, { resolution: 'no-visit-needed', note: '已好' }, at(-6));
      await done(staff.agent.post(`/api/v1/cases/${id}/resume`, { occurredAt: at(-5) }));
    });

    it('the withdrawal of a customer’s time before its naming, and a signature before the completion', async () => {
      const id = await reported(staff.agent, { occurredAt: at(-10) });
      const window = { from: '2026-11-24T09:00:00+08:00', to: '2026-11-24T10:00:00+08:00' };
      await done(staff.agent.post(`/api/v1/cases/${id}/customer-time`, { ...window, occurredAt: at(-5) }));
      await refused(staff.agent, `/api/v1/cases/${id}/customer-time/withdrawal`, { reason: '不必了' }, at(-6));
      const place = await completed(staff, {}, { occurredAt: at(-10) });
      const { materialsDigest } = (await staff.agent.get(place.path)).body;
      await refused(staff.technician, `${place.path}/signature`, { signerName: '王', materialsDigest }, at(-1));
    });
  });
});
