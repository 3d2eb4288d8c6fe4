import { startApiOnPostgres, type ApiOnPostgres } from './postgres-fixture';
import { callerAs, expectProblem, REPORT, reported, type Answer, type Caller } from './requests';
import { closed, completed, dispatched, done, inHours, REGION, staffOf, type Staff, type VisitPath } from './stories';

interface Item {
  readonly id: string;
  readonly siteName: string | null;
  readonly region: string;
}
const itemsOf = ({ status, body }: Answer): Item[] => {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body['items'] as Item[];
};

describe('lists, on PostgreSQL', () => {
  let api: ApiOnPostgres;
  let staff: Staff;
  let elsewhere: Caller;
  let open: VisitPath;
  let over: VisitPath;
  let declined: VisitPath;
  let foreign: string;
  /** Other examples have cases of their own. */
  const known = (items: Item[]): Item[] =>
    items.filter(({ id }) => [open.id, over.id, declined.id, foreign].includes(id));
  const ids = async (caller: Caller, query: string): Promise<string[]> =>
    itemsOf(await caller.get(`/api/v1/cases${query}`)).map(({ id }) => id);
  beforeAll(async () => {
    api = await startApiOnPostgres({ env: { QUERY_WAIT_MS: '20000' } });
    staff = await staffOf(api);
    elsewhere = await callerAs(api, 'agent', { sub: 'elsewhere', regions: ['吉林'] });
    open = await dispatched(staff);
    over = await closed(staff);
    declined = await dispatched(staff);
    await done(staff.technician.post(`${declined.visit}/declination`, { reason: '生病' }));
    foreign = await reported(elsewhere, { region: '吉林', siteName: '别处的地' });
    await done(elsewhere.post(`/api/v1/cases/${foreign}/owner`, { owner: 'demo-agent' }));
    const exemption = { target: 'signature', reason: '客户不在' };
    await done(staff.agent.post(`${open.path}/exemptions`, exemption));
    await done(elsewhere.post(`/api/v1/cases/${foreign}/exemptions`, exemption));
    await api.project();
  });
  afterEach(() => expect(api.logged).toEqual([]));
  afterAll(() => api.stop());

  it('`after` waits until the read model has come so far, and the answer includes it', async () => {
    const { body } = await done(staff.agent.post('/api/v1/cases', REPORT));
    const position = String(body['position']);
    const waiting = staff.agent.get(`/api/v1/cases?after=${position}&q=${String(body['number'])}`);
    await api.project();
    const answer = await waiting;
    expect(itemsOf(answer).map(({ id }) => id)).toEqual([body['id']]);
    expect(BigInt(String(answer.body['position']))).toBeGreaterThanOrEqual(BigInt(position));
    expect(answer.headers.get('x-position')).toBe(answer.body['position']);
    await done(staff.agent.post(`/api/v1/cases/${String(body['id'])}/cancel`, { reason: '误报' }));
    await api.project();
  });

  describe('scopes', () => {
    it('the office sees its regions, and every part of the answer says so', async () => {
      const here = await callerAs(api, 'agent', { regions: [REGION] });
      expect(await ids(here, '')).toEqual(expect.arrayContaining([open.id, over.id, declined.id]));
      expect(await ids(here, '')).not.toContain(foreign);
      expect(await ids(elsewhere, '')).toEqual([foreign]);
      expect(await ids(await callerAs(api, 'agent', { regions: ['海南'] }), '')).toEqual([]);
    });

    it.each([
      `?region=${encodeURIComponent('吉林')}`,
      '?owner=demo-agent',
      '?q=%E5%88%AB%E5%A4%84',
      '?status=reported',
      '?sort=reportedAt&limit=1',
      '?queue=unassigned',
      '?queue=mine',
      '?source=live',
    ])('no filter shows more: %s', async (query) => {
      const here = await callerAs(api, 'agent', { regions: [REGION] });
      const { body } = await here.get(`/api/v1/cases${query}`);
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`${foreign}|吉林|别处的地`));
    });

    it('a cursor of another caller shows no more either', async () => {
      const first = await staff.agent.get('/api/v1/cases?limit=1&sort=reportedAt');
      const { items, next } = (
        await elsewhere.get(`/api/v1/cases?cursor=${String(first.body['next'])}&sort=reportedAt`)
      ).body as { items: Item[]; next: string | null };
      expect(items.map(({ id }) => id)).toEqual([foreign]);
      expect(next).toBeNull();
    });

    it('a technician sees cases with a visit of his, the site only while open', async () => {
      const seen = known(itemsOf(await staff.technician.get('/api/v1/cases')));
      expect(new Map(seen.map(({ id, siteName }) => [id, siteName]))).toEqual(
        new Map<string, string | null>([
          [open.id, REPORT.siteName],
          [over.id, null],
        ]),
      );
      for (const query of ['?queue=mine', `?q=${encodeURIComponent(REPORT.siteName)}`]) {
        const found = known(itemsOf(await staff.technician.get(`/api/v1/cases${query}`)));
        expect(found.map(({ id }) => id)).toEqual([open.id]);
      }
      expect(await ids(staff.otherTechnician, '')).toEqual([]);
    });

    it.each(['analyst', 'regulator'])(
      'the %s sees all cases without sites, and finds none by site or phone',
      async (role) => {
        const reader = await callerAs(api, role);
        const seen = itemsOf(await reader.get('/api/v1/cases'));
        expect(seen.map(({ id }) => id)).toEqual(expect.arrayContaining([open.id, over.id, foreign]));
        expect(new Set(seen.map(({ siteName }) => siteName))).toEqual(new Set([null]));
        expect(await ids(reader, `?q=${encodeURIComponent(REPORT.siteName)}`)).toEqual([]);
        expect(await ids(reader, '?q=8888')).toEqual([]);
        const visits = itemsOf(await reader.get('/api/v1/visits?technicianId=tech-li'));
        expect(new Set(visits.map(({ siteName }) => siteName))).toEqual(new Set([null]));
        const technicians = (await reader.get('/api/v1/technicians')).body['items'] as { name: string | null }[];
        expect(technicians.map(({ name }) => name)).toEqual([null, null]);
      },
    );

    it('a depot clerk sees no case', async () => {
      expect(await ids(await callerAs(api, 'depot-clerk'), '')).toEqual([]);
    });

    it('a technician’s day, the technicians and the approvals keep to the scope', async () => {
      const visitsOf = async (caller: Caller): Promise<string[]> => {
        const { body } = await caller.get('/api/v1/visits?technicianId=tech-li');
        const seen = (body['items'] as { caseId: string }[]).map(({ caseId }) => caseId);
        return [open.id, over.id, declined.id, foreign].filter((id) => seen.includes(id));
      };
      expect(await visitsOf(staff.agent)).toEqual([open.id, over.id]);
      expect(await visitsOf(staff.technician)).toEqual([open.id, over.id]);
      expect(await visitsOf(elsewhere)).toEqual([]);
      expect(await visitsOf(staff.otherTechnician)).toEqual([]);
      const technicians = async (caller: Caller) =>
        itemsOf(await caller.get('/api/v1/technicians')).map(({ id }) => id);
      expect(await technicians(staff.agent)).toEqual(['tech-li', 'tech-wang']);
      expect(await technicians(elsewhere)).toEqual([]);
      expect(await technicians(staff.technician)).toEqual(['tech-li']);
      const approvals = async (claims: object) =>
        itemsOf(await (await callerAs(api, 'supervisor', claims)).get('/api/v1/approvals')).map(({ region }) => region);
      expect(await approvals({})).toEqual([REGION, '吉林']);
      expect(await approvals({ regions: ['吉林'] })).toEqual(['吉林']);
      expect(await approvals({ sub: 'demo-agent' })).toEqual(['吉林']);
    });

    it('figures count what the caller may see', async () => {
      const total = async (caller: Caller): Promise<number> => {
        const [group] = (await caller.get('/api/v1/sla/summary')).body['items'] as Record<string, number>[];
        return ['running', 'paused', 'met', 'breached', 'exempted', 'voided', 'cancelled', 'replaced'].reduce(
          (sum, state) => sum + (group?.[state] ?? 0),
          0,
        );
      };
      expect(await total(elsewhere)).toBe(2);
      expect(await total(await callerAs(api, 'analyst', { regions: ['吉林'] }))).toBe(2);
      expect(await total(staff.supervisor)).toBeGreaterThan(
        await total(await callerAs(api, 'agent', { regions: [REGION] })),
      );
      const { body } = await elsewhere.get('/api/v1/sla/summary?groupBy=region,technician');
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`${REGION}|tech-li`));
    });
  });

  describe('pages', () => {
    it.each(['due', 'reportedAt'])(
      'sorted by %s are complete and without doubles while cases come in',
      async (sort) => {
        const region = `分页-${sort}`;
        const caller = await callerAs(api, 'agent', { regions: [region] });
        const made: string[] = [];
        const occurredAt = inHours(api, -1);
        for (let i = 0; i < 7; i += 1) made.push(await reported(caller, { region, ...(i < 4 ? { occurredAt } : {}) }));
        await api.project();
        const seen: string[] = [];
        let next: string | null = null;
        do {
          const cursor: string = next === null ? '' : `&cursor=${next}`;
          const page: Answer = await caller.get(`/api/v1/cases?limit=2&sort=${sort}${cursor}`);
          seen.push(...itemsOf(page).map(({ id }) => id));
          next = page.body['next'] as string | null;
          await reported(caller, { region });
          await api.project();
        } while (next !== null && seen.length < 50);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining(made));
      },
    );

    it.each<[string, unknown]>([
      ['of the other sort', ['reportedAt', '2026-11-23 01:00:00+00', 'a', 1]],
      ['of another list', ['approvals', 1]],
      ['with a day that does not exist', ['due', '2026-02-30 01:00:00+00', 'a', 1]],
      ['with an hour that does not exist', ['due', '2026-02-03 99:99:99+00', 'a', 1]],
      ['with SQL in it', ['due', "infinity'; drop table x; --", 'a', 1]],
      ['with U+0000', ['due', 'infinity', '\0', 1]],
      ['with a time beyond all dates', ['due', 'infinity', 'a', 1e300]],
      ['with a fraction', ['due', 'infinity', 'a', 1.5]],
      ['that is no list', { a: 1 }],
    ])('a cursor %s is 400', async (_, keys) => {
      const cursor = Buffer.from(JSON.stringify(keys)).toString('base64url');
      for (const path of ['cases', 'approvals', 'technicians', 'visits']) {
        if (path === 'approvals' && Array.isArray(keys) && keys[0] === 'approvals') continue;
        const query = path === 'visits' ? '&technicianId=tech-li' : '';
        const answer = await staff.supervisor.get(`/api/v1/${path}?cursor=${cursor}${query}`);
        expectProblem(answer, 400, 'query.cursor-invalid');
      }
    });

    it.each(['cases', 'approvals', 'technicians', 'visits?technicianId=tech-li'])(
      'of %s take a limit of 1 to 200',
      async (path) => {
        const with_ = (limit: string) =>
          staff.supervisor.get(`/api/v1/${path}${path.includes('?') ? '&' : '?'}limit=${limit}`);
        for (const limit of ['0', '201', '-1', 'x']) expectProblem(await with_(limit), 400, 'request.malformed');
        expect((await with_('200')).status).toBe(200);
        expect(itemsOf(await with_('1'))).toHaveLength(1);
      },
    );
  });

  it('text that means something to SQL is text', async () => {
    for (const text of ["'; drop table fieldcase.events; --", '%', '_', '\\', '%%%', "a' or '1'='1", '$1', '${x}']) {
      for (const name of ['q', 'region', 'product', 'source']) {
        const answer = await staff.agent.get(`/api/v1/cases?${name}=${encodeURIComponent(text)}`);
        expect(itemsOf(answer)).toEqual([]);
      }
    }
    expect((await staff.agent.get(open.path)).status).toBe(200);
  });

  it.each(['from=2026-13', 'from=2026-02-30', 'to=yesterday', 'groupBy=phone', 'groupBy=', 'from=2026-11-23T09:00:00'])(
    'figures with %s are 400',
    async (query) => {
      const { status } = await staff.supervisor.get(`/api/v1/sla/summary?${query}`);
      expect(status).toBe(400);
    },
  );

  it.each([
    ['from=2026-11-24&to=2026-11-23', false],
    ['from=2026-12&to=2026-11', false],
    ['from=2026-11-24T00:00:01%2B08:00&to=2026-11-24T00:00:00%2B08:00', false],
    ['from=2026-11-24T00:00:00%2B08:00&to=2026-11-23', false],
    ['from=2026-11-23&to=2026-11-23', true],
    ['from=2026-11-23&to=2026-11', true],
    ['from=2026-11-23T12:00:00%2B08:00&to=2026-11-23', true],
    ['from=2026-11-23T00:00:00Z&to=2026-11-23T00:00:00Z', true],
  ])('figures of a span that ends before it begins are 400: %s', async (query, taken) => {
    const answer = await staff.supervisor.get(`/api/v1/sla/summary?${query}`);
    if (taken) {
      expect(answer.status).toBe(200);
      return;
    }
    expectProblem(answer, 400, 'request.malformed');
    expect(answer.body.errors).toEqual({ to: 'expected not to lie before from' });
  });

  it('a pause that has expired shows the case as due soon', async () => {
    const id = await reported(staff.agent, { occurredAt: inHours(api, -2) });
    const pause = { reason: 'waiting-customer', until: inHours(api, -0.5), occurredAt: inHours(api, -1) };
    await done(staff.agent.post(`/api/v1/cases/${id}/pause`, pause));
    await api.project();
    expect(await ids(staff.agent, '?queue=due-soon')).toContain(id);
  });

  it('inform-due and reopened fill and empty', async () => {
    const { path, id } = await completed(staff, { customerInformed: undefined });
    await api.project();
    expect(await ids(staff.agent, '?queue=inform-due')).toContain(id);
    await done(staff.agent.post(`${path}/customer-informed`, { result: '已告知', channel: 'phone' }));
    await done(staff.agent.post(`${path}/close`, { resolution: 'repaired' }));
    await done(staff.agent.post(`${path}/reopen`, { reason: '又坏了' }));
    await api.project();
    expect(await ids(staff.agent, '?queue=inform-due')).not.toContain(id);
    expect(await ids(staff.agent, '?queue=reopened')).toContain(id);
  });
});
