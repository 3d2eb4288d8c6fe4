import { startApi, type ApiUnderTest } from './api-fixture';
import { expectProblem, type Caller } from './requests';
import { completed, completeVisit, dispatched, dispatchTo, done, inHours, staffOf, type Staff } from './stories';

const LINE = { partNumber: 'PUMP', quantity: 1, source: 'van' };

describe('rules of visits, as seen over HTTP', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  let agent: Caller;
  const page = async (path: string): Promise<Record<string, unknown>> => (await agent.get(path)).body;
  /** Windows of one technician may not overlap: every example has days of its own. */
  let day = 0;
  const window = (from = 0, hours = 2): { from: string; to: string; requestedBy: string } => ({
    from: inHours(api, 24 * day + from),
    to: inHours(api, 24 * day + from + hours),
    requestedBy: 'us',
  });
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
    agent = staff.agent;
  });
  beforeEach(() => (day += 2));
  afterAll(() => api.stop());

  describe('a dispatch', () => {
    it('after a completed visit is the second visit of the same order', async () => {
      const first = await completed(staff, { fixed: false, reason: '缺件' });
      const second = await dispatchTo(staff, first.id, 'tech-wang');
      expect(await page(first.path)).toMatchObject({
        status: 'dispatched',
        visits: [
          { visitId: first.visitId, state: 'completed', fixed: false, reason: '缺件' },
          { visitId: second.visitId, state: 'dispatched', technicianId: 'tech-wang' },
        ],
      });
    });

    it.each([
      ['declination', 'technician'],
      ['withdrawal', 'dispatcher'],
    ] as const)('after a %s another may be sent', async (route, by) => {
      const { visit, id, path } = await dispatched(staff);
      await done(staff[by].post(`${visit}/${route}`, { reason: '生病' }));
      await dispatchTo(staff, id, 'tech-wang');
      expect(await page(path)).toMatchObject({ status: 'dispatched' });
    });

    it('may be withdrawn on site, for whoever cannot finish', async () => {
      const { visit } = await dispatched(staff);
      await done(staff.technician.post(`${visit}/arrival`, {}));
      await done(staff.dispatcher.post(`${visit}/withdrawal`, { reason: '受伤' }));
      expectProblem(await staff.dispatcher.post(`${visit}/completion`, { fixed: true }), 409, 'visit.not-open');
    });
  });

  describe('an appointment', () => {
    it('asked for by the customer also names the customer’s time, one of ours moves no target', async () => {
      const ours = await dispatched(staff);
      await done(agent.post(`${ours.visit}/appointment`, window()));
      expect(await page(ours.path)).toMatchObject({ status: 'appointed', customerTime: null });
      const theirs = await dispatched(staff);
      await done(agent.post(`${theirs.visit}/appointment`, { ...window(5), requestedBy: 'customer' }));
      expect(await page(theirs.path)).toMatchObject({ customerTime: { promise: 1 } });
    });

    it('is moved with a reason, and the window it had is free again', async () => {
      const { visit, path } = await dispatched(staff);
      await done(agent.post(`${visit}/appointment`, window(0)));
      await done(agent.post(`${visit}/appointment`, { ...window(5), reason: '前一户延误' }));
      expect(await page(path)).toMatchObject({
        visits: [{ appointment: { moves: 1, reason: '前一户延误' } }],
      });
      const other = await dispatched(staff);
      await done(agent.post(`${other.visit}/appointment`, window(0)));
    });

    it('may begin when another ends, for windows are half open', async () => {
      const [one, two] = [await dispatched(staff), await dispatched(staff)];
      await done(agent.post(`${one.visit}/appointment`, window(0)));
      await done(agent.post(`${two.visit}/appointment`, window(2)));
    });

    it('that overlaps is refused and names the other visit; another technician is free', async () => {
      const [one, two] = [await dispatched(staff), await dispatched(staff)];
      await done(agent.post(`${one.visit}/appointment`, window(0)));
      const refused = await agent.post(`${two.visit}/appointment`, window(1));
      expectProblem(refused, 409, 'technician.double-booked');
      expect(refused.body['detail']).toContain(one.visitId);
      const another = await dispatched(staff, 'tech-wang');
      await done(agent.post(`${another.visit}/appointment`, window(1)));
    });

    it.each(['completion', 'declination', 'withdrawal', 'cancel'])('frees its window by the %s', async (ending) => {
      const [one, two] = [await dispatched(staff), await dispatched(staff)];
      await done(agent.post(`${one.visit}/appointment`, window(0)));
      if (ending === 'completion') await completeVisit(staff, one);
      else if (ending === 'cancel') await done(agent.post(`${one.path}/cancel`, { reason: '误报' }));
      else await done(staff.dispatcher.post(`${one.visit}/${ending}`, { reason: '改派' }));
      await done(agent.post(`${two.visit}/appointment`, window(0)));
    });

    it('a dispatcher may override a window that is over, with a reason, but never a double booking', async () => {
      const [one, two] = [await dispatched(staff), await dispatched(staff)];
      const override = { reason: '补录' };
      const past = { from: inHours(api, -4), to: inHours(api, -2), requestedBy: 'us' };
      await done(staff.dispatcher.post(`${one.visit}/appointment`, { ...past, override }));
      expect(await page(one.path)).toMatchObject({ visits: [{ appointment: { overrideReason: '补录' } }] });
      const double = await staff.dispatcher.post(`${two.visit}/appointment`, { ...past, override });
      expectProblem(double, 409, 'technician.double-booked');
    });

    it('after an unfixed visit only when the customer was told why', async () => {
      const first = await completed(staff, { fixed: false, reason: '缺件', customerInformed: undefined });
      const { visit, path } = await dispatchTo(staff, first.id);
      expectProblem(await agent.post(`${visit}/appointment`, window()), 409, 'case.customer-not-informed');
      await done(agent.post(`${path}/customer-informed`, { result: '缺件，再来一次', channel: 'phone' }));
      await done(agent.post(`${visit}/appointment`, window()));
    });
  });

  describe('a completion', () => {
    it('needs an arrival, and a reason when not fixed', async () => {
      const { visit } = await dispatched(staff);
      expectProblem(await staff.technician.post(`${visit}/completion`, { fixed: true }), 409, 'visit.not-arrived');
      await done(staff.technician.post(`${visit}/arrival`, {}));
      const answer = await staff.technician.post(`${visit}/completion`, { fixed: false });
      expectProblem(answer, 400, 'request.malformed');
      expect(Object.keys(answer.body.errors ?? {})).toEqual(['reason']);
    });
  });

  describe('materials and signature', () => {
    const sign = async (path: string): Promise<unknown> => {
      const { materialsDigest } = await page(path);
      return done(staff.technician.post(`${path}/signature`, { signerName: '王', materialsDigest }));
    };

    it('the digest is over the lines of all visits, in whatever order they were written', async () => {
      const other = { partNumber: 'SEAL', quantity: 2, source: 'van' };
      const one = await completed(staff, { materials: [LINE, other] });
      const two = await completed(staff, { materials: [other], fixed: false, reason: '缺件' });
      await completeVisit(staff, await dispatchTo(staff, two.id), { materials: [LINE] });
      expect((await page(one.path))['materialsDigest']).toBe((await page(two.path))['materialsDigest']);
    });

    it('an amendment is the whole list, until closing, and a signature given before no longer counts', async () => {
      const { visit, path } = await completed(staff, { materials: [LINE] });
      await sign(path);
      expect(await page(path)).toMatchObject({ signature: { valid: true } });
      const materials = [{ ...LINE, quantity: 2 }];
      await done(staff.technician.post(`${visit}/materials`, { materials, reason: '少记一件' }));
      expect(await page(path)).toMatchObject({ materials, signature: { valid: false } });
      const close = await agent.post(`${path}/close`, { resolution: 'repaired' });
      expectProblem(close, 409, 'case.closing-needs-unmet');
      expect(Object.keys(close.body.errors ?? {})).toEqual(['signature']);
      await sign(path);
      await done(agent.post(`${path}/close`, { resolution: 'repaired' }));
      const late = await staff.technician.post(`${visit}/materials`, { materials, reason: '再改' });
      expectProblem(late, 409, 'case.already-closed');
    });

    it('an image is at most 60 kB', async () => {
      const { path } = await completed(staff);
      const { materialsDigest } = await page(path);
      const signed = (bytes: number) =>
        staff.technician.post(`${path}/signature`, {
          signerName: '王',
          materialsDigest,
          image: `data:image/png;base64,${Buffer.alloc(bytes).toString('base64')}`,
        });
      expectProblem(await signed(60_001), 400, 'request.malformed');
      expect((await signed(60_000)).status).toBe(200);
    });
  });
});
