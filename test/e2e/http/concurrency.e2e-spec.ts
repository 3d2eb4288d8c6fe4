import { serveOn, startApiOnPostgres, type ApiOnPostgres } from './postgres-fixture';
import { Caller, callerAs, REPORT, reported, type Answer } from './requests';
import { completed, dispatched, done, staffOf, type Staff } from './stories';

const MANY = 50;
const times = <T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));
const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status).sort();

describe('many at once, on PostgreSQL', () => {
  let api: ApiOnPostgres;
  let agent: Caller;
  let staff: Staff;
  const head = async (): Promise<number> => {
    const { rows } = await api.pool.query<{ head: string }>('select max(position) as head from fieldcase.events');
    return Number(rows[0]?.head);
  };
  const casesReported = async (): Promise<number> => {
    const { rows } = await api.pool.query<{ count: number }>(
      `select count(*)::int as count from fieldcase.events where type = 'FaultReported'`,
    );
    return rows[0]?.count ?? 0;
  };
  beforeAll(async () => {
    api = await startApiOnPostgres();
    staff = await staffOf(api);
    agent = staff.agent;
    // Reserves the first block of case numbers.
    await reported(agent);
  });
  afterAll(() => api.stop());

  it('50 uses of one key have one effect and one answer', async () => {
    const before = await head();
    const answers = await times(MANY, () => agent.post('/api/v1/cases', REPORT, { key: 'fifty' }));
    expect(new Set(statuses(answers))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await head()).toBe(before + 1);
  });

  it('50 uses of one key with two contents carry out one content', async () => {
    const before = await head();
    const answers = await times(MANY, (index) =>
      agent.post('/api/v1/cases', { ...REPORT, address: `${index % 2}` }, { key: 'two-contents' }),
    );
    expect(statuses(answers)).toEqual([...Array<number>(MANY / 2).fill(201), ...Array<number>(MANY / 2).fill(422)]);
    expect(await head()).toBe(before + 1);
  });

  it('the same key of 20 subs makes 20 cases with 20 numbers', async () => {
    const callers = await times(20, (index) => callerAs(api, 'agent', { sub: `agent-${index}` }));
    const answers = await Promise.all(callers.map((caller) => caller.post('/api/v1/cases', REPORT, { key: 'mine' })));
    expect(new Set(statuses(answers))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body['number'])).size).toBe(20);
  });

  it('50 commands on one case are all settled, each with a version of its own', async () => {
    const id = await reported(agent);
    const answers = await times(MANY, (index) =>
      agent.post(`/api/v1/cases/${id}/notes`, { text: `第 ${index} 次来电`, kind: 'call' }),
    );
    expect(new Set(statuses(answers))).toEqual(new Set([200]));
    const versions = answers.map(({ body }) => Number(body['version'])).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: MANY }, (_, index) => index + 2));
  });

  it('50 commands with the same If-Match: one wins, the others are told of the conflict', async () => {
    const id = await reported(agent);
    const answers = await times(MANY, (index) =>
      agent.post(`/api/v1/cases/${id}/owner`, { owner: `li-${index}` }, { headers: { 'if-match': '"1"' } }),
    );
    expect(statuses(answers)).toEqual([200, ...Array<number>(MANY - 1).fill(412)]);
  });

  it('of 50 dispatches one opens a visit, of 50 closings one closes', async () => {
    const id = await reported(agent);
    const dispatches = await times(MANY, () =>
      staff.dispatcher.post(`/api/v1/cases/${id}/dispatch`, { technicianId: 'tech-li' }),
    );
    expect(statuses(dispatches)).toEqual([201, ...Array<number>(MANY - 1).fill(409)]);
    const { path } = await completed(staff);
    const closings = await times(MANY, () => agent.post(`${path}/close`, { resolution: 'repaired' }));
    expect(statuses(closings)).toEqual([200, ...Array<number>(MANY - 1).fill(409)]);
  });

  it('of 20 overlapping appointments of one technician one is agreed; the refusals name it', async () => {
    const places = await times(20, () => dispatched(staff));
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const window = { from: `${day}T01:00:00Z`, to: `${day}T03:00:00Z`, requestedBy: 'us' };
    const answers = await Promise.all(places.map(({ visit }) => agent.post(`${visit}/appointment`, window)));
    expect(statuses(answers)).toEqual([200, ...Array<number>(19).fill(409)]);
    const winner = places[answers.findIndex(({ status }) => status === 200)];
    for (const { status, body } of answers) {
      if (status !== 409) continue;
      expect(body['code']).toBe('technician.double-booked');
      expect(body['detail']).toContain(winner?.visitId);
    }
  });

  it('merging two cases into each other at once merges one of them', async () => {
    const occurredAt = new Date().toISOString();
    const [one, two] = [await reported(agent, { occurredAt }), await reported(agent, { occurredAt })];
    const answers = await Promise.all([
      agent.post(`/api/v1/cases/${one}/merge`, { into: two }),
      agent.post(`/api/v1/cases/${two}/merge`, { into: one }),
    ]);
    expect(statuses(answers)).toEqual([200, 409]);
  });

  it('reference data posted 20 times at once gets 20 versions', async () => {
    const part = { name: '泵', class: 'wear', packSize: 1, serialised: false, substitutes: [] };
    const answers = await times(20, () => staff.supervisor.post('/api/v1/parts', { ...part, partNumber: 'P-20' }));
    expect(answers.map(({ body }) => Number(body['version'])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(statuses(answers)).toEqual([...Array<number>(19).fill(200), 201]);
  });

  describe('over two processes on one log', () => {
    let other: Awaited<ReturnType<typeof serveOn>>;
    let agents: [Caller, Caller];
    beforeAll(async () => {
      other = await serveOn(api.database.url, api.dataDir);
      agents = [agent, new Caller(other, agent.token)];
    });
    afterAll(() => other.stop());
    const both = <T>(run: (caller: Caller, index: number) => Promise<T>): Promise<T[]> =>
      times(MANY, (index) => run(index % 2 === 0 ? agents[0] : agents[1], index));

    it('50 uses of one key have one effect and one answer', async () => {
      const before = await casesReported();
      const answers = await both((caller) => caller.post('/api/v1/cases', REPORT, { key: 'fifty-over-two' }));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(await casesReported()).toBe(before + 1);
    });

    it('50 commands on one case are all settled, and the same key is answered by either', async () => {
      const id = await reported(agent);
      const path = `/api/v1/cases/${id}/notes`;
      const body = (index: number) => ({ text: `第 ${index} 次来电`, kind: 'call' });
      const answers = await both((caller, index) => caller.post(path, body(index), { key: `two-${index}` }));
      expect(new Set(statuses(answers))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ body: answer }) => answer['version'])).size).toBe(MANY);
      const again = await agents[1].post(path, body(0), { key: 'two-0' });
      expect(again).toMatchObject({ status: 200, body: answers[0]?.body });
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    });

    it('a command sees what the other process has written, also where it refuses', async () => {
      const id = await reported(agents[0]);
      await agents[1].get(`/api/v1/cases/${id}`);
      await done(agents[1].post(`/api/v1/cases/${id}/notes`, { text: '来电', kind: 'call' }));
      await done(agents[0].post(`/api/v1/cases/${id}/cancel`, { reason: '误报' }));
      const answer = await agents[1].post(`/api/v1/cases/${id}/owner`, { owner: 'li' });
      expect(answer.body['code']).toBe('case.cancelled');
    });
  });

  it('logs no failure over all this', async () => {
    await done(agent.post('/api/v1/cases', REPORT));
    expect(api.logged).toEqual([]);
  });
});
