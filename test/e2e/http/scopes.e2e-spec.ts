import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, REPORT, reported, type Answer, type Caller } from './requests';
import { closed, completed, dispatched, dispatchTo, done, inHours, REGION, staffOf, type Staff } from './stories';

/** Every command and query that names a case. */
const COMMANDS: readonly [route: string, body: object][] = [
  ['triage', { faultCode: 'F', priority: 'normal', handlingOpinion: '上门' }],
  ['details', { address: '别处', reason: '有误' }],
  ['notes', { text: '来电', kind: 'call' }],
  ['owner', { owner: 'li' }],
  ['responsibility', { to: 'factory', reason: '转交' }],
  ['customer-time', { from: '2026-11-24T09:00:00+08:00', to: '2026-11-24T10:00:00+08:00' }],
  ['customer-time/withdrawal', { reason: '不必' }],
  ['merge', { into: 'other' }],
  ['dispatch', { technicianId: 'tech-li' }],
  ['visits/v/acceptance', {}],
  ['visits/v/declination', { reason: '生病' }],
  ['visits/v/withdrawal', { reason: '改派' }],
  ['visits/v/appointment', { from: '2026-11-24T09:00:00+08:00', to: '2026-11-24T10:00:00+08:00', requestedBy: 'us' }],
  ['visits/v/departure', {}],
  ['visits/v/arrival', {}],
  ['visits/v/diagnosis', { faultCode: 'F', cause: '磨损' }],
  ['visits/v/completion', { fixed: true }],
  ['visits/v/materials', { materials: [], reason: '补录' }],
  ['ratings', { score: 5, channel: 'phone' }],
  ['part-requests', { partNumber: 'BELT', quantity: 1 }],
  ['signature', { signerName: '王', materialsDigest: 'a'.repeat(64) }],
  ['customer-informed', { result: '已修复', channel: 'phone' }],
  ['pause', { reason: 'road', until: '2026-11-25T09:00:00+08:00' }],
  ['resume', {}],
  ['exemptions', { target: 'signature', reason: '客户不在' }],
  ['exemptions/e/approval', {}],
  ['exemptions/e/refusal', {}],
  ['voidings/restore:-:1/approval', {}],
  ['voidings/restore:-:1/refusal', {}],
  ['close', { resolution: 'no-visit-needed', note: '已好' }],
  ['cancel', { reason: '误报' }],
  ['reopen', { reason: '又坏了' }],
];
const QUERIES = ['', '/timeline', '/clocks', '?asOf=1', '/clocks?asOf=2026-11-23T00:00:00Z'];

