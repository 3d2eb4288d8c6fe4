import { loadOrCreateDemoIssuer, signDemoToken, type DemoIssuer } from '@fieldcase/config';

/** Who gives a command of the simulator. */
export interface Person {
  readonly role: 'agent' | 'dispatcher' | 'supervisor' | 'technician' | 'depot-clerk';
  readonly sub: string;
  /** A clerk's. */
  readonly depots?: readonly string[];
}

export type TokenOf = (person: Person) => Promise<string>;

const LIFETIME_SECONDS = 3_600;
const RENEWED_MS = (LIFETIME_SECONDS / 2) * 1_000;

/** Tokens of the demo issuer of a data folder, renewed long before they end. */
export async function demoTokens(dataDir: string, now: () => number = Date.now): Promise<TokenOf> {
  const issuer = await loadOrCreateDemoIssuer(dataDir);
  const signed = new Map<string, { readonly token: Promise<string>; readonly at: number }>();
  return ({ role, sub, depots }) => {
    const person = JSON.stringify([role, sub, depots]);
    const known = signed.get(person);
    if (known && now() - known.at < RENEWED_MS) return known.token;
    const token = sign(issuer, { role, sub, ...(depots ? { depots } : {}) }, now());
    signed.set(person, { token, at: now() });
    return token;
  };
}

const sign = (issuer: DemoIssuer, { role, sub, depots }: Person, now: number): Promise<string> =>
  signDemoToken(
    issuer,
    { sub, name: sub, roles: [role], lifetimeSeconds: LIFETIME_SECONDS, ...(depots ? { depots } : {}) },
    now,
  );
