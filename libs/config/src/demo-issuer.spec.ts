import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { DEMO_AUDIENCE, DEMO_ISSUER, loadOrCreateDemoIssuer, signDemoToken } from './demo-issuer';

describe('demo issuer', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fieldcase-issuer-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps its key, for its owner only', async () => {
    const first = await loadOrCreateDemoIssuer(folder);
    const again = await loadOrCreateDemoIssuer(folder);
    expect(again.publicJwk).toEqual(first.publicJwk);
    expect(statSync(join(folder, 'secrets', 'demo-issuer.json')).mode & 0o777).toBe(0o600);
  });

  it('is one issuer for all who start at the same moment', async () => {
    const issuers = await Promise.all([1, 2, 3, 4, 5].map(() => loadOrCreateDemoIssuer(folder)));
    expect(new Set(issuers.map((issuer) => issuer.kid)).size).toBe(1);
  });

  it('signs what its public key verifies, and publishes no private part', async () => {
    const issuer = await loadOrCreateDemoIssuer(folder);
    const token = await signDemoToken(issuer, { sub: 'demo-agent', roles: ['agent'], regions: ['East'] });
    const key = await importJWK(issuer.publicJwk, 'ES256');
    const { payload } = await jwtVerify(token, key, { issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE });
    expect(payload).toMatchObject({ sub: 'demo-agent', roles: ['agent'], regions: ['East'] });
    expect(payload.exp! - payload.iat!).toBe(8 * 3_600);
    expect(payload).not.toHaveProperty('depots');
    expect(decodeProtectedHeader(token).kid).toBe(issuer.kid);
    expect(issuer.publicJwk).not.toHaveProperty('d');
  });

  it('names a file that holds no key', async () => {
    await loadOrCreateDemoIssuer(folder);
    writeFileSync(join(folder, 'secrets', 'demo-issuer.json'), '{}');
    await expect(loadOrCreateDemoIssuer(folder)).rejects.toThrow(/demo-issuer\.json holds no key .*remove it/);
  });
});