describe('scopes', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  /** All office roles, in another region. */
  let elsewhere: Caller;
  const anonymous = ({ status, headers, body }: Answer) => ({
    status,
    body: { ...body, instance: 'an id' },
    headers: [...headers].filter(([name]) => name !== 'date'),
  });
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
    const roles = ['agent', 'dispatcher', 'supervisor'];
    elsewhere = await callerAs(api, '', { sub: 'elsewhere', roles, regions: ['吉林'] });
  });
  afterAll(() => api.stop());

  it('the list of commands here is the router’s', () => {
    const routes = api.api.routes.all().filter(({ method, url }) => method === 'POST' && url.includes('/cases/:id/'));
    expect(COMMANDS).toHaveLength(routes.length);
  });

  it('a new case outside of one’s regions is 403, inside 201', async () => {
    const head = await api.store.head();
    expectProblem(await elsewhere.post('/api/v1/cases', REPORT), 403, 'auth.region-not-allowed');
    expect(await api.store.head()).toBe(head);
    expect((await elsewhere.post('/api/v1/cases', { ...REPORT, region: '吉林' })).status).toBe(201);
  });

  it('without `regions`, and with `*`, all regions are one’s own', async () => {
    for (const regions of [undefined, ['*'], ['吉林', '*']]) {
      expect((await (await callerAs(api, 'agent', { regions })).post('/api/v1/cases', REPORT)).status).toBe(201);
    }
    expectProblem(
      await (await callerAs(api, 'agent', { regions: [] })).post('/api/v1/cases', REPORT),
      403,
      'auth.region-not-allowed',
    );
  });

  describe('a case of another region and none at all are one and the same answer', () => {
    let id: string;
    beforeAll(async () => {
      id = (await dispatched(staff)).id;
    });
    const bothWays = async (send: (caseId: string) => Promise<Answer>): Promise<void> => {
      const head = await api.store.head();
      const [foreign, absent] = [await send(id), await send('0192-absent')];
      expectProblem(foreign, 404, 'case.unknown');
      expect(anonymous(foreign)).toEqual(anonymous(absent));
      expect(await api.store.head()).toBe(head);
    };

    it.each(COMMANDS)('POST %s', async (route, body) => {
      const technician = await callerAs(api, 'technician', { sub: 'tech-other' });
      const by = ['agent', 'dispatcher', 'supervisor'].includes(roleFor(route)) ? elsewhere : technician;
      await bothWays((caseId) => by.post(`/api/v1/cases/${caseId}/${route}`, body));
      await bothWays((caseId) => by.post(`/api/v1/cases/${caseId}/${route}`, body, { headers: { 'if-match': '"1"' } }));
    });

    it.each(QUERIES)('GET %s', async (route) => {
      for (const role of ['agent', 'dispatcher', 'supervisor', 'analyst', 'regulator']) {
        const caller = await callerAs(api, role, { regions: ['吉林'] });
        await bothWays((caseId) => caller.get(`/api/v1/cases/${caseId}${route}`));
      }
      const others = [
        await callerAs(api, 'depot-clerk'),
        await callerAs(api, 'technician', { sub: 'tech-other', regions: [REGION] }),
      ];
      for (const caller of others) await bothWays((caseId) => caller.get(`/api/v1/cases/${caseId}${route}`));
    });

    it('named by another command: merge and followUpOf', async () => {
      const own = await reported(elsewhere, { region: '吉林' });
      const same = async (send: (caseId: string) => Promise<Answer>, code: string): Promise<void> => {
        const [foreign, absent] = [await send(id), await send('0192-absent')];
        expectProblem(foreign, 422, code);
        expect(anonymous(foreign)).toEqual(anonymous(absent));
      };
      await same((into) => elsewhere.post(`/api/v1/cases/${own}/merge`, { into }), 'case.merge-target-unknown');
      await same(
        (followUpOf) => elsewhere.post('/api/v1/cases', { ...REPORT, region: '吉林', followUpOf }),
        'case.follow-up-unknown',
      );
      await same(
        (followUpOf) => elsewhere.post(`/api/v1/cases/${own}/details`, { followUpOf, reason: '关联' }),
        'case.follow-up-unknown',
      );
    });
  });

  it('a case that moves to another region is its office’s from then on', async () => {
    const id = await reported(staff.agent);
    expectProblem(await elsewhere.get(`/api/v1/cases/${id}`), 404, 'case.unknown');
    await done(staff.agent.post(`/api/v1/cases/${id}/details`, { region: '吉林', reason: '登记有误' }));
    expect((await elsewhere.get(`/api/v1/cases/${id}`)).status).toBe(200);
    const before = await callerAs(api, 'agent', { regions: [REGION] });
    expectProblem(await before.get(`/api/v1/cases/${id}?asOf=${await api.store.head()}`), 404, 'case.unknown');
  });

  it('a case is not moved out of one’s regions: 403, and nothing is changed', async () => {
    const id = await reported(elsewhere, { region: '吉林' });
    const move = (region: string, caller = elsewhere, key = `${encodeURIComponent(region)}-${id}`) =>
      caller.post(`/api/v1/cases/${id}/details`, { region, reason: '登记有误' }, { key });
    const head = await api.store.head();
    expectProblem(await move(REGION), 403, 'auth.region-not-allowed');
    expect(await api.store.head()).toBe(head);
    const two = await callerAs(api, 'agent', { sub: 'two', regions: ['吉林', '辽宁'] });
    expect((await move('辽宁', two)).status).toBe(200);
    expectProblem(await elsewhere.get(`/api/v1/cases/${id}`), 404, 'case.unknown');
    const all = await callerAs(api, 'agent', { sub: 'two' });
    const moved = await move(REGION, all);
    const again = await move(REGION, two);
    expect(again).toMatchObject({ status: moved.status, body: moved.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  describe('a technician', () => {
    it('sees and acts on cases with a visit of his, in whatever region', async () => {
      const { path, visit } = await dispatched(staff);
      const technician = await callerAs(api, 'technician', { sub: 'tech-li', regions: ['吉林'] });
      expect((await technician.get(path)).body).toMatchObject({ contact: REPORT.contact });
      expect((await technician.post(`${visit}/acceptance`, {})).status).toBe(200);
      expectProblem(await staff.otherTechnician.get(path), 404, 'case.unknown');
    });

    it.each(['declination', 'withdrawal'])('no longer after a %s', async (ending) => {
      const { path, visit } = await dispatched(staff);
      await done(staff.dispatcher.post(`${visit}/${ending}`, { reason: '生病' }));
      for (const route of QUERIES) expectProblem(await staff.technician.get(path + route), 404, 'case.unknown');
      expectProblem(await staff.technician.post(`${path}/notes`, { text: 'a', kind: 'note' }), 404, 'case.unknown');
    });

    it('keeps sight of a case whose later visit is another’s, but acts on it no more', async () => {
      const first = await completed(staff, { fixed: false, reason: '缺件' });
      await dispatchTo(staff, first.id, 'tech-wang');
      expect((await staff.technician.get(first.path)).status).toBe(200);
      const until = inHours(api, 5);
      expectProblem(
        await staff.technician.post(`${first.path}/pause`, { reason: 'road', until }),
        403,
        'case.not-your-visit',
      );
    });

    it('has contact data only while the case is open', async () => {
      const { path } = await closed(staff);
      for (const route of ['', '/timeline', '?asOf=' + (await api.store.head()).toString()]) {
        const { status, body } = await staff.technician.get(path + route);
        expect(status).toBe(200);
        const text = JSON.stringify(body);
        for (const secret of [REPORT.siteName, REPORT.contact.name, REPORT.contact.phone, REPORT.address]) {
          expect(text).not.toContain(secret);
        }
      }
      await done(staff.agent.post(`${path}/reopen`, { reason: '又坏了' }));
      expect((await staff.technician.get(path)).body).toMatchObject({ contact: REPORT.contact });
    });

    it('who is a dispatcher of another region as well is no dispatcher here', async () => {
      const roles = ['technician', 'dispatcher', 'supervisor', 'agent'];
      const both = await callerAs(api, '', { sub: 'tech-li', roles, regions: ['吉林'] });
      const first = await completed(staff, { fixed: false, reason: '缺件' });
      const second = await dispatchTo(staff, first.id, 'tech-wang');
      expectProblem(await both.post(`${second.visit}/acceptance`, {}), 403, 'visit.not-yours');
      expectProblem(await both.post(`${second.visit}/withdrawal`, { reason: '改派' }), 404, 'case.unknown');
      expectProblem(await both.post(`${second.path}/notes`, { text: 'a', kind: 'note' }), 403, 'case.not-your-visit');
    });
  });

  describe.each(['analyst', 'regulator'])('the %s reads everything without personal data', (role) => {
    it('of a case, its timeline and its clocks', async () => {
      const secrets = { name: '赵秘密', phone: '13711112222', text: '秘密文字' };
      const place = await completed(
        staff,
        { fixed: false, reason: secrets.text, customerInformed: { result: secrets.text, channel: 'phone' } },
        {
          ...{ siteName: secrets.text, address: secrets.text, faultDescription: secrets.text },
          ...{ contact: { name: secrets.name, phone: secrets.phone }, firstContact: secrets.name },
          ...{ specialDemands: secrets.text, geo: { lat: 12.345678, lon: 98.765432 } },
        },
      );
      await done(staff.agent.post(`${place.path}/notes`, { text: secrets.text, kind: 'call' }));
      await done(staff.agent.post(`${place.path}/exemptions`, { target: 'signature', reason: secrets.text }));
      const reader = await callerAs(api, role);
      for (const route of QUERIES) {
        const { status, body } = await reader.get(place.path + route);
        if (status === 404) continue;
        expect(status).toBe(200);
        expect(JSON.stringify(body)).not.toMatch(/秘密|13711112222|12\.345678|98\.765432/);
      }
      const { body } = await reader.get(place.path);
      expect(body).toMatchObject({ region: REGION, status: 'visit-done', visits: [{ technicianId: 'tech-li' }] });
      expect(JSON.stringify((await staff.agent.get(place.path)).body)).toMatch(/赵秘密/);
    });
  });

  describe('reference data of another region', () => {
    it('is 404 to write, also where it is there already', async () => {
      const depot = { id: 'depot-harbin', name: '抢占', kind: 'region', region: '吉林' };
      const policy = { id: 'mine', name: '规则', match: {}, targets: [] };
      const technician = { name: '李', homeDepot: 'depot-harbin', skills: [], languages: [], active: true };
      for (const [route, body] of [
        ['depots', { ...depot, id: 'new', region: REGION }],
        ['depots', depot],
        ['technicians', { ...technician, id: 'new', regions: [REGION] }],
        ['technicians', { ...technician, id: 'tech-li', regions: ['吉林'] }],
        ['sla-policies', policy],
        ['sla-policies', { ...policy, match: { region: REGION } }],
      ] as const) {
        expectProblem(await elsewhere.post(`/api/v1/${route}`, body), 404, 'reference.unknown');
      }
      expect((await elsewhere.post('/api/v1/depots', { ...depot, id: 'own' })).status).toBe(201);
      const own = { ...policy, match: { region: '吉林' } };
      expect((await elsewhere.post('/api/v1/sla-policies', own)).status).toBe(201);
    });
  });
});

/** A role under which the route may be used at all. */
function roleFor(route: string): string {
  return /^(visits\/v\/(acc|decl|dep|arr|diag|comp|mat)|signature)/.test(route) ? 'technician' : 'agent';
}
