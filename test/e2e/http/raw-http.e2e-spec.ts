import { startApi, type ApiUnderTest } from './api-fixture';
import { RawSocket, type RawAnswer } from './raw-socket';
import { callerAs, reported } from './requests';

const HOST = 'Host: x\r\nConnection: close\r\n';

describe('bytes on the socket', () => {
  let api: ApiUnderTest;
  let authorization: string;
  let id: string;
  const raw = (bytes: string | Uint8Array): Promise<RawAnswer> => new RawSocket(api.url).send(bytes).answer();
  const expectRawProblem = ({ status, headers, text }: RawAnswer, expected: number, code: string): void => {
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: expected,
      type: 'application/problem+json; charset=utf-8',
    });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    const problem = JSON.parse(text) as Record<string, unknown>;
    expect(problem).toMatchObject({ status: expected, code, type: `urn:fieldcase:problem:${code}` });
    expect(Object.keys(problem)).toEqual(expect.arrayContaining(['title', 'detail', 'instance']));
  };
  const get = (target: string, headers = authorization): Promise<RawAnswer> =>
    raw(`GET ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`);
  const isServed = async (): Promise<void> => {
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
  };
  beforeAll(async () => {
    api = await startApi();
    const agent = await callerAs(api, 'agent');
    id = await reported(agent);
    authorization = `Authorization: Bearer ${agent.token}\r\n`;
  });
  afterEach(isServed);
  afterAll(() => api.stop());

  it.each<[string, string, number, string]>([
    ['words', 'garbage\r\n\r\n', 400, 'request.unreadable'],
    ['a TLS hello', '\x16\x03\x01\x00\x05hello', 400, 'request.unreadable'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'request.unreadable'],
    ['HTTP/3.0', `GET / HTTP/3.0\r\n${HOST}\r\n`, 400, 'request.unreadable'],
    ['a method nobody knows', `FOO / HTTP/1.1\r\n${HOST}\r\n`, 400, 'request.unreadable'],
    ['CONNECT', `CONNECT evil:443 HTTP/1.1\r\n${HOST}\r\n`, 400, 'request.unreadable'],
    ['no target', `GET  HTTP/1.1\r\n${HOST}\r\n`, 400, 'request.unreadable'],
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'request.unreadable'],
    ['line feeds only', `GET /health/live HTTP/1.1\nHost: x\n\n`, 400, 'request.unreadable'],
    ['a NUL in a header', `GET /health/live HTTP/1.1\r\n${HOST}X\x00y: 1\r\n\r\n`, 400, 'request.unreadable'],
    ['a folded header', `GET /health/live HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`, 400, 'request.unreadable'],
    ['17 KB of headers', `GET / HTTP/1.1\r\n${HOST}X: ${'a'.repeat(17_000)}\r\n\r\n`, 431, 'request.headers-too-large'],
    ['a length that is no number', `POST / HTTP/1.1\r\n${HOST}Content-Length: abc\r\n\r\n`, 400, 'request.unreadable'],
    ['a length below zero', `POST / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`, 400, 'request.unreadable'],
    [
      'two lengths',
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
      400,
      'request.unreadable',
    ],
    [
      'a length beside chunks',
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'request.unreadable',
    ],
    ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 404, 'route.unknown'],
    ['TRACE', `TRACE /api/v1/cases HTTP/1.1\r\n${HOST}\r\n`, 405, 'route.method-not-allowed'],
    ['PROPFIND', `PROPFIND /api/v1/cases HTTP/1.1\r\n${HOST}\r\n`, 405, 'route.method-not-allowed'],
  ])('%s: a problem, and the connection ends', async (_, bytes, status, code) => {
    expectRawProblem(await raw(bytes), status, code);
  });

  it('a chunk that is none: a problem, and the command is not carried out', async () => {
    const head = await api.store.head();
    const json = 'Content-Type: application/json\r\nIdempotency-Key: chunk\r\nTransfer-Encoding: chunked\r\n';
    const bytes = `POST /api/v1/cases HTTP/1.1\r\n${HOST}${authorization}${json}\r\nZZ\r\n`;
    expectRawProblem(await raw(bytes), 400, 'request.unreadable');
    expect(await api.store.head()).toBe(head);
  });

  it('a length of 99 GB is 413 before a byte of it is read', async () => {
    const json = 'Content-Type: application/json\r\nIdempotency-Key: huge\r\nContent-Length: 99999999999\r\n';
    const bytes = `POST /api/v1/cases HTTP/1.1\r\n${HOST}${authorization}${json}\r\n{`;
    expectRawProblem(await raw(bytes), 413, 'request.too-large');
  });

  it('chunks without end are 413 as soon as they are too many', async () => {
    const json = 'Content-Type: application/json\r\nIdempotency-Key: long\r\nTransfer-Encoding: chunked\r\n';
    const socket = new RawSocket(api.url).send(`POST /api/v1/cases HTTP/1.1\r\n${HOST}${authorization}${json}\r\n`);
    for (let i = 0; i < 12; i += 1) socket.send(`2710\r\n${'x'.repeat(10_000)}\r\n`);
    expect(await socket.until(/request\.too-large/)).toMatch(/^HTTP\/1\.1 413/);
    socket.end();
  });

  it('a sender who goes away in the middle of a body leaves nothing behind', async () => {
    const head = await api.store.head();
    const json = 'Content-Type: application/json\r\nIdempotency-Key: gone\r\nContent-Length: 500\r\n';
    const socket = new RawSocket(api.url).send(`POST /api/v1/cases HTTP/1.1\r\n${HOST}${authorization}${json}\r\n{"a"`);
    await isServed();
    socket.end();
    await socket.closed;
    await isServed();
    expect(await api.store.head()).toBe(head);
    expect(api.logged).toEqual([]);
  });

  it('an expectation that nobody knows is ignored, and 100-continue is met', async () => {
    const unknown = await raw(`GET /health/live HTTP/1.1\r\n${HOST}Expect: miracles\r\n\r\n`);
    expect(unknown.status).toBe(200);
    const json = 'Content-Type: application/json\r\nIdempotency-Key: e\r\nContent-Length: 2\r\n';
    const bytes = `POST /api/v1/cases HTTP/1.1\r\n${HOST}${authorization}${json}Expect: 100-continue\r\n\r\n`;
    const socket = new RawSocket(api.url).send(bytes);
    expect(await socket.until(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.send('{}');
    expect(await socket.until(/request\.malformed/)).toContain('HTTP/1.1 400 Bad Request');
  });

  it('an Upgrade is not done', async () => {
    const upgrade = 'Host: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n';
    expect((await raw(`GET /health/live HTTP/1.1\r\n${upgrade}\r\n`)).status).toBe(200);
  });

  describe('addresses in odd clothes are the plain address or none, and never past the guards', () => {
    it.each(['%', '%f', '%zz', '%ff', '%e0%a4', 'a'.repeat(401)])('/cases/%s is 400', async (segment) => {
      expectRawProblem(await get(`/api/v1/cases/${segment}`), 400, 'request.unreadable');
    });

    it.each([
      '%00',
      '%20',
      'a%2fb',
      '..%2f..',
      '%2e%2e',
      '__proto__',
      'constructor',
      '%E5%B7%A5%E5%8D%95',
      '%0d%0aX:1',
    ])('/cases/%s is an absent case', async (segment) => {
      expectRawProblem(await get(`/api/v1/cases/${segment}`), 404, 'case.unknown');
      expectRawProblem(await get(`/api/v1/cases/${segment}/timeline`), 404, 'case.unknown');
      expectRawProblem(await get(`/api/v1/cases/${segment}`, ''), 401, 'auth.token-missing');
    });

    it.each([
      '//api/v1/cases',
      '/api//v1/cases',
      '/api/v1/cases/',
      '/api/v1//cases',
      '/api%2fv1/cases',
      '/api/v1%2Fcases',
      '/api/v1/cases;x=1',
      '/api/v1/../v1/cases',
      '/API/v1/cases',
      '/./api/v1/cases',
      '*',
    ])('%s is no address', async (target) => {
      expectRawProblem(await get(target), 404, 'route.unknown');
    });

    it('encoded letters are the letters, with the same guard', async () => {
      expect((await get('/api/v1/%63ases')).status).toBe(200);
      expectRawProblem(await get('/api/v1/%63ases', ''), 401, 'auth.token-missing');
    });

    it('a whole URL is its path, with the same guard', async () => {
      expect((await get(`http://evil/api/v1/cases/${id}`)).status).toBe(200);
      expectRawProblem(await get(`http://evil/api/v1/cases/${id}`, ''), 401, 'auth.token-missing');
      expectRawProblem(await get('http://evil/metrics'), 403, 'auth.role-not-allowed');
    });

    it('HEAD asks for the same right as GET, and answers its headers', async () => {
      const head = (target: string, headers: string) => raw(`HEAD ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`);
      expect(await head(`/api/v1/cases/${id}`, authorization)).toMatchObject({ status: 200, text: '' });
      expect((await head(`/api/v1/cases/${id}`, authorization)).headers.get('etag')).toBe('"1"');
      expect(await head(`/api/v1/cases/${id}`, '')).toMatchObject({ status: 401, text: '' });
      expect(await head('/status', authorization)).toMatchObject({ status: 403, text: '' });
      expect(await head('/api/v1/live', authorization)).toMatchObject({ status: 200, text: '' });
      expect(await head('/api/v1/cases/absent', authorization)).toMatchObject({ status: 404, text: '' });
    });
  });

  it('two requests in one packet get two answers', async () => {
    const one = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
    const { text } = await raw(`${one}GET /health/live HTTP/1.1\r\n${HOST}\r\n`);
    expect(text.match(/\{"status":"live"\}/g)).toHaveLength(2);
  });

  it('HTTP/1.0 without Host is answered', async () => {
    expect((await raw('GET /health/live HTTP/1.0\r\n\r\n')).status).toBe(200);
  });
});
