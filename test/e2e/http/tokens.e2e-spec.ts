import { createHmac, createPublicKey } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { startApi, type ApiUnderTest } from './api-fixture';
import { Caller, callerAs, expectProblem, REPORT, reported } from './requests';

const GOOD = { sub: 'li', roles: ['agent'] };
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('tokens', () => {
  let api: ApiUnderTest;
  let now: number;
  const answerTo = (token: string) => new Caller(api, token).get('/api/v1/cases');
  const refused = async (token: string): Promise<void> => {
    const answer = await answerTo(token);
    expectProblem(answer, 401, 'auth.token-invalid');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  };
  beforeAll(async () => {
    api = await startApi();
    now = Math.floor(api.clock.now / 1_000);
  });
  afterAll(() => api.stop());

  it('a good one is taken, with either type and any case of the scheme', async () => {
    for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+jwt']) {
      expect((await answerTo(await api.sign(GOOD, { typ }))).status).toBe(200);
    }
    const caller = new Caller(api, '');
    const authorization = `bearer ${await api.sign(GOOD)}`;
    expect((await caller.get('/api/v1/cases', { authorization })).status).toBe(200);
  });

  it.each<[string, string | undefined]>([
    ['none', ''],
    ['another scheme', 'Basic bGk6bGk='],
    ['the scheme alone', 'Bearer'],
    ['the scheme and blanks', 'Bearer   '],
    ['two tokens', 'Bearer a b'],
    ['a token without a scheme', 'eyJhbGciOiJFUzI1NiJ9.e30.x'],
  ])('%s is 401 auth.token-missing', async (_, authorization = '') => {
    const answer = await new Caller(api, '').get('/api/v1/cases', { authorization });
    expectProblem(answer, 401, 'auth.token-missing');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  describe('claims', () => {
    it.each<[string, object]>([
      ['expired', { exp: -61 }],
      ['not yet valid', { nbf: 61 }],
      ['without exp', { exp: undefined }],
    ])('%s is 401', async (_, times) => {
      const claims = Object.fromEntries(
        Object.entries(times).map(([name, at]) => [name, at === undefined ? undefined : now + Number(at)]),
      );
      await refused(await api.sign({ ...GOOD, ...claims }));
    });

    it('60 s of skew are forgiven', async () => {
      expect((await answerTo(await api.sign({ ...GOOD, exp: now - 59 }))).status).toBe(200);
      expect((await answerTo(await api.sign({ ...GOOD, nbf: now + 59 }))).status).toBe(200);
    });

    it.each<[string, object]>([
      ['another issuer', { iss: 'another' }],
      ['no issuer', { iss: undefined }],
      ['another audience', { aud: 'another' }],
      ['no audience', { aud: undefined }],
      ['no sub', { sub: undefined }],
      ['an empty sub', { sub: '' }],
      ['a sub that is a number', { sub: 7 }],
      ['a sub of 201 characters', { sub: 's'.repeat(201) }],
      ['a sub with U+0000', { sub: 'li\u0000' }],
      ['a sub of two lines', { sub: 'li\nwang' }],
      ['a region with U+0000', { regions: ['\u0000'] }],
      ['no roles', { roles: undefined }],
      ['roles as a text', { roles: 'supervisor' }],
      ['roles as an object', { roles: { 0: 'supervisor', length: 1 } }],
      ['roles with something else', { roles: ['agent', 7] }],
      ['regions as a text', { regions: '*' }],
      ['regions as null', { regions: null }],
      ['depots as an object', { depots: {} }],
      ['a depot clerk without depots', { roles: ['depot-clerk'] }],
      ['a clerk among other roles without depots', { roles: ['agent', 'depot-clerk'] }],
    ])('%s is 401', async (_, claims) => {
      await refused(await api.sign({ ...GOOD, ...claims }));
    });

    it.each([[[]], [['admin']], [['SUPERVISOR']], [['constructor', '__proto__']]])(
      'roles %j are none: 403',
      async (roles) => {
        expectProblem(await answerTo(await api.sign({ ...GOOD, roles })), 403, 'auth.role-not-allowed');
      },
    );

    it('an audience among others is taken', async () => {
      expect((await answerTo(await api.sign({ ...GOOD, aud: ['other', 'fieldcase'] }))).status).toBe(200);
    });
  });

  describe('forgeries are 401', () => {
    const claims = (): object => ({ iss: 'test-issuer', aud: 'fieldcase', exp: now + 600, iat: now, ...GOOD });

    it('alg none, in every writing', async () => {
      await refused(new UnsecuredJWT({ ...claims() }).encode());
      for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
        await refused(`${base64({ alg, typ: 'JWT', kid: 'test' })}.${base64(claims())}.`);
      }
    });

    it('HS256 signed with the public key in any form', async () => {
      const jwk = { ...(await api.publicJwk()) };
      const key = createPublicKey({ key: jwk as never, format: 'jwk' });
      const forms = [
        key.export({ type: 'spki', format: 'pem' }),
        key.export({ type: 'spki', format: 'der' }),
        JSON.stringify(jwk),
        Buffer.from(String(jwk.x), 'base64url'),
        '',
      ];
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        const content = `${base64({ alg, typ: 'JWT', kid: 'test' })}.${base64(claims())}`;
        for (const form of forms) {
          const signature = createHmac(alg.replace('HS', 'sha'), form).update(content).digest('base64url');
          await refused(`${content}.${signature}`);
        }
      }
    });

    it.each(['ES256', 'RS256', 'EdDSA', 'PS256'])(
      '%s with a key of one’s own, also where the header brings it',
      async (alg) => {
        const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
        const jwk = await exportJWK(publicKey);
        for (const header of [{}, { jwk }, { jku: `${api.url}/openapi.json` }, { x5u: `${api.url}/openapi.json` }]) {
          for (const kid of ['test', 'other', undefined]) {
            const protectedHeader = { alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }), ...header };
            await refused(await new SignJWT({ ...claims() }).setProtectedHeader(protectedHeader).sign(privateKey));
          }
        }
      },
    );

    it.each([{ kid: 'unknown' }, { kid: '../../etc/passwd' }, { typ: 'JOSE' }, { typ: '' }, { typ: 'id+jwt' }])(
      'header %j',
      async (header) => refused(await api.sign(GOOD, header)),
    );

    it('a critical header that nobody knows', async () => {
      const [, payload, signature] = (await api.sign(GOOD)).split('.');
      await refused(`${base64({ alg: 'ES256', kid: 'test', typ: 'JWT', crit: ['x'], x: 1 })}.${payload}.${signature}`);
    });

    it('a good signature under other claims', async () => {
      const [header, , signature] = (await api.sign(GOOD)).split('.');
      await refused(`${header}.${base64({ ...claims(), roles: ['supervisor'] })}.${signature}`);
    });

    it.each(['a', 'a.b', 'a.b.c', 'a.b.c.d.e', '....', '🦉', 'x'.repeat(8_000), `${'e'.repeat(3_000)}.e.e`])(
      '%.12s is no token',
      async (text) => refused(encodeURI(text)),
    );

    it('500 mutations of a good one', async () => {
      const token = await api.sign(GOOD);
      const mutated = (index: number): string => {
        const at = (index * 7_919) % token.length;
        const letter = token[at] === 'A' ? 'B' : 'A';
        return index % 3 === 0
          ? token.slice(0, at) + token.slice(at + 1)
          : token.slice(0, at) + letter + token.slice(at + 1);
      };
      const unused = token.length - 1;
      const answers = await Promise.all(
        Array.from({ length: 500 }, (_, index) => index)
          // The last letter's lowest bits are no part of the signature.
          .filter((index) => (index * 7_919) % token.length !== unused)
          .map((index) => answerTo(mutated(index))),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    });
  });

  it('a verified token is not taken beyond its expiry from the cache', async () => {
    const own = await startApi();
    try {
      const token = await own.sign({ ...GOOD, exp: Math.floor(own.clock.now / 1_000) + 10 });
      expect((await new Caller(own, token).get('/api/v1/cases')).status).toBe(200);
      own.clock.now += 71_000;
      expectProblem(await new Caller(own, token).get('/api/v1/cases'), 401, 'auth.token-invalid');
    } finally {
      await own.stop();
    }
  });

  it('a bad token is 401 on every route that is not public, and never answers more', async () => {
    const id = await reported(await callerAs(api, 'agent'));
    const stranger = new Caller(api, 'nobody');
    for (const { method, url, policy } of api.api.routes.all()) {
      if (policy === 'public' || method === 'HEAD') continue;
      const path = url.replace(':id', id).replace(/:\w+/, 'x');
      const answer =
        method === 'POST' ? await stranger.post(path, {}) : await stranger.send(method, path, undefined, {});
      expectProblem(answer, 401, 'auth.token-invalid');
    }
    expectProblem(await stranger.post('/api/v1/cases', REPORT), 401, 'auth.token-invalid');
  });
});
