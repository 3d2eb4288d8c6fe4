import { startApi, type ApiUnderTest } from './api-fixture';
import { expectProblem, REPORT, reported, type Caller } from './requests';
import { dispatched, done, inHours, staffOf, type Staff, type VisitPath } from './stories';

const HOUR = 3_600_000;

describe('one case, now and as it was known', () => {
  let api: ApiUnderTest;
  let staff: Staff;
  let agent: Caller;
  let place: VisitPath;
  /** Positions and instants after the report, after the dispatch, after the late arrival. */
  const known: { position: string; at: string }[] = [];
  /** After the breach, before the arrival was recorded. */
  let unaware: string;
  const remember = async (): Promise<void> => {
    known.push({ position: String(await api.store.head()), at: inHours(api, 0) });
  };
  const state = async (query: string, target = 'onSiteResponse'): Promise<string | undefined> => {
    const { body } = await agent.get(`${place.path}/clocks${query}`);
    const clocks = body['items'] as { target: string; state: string }[];
    return clocks.find((clock) => clock.target === target)?.state;
  };
  const asOf = (text: string): string => `?asOf=${encodeURIComponent(text)}`;
  beforeAll(async () => {
    api = await startApi();
    staff = await staffOf(api);
    agent = staff.agent;
    const id = await reported(agent);
    place = { id, path: `/api/v1/cases/${id}`, visit: '', visitId: '' };
    await remember();
    api.clock.now += HOUR;
    const { body } = await done(staff.dispatcher.post(`${place.path}/dispatch`, { technicianId: 'tech-li' }));
    place = { ...place, visit: `${place.path}/visits/${String(body['visitId'])}` };
    await remember();
    api.clock.now += 24 * HOUR;
    await done(staff.technician.post(`${place.visit}/arrival`, { occurredAt: inHours(api, -2) }));
    unaware = inHours(api, -0.5);
    await remember();
    api.clock.now += 60_000;
  });
  afterAll(() => api.stop());

  it.each(['position', 'at'] as const)('by %s answers what was known then', async (by) => {
    const pages = await Promise.all(known.map((then) => agent.get(place.path + asOf(then[by]))));
    expect(pages.map(({ body }) => [body['status'], body['version']])).toEqual([
      ['reported', 1],
      ['dispatched', 2],
      ['on-site', 3],
    ]);
    expect(pages.map(({ headers }) => headers.get('etag'))).toEqual(['"1"', '"2"', '"3"']);
    const timelines = await Promise.all(known.map((then) => agent.get(`${place.path}/timeline${asOf(then[by])}`)));
    const counts = timelines.map(({ body }) => (body['items'] as object[]).length);
    expect(counts[0]).toBe(1);
    expect(counts[1]).toBe(2);
    expect(counts[2]).toBeGreaterThan(2);
  });

  it('clocks are judged at that moment: breached before the late arrival was known, met since', async () => {
    expect(await state(asOf(known[0]?.position ?? ''))).toBe('running');
    expect(await state(asOf(known[1]?.at ?? ''))).toBe('running');
    expect(await state(asOf(unaware))).toBe('breached');
    expect(await state('')).toBe('met');
    expect(await state(asOf(known[2]?.at ?? ''))).toBe('met');
    const { body } = await agent.get(`${place.path}/clocks${asOf(known[1]?.at ?? '')}`);
    expect(Date.parse(String(body['at']))).toBe(Date.parse(known[1]?.at ?? ''));
  });

  it('the same moment is the same answer, whatever happens later', async () => {
    const path = `${place.path}/timeline${asOf(known[1]?.position ?? '')}`;
    const before = await agent.get(path);
    await done(agent.post(`${place.path}/notes`, { text: '来电', kind: 'call' }));
    expect((await agent.get(path)).body).toEqual(before.body);
  });

  it.each(['', '/timeline', '/clocks'])('before the report there is no case: %s', async (route) => {
    for (const early of ['0', '1', '2026-11-23T00:59:59Z', '1970-01-01T00:00:00Z']) {
      expectProblem(await agent.get(`${place.path}${route}${asOf(early)}`), 404, 'case.unknown');
    }
  });

  it.each(['', '/timeline', '/clocks'])(
    'of what is still to come is 400, the present is answered: %s',
    async (route) => {
      const head = await api.store.head();
      const ask = (moment: string) => agent.get(`${place.path}${route}${asOf(moment)}`);
      for (const later of [String(head + 1n), '2200-01-01T00:00:00Z', inHours(api, 1), inHours(api, 10 / 3_600)]) {
        const answer = await ask(later);
        expectProblem(answer, 400, 'request.malformed');
        expect(Object.keys(answer.body.errors ?? {})).toEqual(['asOf']);
      }
      const now = (await agent.get(place.path + route)).body;
      for (const present of [String(head), inHours(api, 0), inHours(api, 2 / 3_600)]) {
        expect((await ask(present)).body).toEqual({
          ...now,
          ...(route === '/clocks' ? { at: expect.any(String) } : {}),
        });
      }
    },
  );

  it('`after` brings the log to where `asOf` asks', async () => {
    const next = String((await api.store.head()) + 1n);
    const waiting = agent.get(`${place.path}?after=${next}&asOf=${next}`);
    await done(agent.post(`${place.path}/owner`, { owner: 'wang' }));
    expect((await waiting).body).toMatchObject({ owner: 'wang', position: next });
  });

  it.each([
    '',
    '-1',
    '1.5',
    '0x1',
    '01',
    '1e3',
    '2026-11-23',
    '2026-11-23T09:00:00',
    '2026-02-30T09:00:00Z',
    'now',
    '9'.repeat(19),
  ])('`asOf=%s` is 400', async (text) => {
    for (const route of ['', '/timeline', '/clocks']) {
      const answer = await agent.get(`${place.path}${route}${asOf(text)}`);
      expectProblem(answer, 400, 'request.malformed');
      expect(Object.keys(answer.body.errors ?? {})).toEqual(['asOf']);
    }
  });

  it('the offset’s + may come as it is or encoded; unencoded it is a blank and refused', async () => {
    const text = '2026-11-23T12:00:00+08:00';
    expect((await agent.get(`${place.path}${asOf(text)}`)).status).toBe(200);
    expectProblem(await agent.get(`${place.path}?asOf=${text}`), 400, 'request.malformed');
  });

  it('says how far it goes, in the body and in X-Position', async () => {
    for (const route of ['', '/timeline', '/clocks']) {
      const { body, headers } = await agent.get(place.path + route);
      expect(headers.get('x-position')).toBe(body['position']);
      expect(body['position']).toMatch(/^\d+$/);
    }
  });

  it('every query answers X-Position', async () => {
    for (const path of ['cases', 'technicians', 'visits?technicianId=t', 'approvals', 'sla/summary']) {
      const { headers, status } = await staff.supervisor.get(`/api/v1/${path}`);
      expect({ path, status, position: headers.get('x-position') }).toEqual({
        path,
        status: 200,
        position: String(await api.store.head()),
      });
    }
  });

  it('`after` waits for a fact that is on its way', async () => {
    const fresh = await dispatched(staff);
    const next = (await api.store.head()) + 1n;
    const waiting = agent.get(`${fresh.path}?after=${next}`);
    await done(agent.post(`${fresh.path}/owner`, { owner: 'li' }));
    expect((await waiting).body).toMatchObject({ owner: 'li', position: String(next) });
  });

  it('`after` of what does not come is 503 with Retry-After', async () => {
    for (const route of ['', '/timeline', '/clocks']) {
      const answer = await agent.get(`${place.path}${route}?after=${(await api.store.head()) + 1n}`);
      expectProblem(answer, 503, 'read-model.behind');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
  });

  it('instants carry an offset, durations are ISO 8601, positions are texts', async () => {
    const { body } = await agent.get(`${place.path}/clocks`);
    for (const clock of body['items'] as Record<string, unknown>[]) {
      expect(clock['startedAt']).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?\+08:00$/);
      for (const field of ['within', 'counted', 'remaining']) expect(clock[field]).toMatch(/^-?PT[\dHMS.]+$/);
      for (const { event } of clock['intervals'] as { event: { position: unknown } }[]) {
        expect(event.position).toEqual(expect.stringMatching(/^\d+$/));
      }
    }
  });

  it('a clock has every field of the contract', async () => {
    const id = await reported(agent, REPORT);
    api.clock.now += 25 * HOUR;
    await done(agent.post(`/api/v1/cases/${id}/notes`, { text: '催促', kind: 'call' }));
    const { body } = await agent.get(`/api/v1/cases/${id}/clocks`);
    const [clock] = body['items'] as object[];
    expect(clock).toMatchObject({
      clockId: 'onSiteResponse:-:1',
      target: 'onSiteResponse',
      subject: null,
      cycle: 1,
      state: 'breached',
      dueAt: expect.any(String),
      stoppedAt: null,
      within: 'PT24H',
      remaining: 'PT0S',
      policy: { id: expect.any(String), version: expect.any(Number) },
      steps: [50, 75, 90].map((percent) => ({ percent, at: expect.any(String), raisedAt: expect.any(String) })),
      intervals: [{ from: expect.any(String), to: null, counted: true, event: { type: 'FaultReported' } }],
      breach: { at: expect.any(String), recordedAt: expect.any(String), cause: expect.any(String) },
      why: expect.any(String),
    });
  });
});
