import type { Server } from 'node:http';
import { startApi, type ApiUnderTest } from './api-fixture';
import { RawSocket } from './raw-socket';
import { Caller, callerAs, expectProblem, REPORT, type Answer } from './requests';

const serverOf = (api: ApiUnderTest): Server => api.api.app.getHttpServer() as Server;

describe('limits', () => {
  it('are set as the house wants them', async () => {
    const api = await startApi();
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxRequestsPerSocket, maxConnections, timeout } =
      serverOf(api);
    expect({ headersTimeout, requestTimeout, keepAliveTimeout, maxRequestsPerSocket, maxConnections, timeout }).toEqual(
      {
        headersTimeout: 10_000,
        requestTimeout: 15_000,
        keepAliveTimeout: 5_000,
        maxRequestsPerSocket: 1_000,
        maxConnections: 2_000,
        timeout: 30_000,
      },
    );
    await api.stop();
  });

  describe('slow senders', () => {
    let api: ApiUnderTest;
    let token: string;
    beforeAll(async () => {
      api = await startApi({ limits: { headersTimeoutMs: 50, requestTimeoutMs: 100 } });
      token = (await callerAs(api, 'agent')).token;
    });
    afterEach(async () => expect((await fetch(`${api.url}/health/live`)).status).toBe(200));
    afterAll(() => api.stop());

    const command = (): string =>
      `POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: slow\r\n` +
      'Content-Type: application/json\r\n';

    it.each<[string, () => string]>([
      ['of headers', () => 'GET /health/live HTTP/1.1\r\nHost: x\r\n'],
      ['of the first line', () => 'GET /hea'],
      ['of a body', () => `${command()}Content-Length: 500\r\n\r\n{"siteName":`],
      ['of chunks', () => `${command()}Transfer-Encoding: chunked\r\n\r\n5\r\n{"sit`],
    ])('%s are told 408 and closed', async (_, bytes) => {
      const answer = await new RawSocket(api.url).send(bytes()).answer();
      expect(answer.status).toBe(408);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'request.too-slow', status: 408 });
      expect(await api.store.head()).toBe(0n);
      expect(api.logged).toEqual([]);
    });

    it('one byte at a time does not help', async () => {
      const socket = new RawSocket(api.url);
      const drip = setInterval(() => socket.send('X'), 5);
      const answer = await socket.send(`${command()}Content-Length: 50000\r\n\r\n`).answer();
      clearInterval(drip);
      expect(answer.status).toBe(408);
    });

    it('300 idle sockets do not keep anybody from being answered', async () => {
      const idle = Array.from({ length: 300 }, () => new RawSocket(api.url).send('GET / HTTP/1.1\r\n'));
      expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
      await Promise.all(idle.map(({ closed }) => closed));
    });
  });

  it('connections beyond the limit are closed, those before are served', async () => {
    const api = await startApi({ limits: { connections: 3 } });
    const inside: RawSocket[] = [];
    for (let i = 0; i < 3; i += 1) {
      const socket = new RawSocket(api.url).send('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
      expect(await socket.until(/"live"/)).toContain('200 OK');
      inside.push(socket);
    }
    const outside = await new RawSocket(api.url).send('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n').answer();
    expect(outside.status).toBe(0);
    inside.forEach((socket) => socket.end());
    await Promise.all(inside.map(({ closed }) => closed));
    await api.stop();
  });

  describe('rates', () => {
    let api: ApiUnderTest;
    const limits = { commandsPerMinute: 3, queriesPerMinute: 5 };
    const exceeded = (answer: Answer): void => {
      expectProblem(answer, 429, 'rate.exceeded');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    };
    const times = async (count: number, send: () => Promise<Answer>): Promise<Answer[]> => {
      const answers: Answer[] = [];
      for (let i = 0; i < count; i += 1) answers.push(await send());
      return answers;
    };
    beforeEach(async () => {
      api = await startApi({ limits });
    });
    afterEach(() => api.stop());

    it('are per subject, whatever token he shows, and per kind of request', async () => {
      const first = await callerAs(api, 'agent', { sub: 'li' });
      const second = await callerAs(api, 'agent', { sub: 'li', name: 'another token' });
      const other = await callerAs(api, 'agent', { sub: 'wang' });
      const made = [
        ...(await times(2, () => first.post('/api/v1/cases', REPORT))),
        await second.post('/api/v1/cases', REPORT),
      ];
      expect(made.map(({ status }) => status)).toEqual([201, 201, 201]);
      const head = await api.store.head();
      exceeded(await second.post('/api/v1/cases', REPORT));
      expect(await api.store.head()).toBe(head);
      expect((await other.post('/api/v1/cases', REPORT)).status).toBe(201);
      const queries = await times(6, () => first.get('/api/v1/cases'));
      expect(queries.slice(0, 5).map(({ status }) => status)).toEqual(Array(5).fill(200));
      exceeded(queries[5]!);
    });

    it('are over with the minute', async () => {
      const caller = await callerAs(api, 'agent');
      const [last] = (await times(4, () => caller.post('/api/v1/cases', REPORT))).slice(-1);
      const wait = Number(last?.headers.get('retry-after'));
      api.clock.now += wait * 1_000 - 1;
      exceeded(await caller.post('/api/v1/cases', REPORT));
      api.clock.now += 1;
      expect((await caller.post('/api/v1/cases', REPORT)).status).toBe(201);
    });

    it('are per address without a good token; a token that is none does not hide who asks', async () => {
      const strangers = ['', 'bad', 'worse', 'none', 'nobody'].map((token) => new Caller(api, token));
      for (const stranger of strangers) expect((await stranger.get('/api/v1/cases')).status).toBe(401);
      exceeded(await new Caller(api, 'another').get('/api/v1/cases'));
      expect((await (await callerAs(api, 'agent')).get('/api/v1/cases')).status).toBe(200);
    });

    it('refused commands count as well', async () => {
      const caller = await callerAs(api, 'agent');
      await times(3, () => caller.post('/api/v1/cases/absent/owner', { owner: 'li' }));
      exceeded(await caller.post('/api/v1/cases', REPORT));
    });

    it('do not count health checks', async () => {
      const anyone = new Caller(api, '');
      const answers = await times(20, () => anyone.get('/health/live'));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    });

    it.each([
      [0, 429],
      [1, 401],
    ])('with %i proxies in front, X-Forwarded-For of another address is %i', async (trustProxyHops, status) => {
      const behind = await startApi({ limits: { ...limits, trustProxyHops } });
      const from = (address: string) => new Caller(behind, '').get('/api/v1/cases', { 'x-forwarded-for': address });
      await times(6, () => from('203.0.113.1'));
      expect((await from('203.0.113.2')).status).toBe(status);
      exceeded(await from('203.0.113.1'));
      // What the client himself wrote stands further left and is not believed.
      exceeded(await from('198.51.100.7, 203.0.113.1'));
      await behind.stop();
    });
  });
});
