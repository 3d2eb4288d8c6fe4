import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';

export const DEMO_ISSUER = 'fieldcase-demo';
export const DEMO_AUDIENCE = 'fieldcase';
const ALGORITHM = 'ES256';
const DEFAULT_LIFETIME_SECONDS = 8 * 3_600;

/** The loopback issuer of the embedded mode: one key, kept in the data folder, so tokens survive restarts. */
export interface DemoIssuer {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** As a JWKS serves it. */
  readonly publicJwk: JWK;
}

export interface DemoTokenClaims {
  readonly sub: string;
  readonly name?: string;
  readonly roles: readonly string[];
  /** Absent: all. */
  readonly regions?: readonly string[];
  /** Absent: all. */
  readonly depots?: readonly string[];
  /** Seconds; 8 h when absent. */
  readonly lifetimeSeconds?: number;
}

/**
 * Reads `<dataDir>/secrets/demo-issuer.json` (private JWK, mode 600), or makes it. Two processes that start at the
 * same moment end with the same key. Throws where the file is there but no key, naming the file.
 */
export async function loadOrCreateDemoIssuer(dataDir: string): Promise<DemoIssuer> {
  const folder = join(dataDir, 'secrets');
  const path = join(folder, 'demo-issuer.json');
  const text = readIfThere(path) ?? (await create(folder, path));
  try {
    const jwk = JSON.parse(text) as JWK & { kid: string };
    const privateKey = (await importJWK(jwk, ALGORITHM)) as CryptoKey;
    const { kty, crv, x, y, kid } = jwk;
    if (!kid || !kty || !crv || !x || !y || !jwk.d) throw new Error('expected a private EC key with a kid');
    return { kid, privateKey, publicJwk: { kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig' } };
  } catch (error) {
    throw new Error(`${path} holds no key (${(error as Error).message}); remove it and a new one is made`, {
      cause: error,
    });
  }
}

/** A signed token (compact JWT), valid from `nowMs` on. */
export async function signDemoToken(issuer: DemoIssuer, claims: DemoTokenClaims, nowMs = Date.now()): Promise<string> {
  const { sub, lifetimeSeconds = DEFAULT_LIFETIME_SECONDS, ...rest } = claims;
  const issuedAt = Math.floor(nowMs / 1_000);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return new SignJWT(given)
    .setProtectedHeader({ alg: ALGORITHM, kid: issuer.kid, typ: 'JWT' })
    .setIssuer(DEMO_ISSUER)
    .setAudience(DEMO_AUDIENCE)
    .setSubject(sub)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(issuer.privateKey);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function create(folder: string, path: string): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' });
  try {
    // A link appears whole and only once: whoever comes second takes the first one's key.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(path, 'utf8');
}
