import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, type Answer, type Caller } from './requests';
import { done, inHours, REGION, staffOf, technicianNamed, type Staff } from './stories';

const DEPOT = { id: 'depot-jilin', name: '吉林站', kind: 'region', region: '吉林' };
const PART = { name: '液压泵总成', class: 'special', packSize: 1, serialised: true, substitutes: ['PUMP-2'] };
const POLICY = {
  id: 'spring',
  name: '春耕保障',
  match: { region: '吉林', season: { from: '03-01', to: '05-15' } },
  targets: [{ target: 'onSiteResponse', within: 'PT8H', warnAt: [50] }, { target: 'customerPromise' }],
};

const itemsOf = ({ status, body }: Answer): Record<string, unknown>[] => {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body['items'] as Record<string, unknown>[];
};

describe('reference data', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  let elsewhere: Caller;
  const keysOf = async (caller: Caller, path: string, key = 'id') =>
    itemsOf(await caller.get(`/api/v1/${path}`)).map((item) => item[key]);
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
    elsewhere = await callerAs(api, 'agent', { regions: ['吉林'] });
    await done(staff.supervisor.post('/api/v1/depots', DEPOT));
    const van = { id: 'van-li', name: '李师傅的车', kind: 'van', region: '吉林', technicianId: 'tech-li' };
    await done(staff.supervisor.post('/api/v1/depots', van));
    for (const partNumber of ['PUMP-1', 'PUMP-2', 'BELT-3']) {
      const substitutes = partNumber === 'PUMP-1' ? PART.substitutes : [];
      await done(staff.supervisor.post('/api/v1/parts', { ...PART, partNumber, substitutes }));
    }
    await done(staff.supervisor.post('/api/v1/sla-policies', POLICY));
  });
  afterAll(() => api.stop());

  describe('a Location can be read by whoever posted', () => {
    const strange = '配/件?%#&';
    const long = '县'.repeat(100);
    it.each<[path: string, body: object, says: object]>([
      ['technicians', technicianNamed('tech/新'), technicianNamed('tech/新')],
      ['technicians', technicianNamed('t'.repeat(200), { name: '李' }), { id: 't'.repeat(200), active: true }],
      ['depots', { ...DEPOT, id: strange }, { ...DEPOT, id: strange, parent: null, county: null, technicianId: null }],
      ['depots', { ...DEPOT, id: 'constructor' }, { id: 'constructor' }],
      ['parts', { ...PART, partNumber: strange }, { ...PART, partNumber: strange, makerId: null }],
      ['machine-populations', { county: long, product: long, count: 7 }, { county: long, product: long, count: 7 }],
      ['machine-populations', { county: '双城 区/', product: '..x', count: 0 }, { county: '双城 区/', count: 0 }],
      ['sla-policies', { ...POLICY, id: 'p' }, { id: 'p', match: POLICY.match, lateFactLimit: 'PT2H' }],
    ])('of %s', async (path, body, says) => {
      const made = await staff.supervisor.post(`/api/v1/${path}`, body);
      expect(made.status).toBe(201);
      const read = await staff.supervisor.get(made.headers.get('location') ?? '');
      expect({ status: read.status, body: read.body }).toMatchObject({ status: 200, body: { ...says, version: 1 } });
      expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
      expect(BigInt(read.headers.get('x-position') ?? 0)).toBeGreaterThanOrEqual(BigInt(String(made.body['position'])));
    });

    it.each(['.', '..'])('and an id that no address can hold is refused: %s', async (id) => {
      const refused = await staff.supervisor.post('/api/v1/depots', { ...DEPOT, id });
      expectProblem(refused, 400, 'request.malformed');
      expect(Object.keys(refused.body.errors ?? {})).toEqual(['id']);
    });

    it('of a case', async () => {
      const body = { siteName: 's', contact: { name: 'n', phone: '12345' }, address: 'a', region: REGION };
      const made = await staff.agent.post('/api/v1/cases', { ...body, faultDescription: 'f' });
      const read = await staff.agent.get(made.headers.get('location') ?? '');
      expect({ status: read.status, id: read.body['id'] }).toEqual({ status: 200, id: made.body['id'] });
    });
  });

  it('posted again is a new version, and its ETag is what If-Match takes', async () => {
    const path = '/api/v1/parts/BELT-3';
    const first = await staff.supervisor.get(path);
    const headers = { 'if-match': String(first.headers.get('etag')) };
    const body = { ...PART, partNumber: 'BELT-3', packSize: 5 };
    const changed = await staff.supervisor.post('/api/v1/parts', body, { headers });
    expect(changed.status).toBe(200);
    expect((await staff.supervisor.get(path)).body).toMatchObject({ packSize: 5, version: 2 });
    expectProblem(
      await staff.supervisor.post('/api/v1/parts', { ...body, packSize: 6 }, { headers }),
      412,
      'version.conflict',
    );
  });

  it.each(['technicians/x', 'depots/x', 'parts/x', 'sla-policies/x', 'machine-populations/x/y', 'depots/__proto__'])(
    'what there is not is 404: %s',
    async (path) => expectProblem(await staff.supervisor.get(`/api/v1/${path}`), 404, 'reference.unknown'),
  );

  it.each(['technicians/tech-li', 'depots', 'parts', 'sla-policies/spring', 'machine-populations'])(
    'an unknown parameter of %s is 400',
    async (path) => {
      const refused = await staff.supervisor.get(`/api/v1/${path}?surprise=1`);
      expectProblem(refused, 400, 'request.malformed');
      expect(Object.keys(refused.body.errors ?? {})).toEqual(['surprise']);
    },
  );

  describe('scopes', () => {
    it('depots are of the caller’s regions, a clerk’s own, or the technician’s own', async () => {
      expect(await keysOf(staff.agent, 'depots')).toEqual(
        expect.arrayContaining(['depot-harbin', 'depot-jilin', 'van-li']),
      );
      expect(await keysOf(elsewhere, 'depots?kind=region')).not.toContain('depot-harbin');
      expectProblem(await elsewhere.get('/api/v1/depots/depot-harbin'), 404, 'reference.unknown');
      const clerk = await callerAs(api, 'depot-clerk', { depots: ['depot-jilin'] });
      expect(await keysOf(clerk, 'depots')).toEqual(['depot-jilin']);
      expectProblem(await clerk.get('/api/v1/depots/depot-harbin'), 404, 'reference.unknown');
      const technician = await callerAs(api, 'technician', { sub: 'tech-li', regions: ['辽宁'] });
      expect(await keysOf(technician, 'depots')).toEqual(['depot-harbin', 'van-li']);
    });

    it('technicians are of the caller’s regions, without names for readers, a technician himself', async () => {
      expect((await staff.agent.get('/api/v1/technicians/tech-idle')).body).toMatchObject({
        name: '师傅 tech-idle',
        active: false,
      });
      const analyst = await callerAs(api, 'analyst');
      expect((await analyst.get('/api/v1/technicians/tech-li')).body['name']).toBeNull();
      expect((await staff.technician.get('/api/v1/technicians/tech-li')).body['name']).toBe('师傅 tech-li');
      for (const caller of [elsewhere, staff.otherTechnician]) {
        expectProblem(await caller.get('/api/v1/technicians/tech-li'), 404, 'reference.unknown');
      }
    });

    it('policies are of a region, or of every one', async () => {
      const here = await callerAs(api, 'agent', { regions: [REGION] });
      expect(await keysOf(here, 'sla-policies')).toEqual(['built-in', 'built-in-complaint']);
      expectProblem(await here.get('/api/v1/sla-policies/spring'), 404, 'reference.unknown');
      expect(await keysOf(elsewhere, 'sla-policies')).toContain('spring');
    });
  });

  it('every version of a policy that a clock names can be read', async () => {
    await done(staff.supervisor.post('/api/v1/sla-policies', { ...POLICY, name: '春耕（新）' }));
    const version = async (query: string) => (await elsewhere.get(`/api/v1/sla-policies/spring${query}`)).body;
    expect(await version('')).toMatchObject({ version: 2, name: '春耕（新）' });
    const [onSite, promise] = (await version('?version=1'))['targets'] as object[];
    expect(onSite).toEqual({
      target: 'onSiteResponse',
      within: 'PT8H',
      warnAt: [50],
      pausedBy: ['waiting-customer'],
    });
    expect(promise).toMatchObject({ target: 'customerPromise', within: null });
    expectProblem(await elsewhere.get('/api/v1/sla-policies/spring?version=3'), 404, 'reference.unknown');
    expectProblem(await elsewhere.get('/api/v1/sla-policies/spring?version=0'), 400, 'request.malformed');
    const builtIn = await elsewhere.get('/api/v1/sla-policies/built-in-complaint');
    expect(builtIn.body).toMatchObject({ version: 1, inForceFrom: null, match: { caseType: 'complaint' } });
  });

  describe('lists', () => {
    beforeAll(async () => {
      for (const product of ['drill', 'harvester']) {
        const body = { county: '呼兰', product, count: 3, occurredAt: inHours(api, -1) };
        await done(staff.supervisor.post('/api/v1/machine-populations', body));
      }
    });

    it('find parts by number and by name', async () => {
      expect(await keysOf(elsewhere, 'parts?q=pump', 'partNumber')).toEqual(['PUMP-1', 'PUMP-2']);
      expect(await keysOf(elsewhere, `parts?q=${encodeURIComponent('液压')}&limit=1`, 'partNumber')).toHaveLength(1);
      expect(await keysOf(elsewhere, 'parts?q=nothing', 'partNumber')).toEqual([]);
    });

    it('find counts of machines by county and product', async () => {
      const query = `machine-populations?county=${encodeURIComponent('呼兰')}`;
      expect(await keysOf(elsewhere, query, 'product')).toEqual(['drill', 'harvester']);
      expect(await keysOf(elsewhere, `${query}&product=drill`, 'count')).toEqual([3]);
    });

    it.each(['depots', 'parts', 'sla-policies', 'machine-populations'])(
      'of %s come in pages, complete and without doubles',
      async (path) => {
        const all = itemsOf(await staff.supervisor.get(`/api/v1/${path}`));
        const seen: object[] = [];
        let cursor = '';
        do {
          const page = await staff.supervisor.get(`/api/v1/${path}?limit=1${cursor}`);
          seen.push(...itemsOf(page));
          cursor = page.body['next'] === null ? '' : `&cursor=${String(page.body['next'])}`;
        } while (cursor !== '');
        expect(seen).toEqual(all);
        expect(all.length).toBeGreaterThan(1);
        const foreign = Buffer.from('["cases","a"]').toString('base64url');
        const answer = await staff.supervisor.get(`/api/v1/${path}?cursor=${foreign}`);
        expectProblem(answer, 400, 'query.cursor-invalid');
      },
    );

    it('wait for `after`, and are 503 where it does not come', async () => {
      const { body } = await done(staff.supervisor.post('/api/v1/depots', { ...DEPOT, id: 'depot-new' }));
      expect(await keysOf(elsewhere, `depots?after=${String(body['position'])}`)).toContain('depot-new');
      for (const path of ['depots', 'parts/PUMP-1']) {
        const answer = await elsewhere.get(`/api/v1/${path}?after=9223372036854775807`);
        expectProblem(answer, 503, 'read-model.behind');
      }
    });
  });
});
