import { gzipSync } from 'node:zlib';
import { startApi, type ApiUnderTest } from './api-fixture';
import { callerAs, expectProblem, REPORT, type Answer, type Caller } from './requests';

const GOOD = JSON.stringify(REPORT);
const nested = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
const keys = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1])));

describe('what is refused before any command is read', () => {
  let api: ApiUnderTest;
  let agent: Caller;
  const post = (body: string | Uint8Array | undefined, headers: Record<string, string> = {}): Promise<Answer> =>
    agent.send('POST', '/api/v1/cases', body, {
      'content-type': 'application/json',
      'idempotency-key': 'one-and-the-same',
      ...headers,
    });
  const refused = async (answer: Promise<Answer>, status: number, code: string): Promise<Answer> => {
    const given = await answer;
    expectProblem(given, status, code);
    expect(given.headers.get('x-content-type-options')).toBe('nosniff');
    expect(given.headers.get('cache-control')).toBe('no-store');
    return given;
  };
  beforeAll(async () => {
    api = await startApi();
    agent = await callerAs(api, 'agent');
  });
  afterEach(async () => expect(await api.store.head()).toBe(0n));
  afterAll(() => api.stop());

  describe('addresses', () => {
    it.each([
      '/index.html',
      '/api',
      '/api/v1',
      '/api/v1/unknown',
      '/api/v2/cases',
      '/favicon.ico',
      '/api/v1/cases/a/unknown',
    ])('%s is 404 route.unknown', async (path) => void (await refused(agent.get(path), 404, 'route.unknown')));

    it.each([
      ['DELETE', '/api/v1/cases', 'GET, HEAD, POST'],
      ['PUT', '/api/v1/cases/a', 'GET, HEAD'],
      ['POST', '/api/v1/cases/a', 'GET, HEAD'],
      ['GET', '/api/v1/cases/a/triage', 'POST'],
      ['PATCH', '/api/v1/live', 'GET, HEAD'],
      ['POST', '/health/live', 'GET, HEAD'],
      ['OPTIONS', '/api/v1/cases', 'GET, HEAD, POST'],
    ])('%s %s is 405 and names the methods %s', async (method, path, allow) => {
      const answer = await refused(agent.send(method, path, undefined, {}), 405, 'route.method-not-allowed');
      expect(answer.headers.get('allow')).toBe(allow);
    });

    it('another origin gets no permission', async () => {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
      const answer = await agent.send('OPTIONS', '/api/v1/cases', undefined, headers);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    });
  });

  describe('bodies', () => {
    it.each<[string, string | undefined]>([
      ['none', undefined],
      ['empty', ''],
      ['cut off', GOOD.slice(0, -1)],
      ['two of them', GOOD + GOOD],
      ['with a comment', GOOD.replace('{', '{/**/')],
      ['single quotes', GOOD.replaceAll('"', "'")],
      ['NaN', '{"siteName":NaN}'],
      ['a list', '[]'],
      ['null', 'null'],
      ['a text', '"x"'],
      ['a number', '1'],
      ['deep objects', nested(5_000)],
      ['deep lists', `{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}`],
      ['21 levels', `{"siteName":${nested(20)}}`],
      ['1,001 keys', keys(1_001)],
      ['1,001 items', JSON.stringify({ siteName: Array(1_001).fill(1) })],
      ['a number beyond what is exact', '{"siteName":12345678901234567890}'],
      ['an infinite number', '{"siteName":1e999}'],
    ])('%s is 400 and says what was expected', async (_, body) => {
      const answer = await refused(post(body), 400, 'request.malformed');
      expect(Object.values(answer.body.errors ?? {}).join()).not.toBe('');
    });

    it('bytes that are no UTF-8 are 400', async () => {
      await refused(post(Buffer.from('{"siteName":"\xe9"}', 'latin1')), 400, 'request.malformed');
    });

    it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'])(
      'the key %s is 400, wherever it is',
      async (key) => {
        const [top, inner] = [GOOD.replace('{', `{"${key}":{"a":1},`), GOOD.replace(':{', `:{"${key}":{"a":1},`)];
        expect((await refused(post(top), 400, 'request.malformed')).body.errors).toHaveProperty([key]);
        expect((await refused(post(inner), 400, 'request.malformed')).body.errors).toHaveProperty([`contact.${key}`]);
        expect(({} as { a?: number }).a).toBeUndefined();
      },
    );

    it.each(['then', 'toJSON', 'length', '__esModule', '$ref', '', 'a.b', '%s', '\u001b[31m'])(
      'the unknown key %j is 400',
      async (key) => {
        await refused(post(GOOD.replace('{', `{${JSON.stringify(key)}:1,`)), 400, 'request.malformed');
      },
    );

    it('an unknown key is told cut and clean', async () => {
      const { body } = await post(GOOD.replace('{', `{"${'\\u0000'}${'k'.repeat(500)}":1,`));
      expect(Object.keys(body.errors ?? {})).toEqual([`\ufffd${'k'.repeat(63)}`]);
    });

    it('at most 100 wrong fields are told', async () => {
      const { body } = await refused(post(keys(900)), 400, 'request.malformed');
      expect(Object.keys(body.errors ?? {})).toHaveLength(100);
    });

    it.each([
      ['100 KB and one byte', 100 * 1024 + 1],
      ['10 MB', 10 * 1024 * 1024],
    ])('of %s is 413', async (_, size) => {
      await refused(post(GOOD.padEnd(size)), 413, 'request.too-large');
    });

    it('of 100 KB is read', async () => {
      const wrong = GOOD.replace('{', '{"surprise":1,');
      await refused(
        post(wrong.padEnd(100 * 1024 - (Buffer.byteLength(wrong) - wrong.length))),
        400,
        'request.malformed',
      );
    });
  });

  describe('content types', () => {
    it.each([
      'text/plain',
      'text/json',
      'application/xml',
      'application/problem+json',
      'application/jsonx',
      'application/json; charset=gbk',
      'application/json; charset=utf-16',
      'application/json; charset=utf-8; charset=gbk',
      'application/json; profile=x',
      'application/json;',
      'application/json, text/plain',
      'Application/JSON',
      'application/json\t; charset=utf-8',
      '"application/json"',
      '*/*',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ])('%j is 415', async (type) => {
      await refused(post(GOOD, { 'content-type': type }), 415, 'request.media-type');
    });

    it('none with a body is 415', async () => {
      const headers = { 'idempotency-key': 'k' };
      await refused(agent.send('POST', '/api/v1/cases', Buffer.from(GOOD), headers), 415, 'request.media-type');
    });

    it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])('Content-Encoding %s is 415', async (encoding) => {
      const answer = post(gzipSync(Buffer.alloc(5_000_000, 'x')), { 'content-encoding': encoding });
      await refused(answer, 415, 'request.media-type');
    });

    it.each(['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'application/json; charset="utf-8"'])(
      '%s is read',
      async (type) => void (await refused(post('{}', { 'content-type': type }), 400, 'request.malformed')),
    );
  });

  describe('query parameters', () => {
    it.each([
      'surprise=1',
      '__proto__=1',
      'constructor=1',
      'hasOwnProperty=1',
      'toString=1',
      'limit[]=1',
      'Limit=1',
      'q=a&q=b',
      'q=%00',
      'q=%1b',
      'q=',
      `q=${'x'.repeat(101)}`,
      'limit=0',
      'limit=201',
      'limit=1.5',
      'limit=-1',
      'limit=1e1',
      'limit=%201',
      'after=-1',
      'after=x',
      'after=9223372036854775808',
      'sort=number',
      'status=open',
      'status=reported,,closed',
      'queue=all',
      'priority=low',
      `cursor=${'a'.repeat(1_001)}`,
      'cursor=%27',
      'technicianId=a%20b',
    ])('?%s is 400 and names the parameter', async (query) => {
      const answer = await refused(agent.get(`/api/v1/cases?${query}`), 400, 'request.malformed');
      expect(Object.keys(answer.body.errors ?? {})).toEqual([decodeURIComponent(query.split('=')[0] ?? '')]);
    });

    it.each([
      ['surprise=1', 'surprise', 'there is no such query parameter: leave it out'],
      ['constructor=1', 'constructor', 'there is no such query parameter: leave it out'],
      ['status=open', 'status', expect.stringMatching(/^expected one or several statuses .*: reported, triaged, /)],
    ])('?%s is told as what it is', async (query, name, text) => {
      expect((await agent.get(`/api/v1/cases?${query}`)).body.errors).toEqual({ [name]: text });
    });

    it('every query refuses a parameter that it does not know', async () => {
      const all = await callerAs(api, 'supervisor');
      const queries = api.api.routes.all().filter(({ method, url }) => method === 'GET' && url.startsWith('/api/v1/'));
      expect(queries.length).toBeGreaterThan(8);
      for (const { url } of queries) {
        const needed = url === '/api/v1/visits' ? '&technicianId=tech-li' : '';
        const answer = await all.get(`${url.replace(':id', 'some')}?surprise=1${needed}`);
        expectProblem(answer, 400, 'request.malformed');
        expect(Object.keys(answer.body.errors ?? {})).toEqual(['surprise']);
      }
    });
  });

  describe('words', () => {
    it('of a question never speak of what was stored; those of a command do', async () => {
      const said = async (language: string, answer: Answer): Promise<unknown> => {
        expectProblem(answer, 400, 'request.malformed');
        return `${language} ${String(answer.body['detail'])}`;
      };
      const asked = async (language: string) =>
        said(language, await agent.get('/api/v1/cases?surprise=1', { 'accept-language': language }));
      const sent = async (language: string) => said(language, await post('[]', { 'accept-language': language }));
      expect(await asked('en')).toBe('en Mend what errors names and send it again.');
      expect(await asked('zh-CN')).toBe('zh-CN 请按 errors 中的说明修改后重试。');
      expect(await sent('en')).toContain('nothing was stored');
      expect(await sent('zh-CN')).toContain('没有保存任何内容');
    });

    it('of a position name its bound', async () => {
      const answer = await agent.get('/api/v1/cases?after=99999999999999999999999', { 'accept-language': 'en' });
      expect(answer.body.errors?.['after']).toBe(
        'expected a log position: a whole number from 0 to 9223372036854775807',
      );
    });

    it.each(['P1M', 'PT0S', 'P1Y'])(
      'of a duration tell what is refused of %s, which is ISO 8601 as well',
      async (within) => {
        const supervisor = await callerAs(api, 'supervisor');
        const policy = {
          id: 'p',
          name: '春耕',
          match: {},
          targets: [{ target: 'restore', within }],
          lateFactLimit: within,
        };
        const { body } = await supervisor.post('/api/v1/sla-policies', policy, {
          headers: { 'accept-language': 'en' },
        });
        for (const field of ['targets.0.within', 'lateFactLimit']) {
          expect(body.errors?.[field]).toMatch(/in weeks, days, hours, minutes or seconds, .*above zero/);
        }
      },
    );
  });
});
