import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { HttpProblem } from './http-problem';
import { remoteKeys, TokenVerifier } from './token-verifier';

/** An identity provider on the loopback interface that counts how often its keys are fetched. */
class Issuer {
  private readonly keys = new Map<string, { readonly privateKey: CryptoKey; readonly jwk: JWK }>();
  private readonly server: Server;
  fetches = 0;
  broken = false;

  constructor() {
    this.server = createServer((_, response) => {
      this.fetches += 1;
      response.statusCode = this.broken ? 500 : 200;
      response.end(JSON.stringify({ keys: [...this.keys.values()].map(({ jwk }) => jwk) }));
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks`;
  }

  async rotateTo(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    this.keys.clear();
    this.keys.set(kid, { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } });
  }

  token(signedBy: string, kid = signedBy): Promise<string> {
    const { privateKey } = this.keys.get(signedBy) ?? {};
    if (!privateKey) throw new Error(`no key ${signedBy}`);
    const claims = { iss: 'idp', aud: 'fieldcase', sub: 'li', roles: ['agent'] };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
      .setExpirationTime('1h')
      .sign(privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

describe('TokenVerifier with the keys of an identity provider', () => {
  let issuer: Issuer;
  let verifier: TokenVerifier;
  let later = 0;
  const realNow = Date.now.bind(Date);
  const refusal = (token: string): Promise<unknown> => verifier.verify(token).catch((error: unknown) => error);
  const expectRefused = async (token: string, status: number): Promise<void> => {
    const error = await refusal(token);
    expect(error).toBeInstanceOf(HttpProblem);
    expect(error).toMatchObject({ status });
  };
  beforeEach(async () => {
    later = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + later);
    issuer = new Issuer();
    await issuer.rotateTo('one');
    const key = remoteKeys(await issuer.start());
    verifier = new TokenVerifier({ issuer: 'idp', audience: 'fieldcase', algorithms: ['ES256'], key });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await issuer.stop();
  });

  it('fetches the keys once for many tokens', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token('one')));
    for (const token of tokens) await expect(verifier.verify(token)).resolves.toMatchObject({ sub: 'li' });
    expect(issuer.fetches).toBe(1);
  });

  it('takes a new key 30 s after the last fetch, and drops the old one', async () => {
    const old = await issuer.token('one');
    await verifier.verify(await issuer.token('one'));
    await issuer.rotateTo('two');
    later = 30_001;
    await expect(verifier.verify(await issuer.token('two'))).resolves.toMatchObject({ sub: 'li' });
    await expectRefused(old, 401);
    expect(issuer.fetches).toBe(2);
  });

  it('a flood of unknown keys is refused with one fetch per 30 s', async () => {
    await verifier.verify(await issuer.token('one'));
    for (let i = 0; i < 50; i += 1) await expectRefused(await issuer.token('one', `unknown-${i}`), 401);
    expect(issuer.fetches).toBe(1);
    later = 30_001;
    for (let i = 0; i < 50; i += 1) await expectRefused(await issuer.token('one', `unknown-${i}`), 401);
    expect(issuer.fetches).toBe(2);
  });

  it('an outage is no verdict on a token: known keys last 10 minutes, then it is 503 with its cause', async () => {
    await verifier.verify(await issuer.token('one'));
    issuer.broken = true;
    later = 9 * 60_000;
    await expect(verifier.verify(await issuer.token('one'))).resolves.toMatchObject({ sub: 'li' });
    later = 11 * 60_000;
    const error = await refusal(await issuer.token('one'));
    expect(error).toMatchObject({ status: 503, code: 'auth.issuer-unavailable', cause: expect.any(Error) });
  });

  it('nobody there is 503 as well', async () => {
    const token = await issuer.token('one');
    await issuer.stop();
    await expectRefused(token, 503);
    issuer = new Issuer();
    await issuer.start();
  });

  it('answers a token that it knows from memory, for 30 s', async () => {
    const token = await issuer.token('one');
    await verifier.verify(token);
    await issuer.rotateTo('two');
    later = 29_999;
    await expect(verifier.verify(token)).resolves.toMatchObject({ sub: 'li' });
    later = 60_003;
    await verifier.verify(await issuer.token('two'));
    await expectRefused(token, 401);
  });
});
