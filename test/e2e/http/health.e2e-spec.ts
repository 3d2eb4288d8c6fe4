import { startApi, type ApiUnderTest } from './api-fixture';
import { startApiOnPostgres } from './postgres-fixture';
import { callerAs, expectProblem, REPORT, reported, type Caller } from './requests';
import { done } from './stories';

/** A promise that the spec keeps when it likes. */
function pending(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((keep) => (resolve = keep));
  return { promise, resolve: () => resolve() };
}

describe('health', () => {
  let api: ApiUnderTest;
  let checkReady: () => Promise<void>;
  let anyone: Caller;
  beforeAll(async () => {
    api = await startApi({
      change: (options) => ({ ...options, operations: { ...options.operations, checkReady: () => checkReady() } }),
    });
    anyone = await callerAs(api, 'agent');
  });
  beforeEach(() => {
    checkReady = async () => undefined;
    api.logged.splice(0);
  });
  afterAll(() => api.stop());

  it('live and ready are answered to everybody', async () => {
    for (const state of ['live', 'ready']) {
      const response = await fetch(`${api.url}/health/${state}`);
      expect([response.status, await response.json()]).toEqual([200, { status: state }]);
    }
  });

  it('ready is 503 when the check fails, which is told to the log and not to the caller', async () => {
    checkReady = () => Promise.reject(new Error('password of 王建国'));
    const answer = await anyone.get('/health/ready');
    expectProblem(answer, 503, 'service.unavailable');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(api.logged.join('')).toMatch(/"message":"not ready"/);
    expect(api.logged.join('')).not.toContain('王建国');
    expect((await anyone.get('/health/live')).status).toBe(200);
  });

  it('ready is 503 when the check takes longer than 500 ms', async () => {
    const never = pending();
    checkReady = () => never.promise;
    expectProblem(await anyone.get('/health/ready'), 503, 'service.unavailable');
    never.resolve();
  });
});

describe('a stop', () => {
  it('first is not ready and refuses in full sentences, then answers what it had read, then is gone', async () => {
    const [door, slow] = [pending(), pending()];
    const api = await startApi({ change: (options) => ({ ...options, whileUnready: () => door.promise }) });
    const agent = await callerAs(api, 'agent');
    const append = api.store.append.bind(api.store);
    api.store.append = async (request) => {
      await slow.promise;
      return append(request);
    };
    const inFlight = agent.post('/api/v1/cases', REPORT);
    const operator = await callerAs(api, 'operator');
    const running = async () => ((await operator.get('/status')).body['process'] as { inFlight: number }).inFlight;
    while ((await running()) < 2);
    const stopped = api.stop();

    const ready = await agent.get('/health/ready');
    expectProblem(ready, 503, 'service.stopping');
    expect(ready.headers.get('connection')).toBe('close');
    expect((await agent.get('/health/live')).status).toBe(200);
    const refused = await agent.post('/api/v1/cases', REPORT);
    expectProblem(refused, 503, 'service.stopping');
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(refused.headers.get('connection')).toBe('close');
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
    expectProblem(await agent.get('/api/v1/live'), 503, 'service.stopping');
    expectProblem(await agent.get('/nowhere'), 503, 'service.stopping');
    expect(await api.store.head()).toBe(0n);

    door.resolve();
    slow.resolve();
    const answer = await inFlight;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('connection')).toBe('close');
    await stopped;
    await expect(agent.get('/health/live')).rejects.toThrow();
    expect(api.logged).toEqual([]);
  });

  it('cuts what is not answered in time', async () => {
    const api = await startApi({ limits: { drainMs: 1 } });
    const agent = await callerAs(api, 'agent');
    const never = pending();
    const append = api.store.append.bind(api.store);
    api.store.append = async (request) => {
      await never.promise;
      return append(request);
    };
    const cut = agent.post('/api/v1/cases', REPORT).catch((error: unknown) => error);
    const operator = await callerAs(api, 'operator');
    const running = async () => ((await operator.get('/status')).body['process'] as { inFlight: number }).inFlight;
    while ((await running()) < 2);
    await api.stop();
    expect(await cut).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
  });
});

describe('status and metrics, on PostgreSQL', () => {
  it('show event loop, pool, lag, timers, commands; and ready says when the database is away', async () => {
    const api = await startApiOnPostgres();
    const operator = await callerAs(api, 'operator');
    const agent = await callerAs(api, 'agent');
    await reported(agent);
    await api.project();
    const id = await reported(agent);
    expectProblem(await agent.post(`/api/v1/cases/${id}/resume`, {}), 409, 'case.not-paused');
    const headers = { 'if-match': '"7"' };
    await agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }, { headers });
    await done(agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }, { key: 'k' }));
    await done(agent.post(`/api/v1/cases/${id}/owner`, { owner: 'li' }, { key: 'k' }));

    const later = `clock_timestamp() + interval '1 hour'`;
    await api.pool.query(
      `insert into fieldcase.timers (root, due_at, wake_at, as_of) values ('a', ${later}, ${later}, 0)`,
    );
    const { body: status } = await operator.get('/status');
    expect(status).toMatchObject({
      log: { head: '4' },
      parked: 0,
      parkedStreams: 0,
      relay: { state: 'absent', problem: null, position: '0' },
      leases: [],
      pool: { total: expect.any(Number), idle: expect.any(Number), waiting: 0 },
      timers: {
        open: expect.any(Number),
        due: expect.any(Number),
        oldestLatenessMs: expect.any(Number),
        nextDueAt: expect.stringMatching(/T.*\+08:00$/),
      },
      process: { inFlight: 1, stopping: false, node: process.version, uptimeSeconds: expect.any(Number) },
    });
    const projections = status['projections'] as { name: string; lagEvents: number; position: string }[];
    expect(projections.map(({ name }) => name).sort()).toEqual([
      'case-board',
      'depot-stock',
      'satisfaction',
      'sla-facts',
    ]);
    for (const projection of projections) expect(projection).toMatchObject({ lagEvents: 2, position: '2' });

    const answer = await operator.get('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const metrics = String(answer.body['text']);
    const value = (name: string): number | undefined => {
      const line = metrics.split('\n').find((each) => each.startsWith(`${name} `));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    };
    expect(value('fieldcase_log_head')).toBe(4);
    for (const quantile of ['0.5', '0.99', '1']) {
      expect(value(`fieldcase_event_loop_lag_seconds{quantile="${quantile}"}`)).toBeGreaterThanOrEqual(0);
    }
    for (const state of ['total', 'idle', 'waiting']) {
      expect(value(`fieldcase_pool_connections{state="${state}"}`)).toBeGreaterThanOrEqual(0);
    }
    for (const projection of ['case-board', 'depot-stock', 'satisfaction', 'sla-facts']) {
      expect(value(`fieldcase_subscription_lag_events{subscription="${projection}"}`)).toBe(2);
      expect(value(`fieldcase_subscription_lag_seconds{subscription="${projection}"}`)).toBeGreaterThanOrEqual(0);
      expect(value(`fieldcase_parked_events{subscription="${projection}"}`)).toBe(0);
    }
    expect(value('fieldcase_timer_oldest_lateness_seconds')).toBeGreaterThanOrEqual(0);
    const commands = (command: string, outcome: string) =>
      value(`fieldcase_command_duration_seconds_count{command="${command}",outcome="${outcome}"}`);
    expect(commands('ReportFault', 'accepted')).toBe(2);
    expect(commands('ResumeCase', 'refused')).toBe(1);
    expect(commands('TakeOwnership', 'refused')).toBe(1);
    expect(commands('TakeOwnership', 'accepted')).toBe(1);
    expect(commands('TakeOwnership', 'replayed')).toBe(1);
    expect(metrics).toContain('route="/api/v1/cases/:id/owner"');
    expect(metrics).not.toContain(id);

    expect((await agent.get('/health/ready')).status).toBe(200);
    await api.database.drop();
    expectProblem(await agent.get('/health/ready'), 503, 'service.unavailable');
    expectProblem(await agent.post('/api/v1/cases', REPORT), 503, 'service.unavailable');
    expectProblem(await operator.get('/status'), 503, 'service.unavailable');
    expect((await agent.get('/health/live')).status).toBe(200);
    await api.stop();
  });
});
