import { randomBytes } from 'node:crypto';
import type { AccessControl, Acl, Quotas } from './access-control';
import type { TopicSpec } from './transport';

/** 256 bits. */
const PASSWORD_BYTES = 32;

export interface UserGrant {
  readonly user: string;
  /** Made where they are not there. */
  readonly topics?: readonly TopicSpec[];
  readonly acls: readonly Acl[];
  readonly quotas?: Quotas;
  /** A new password for a user that is there already. */
  readonly rotate: boolean;
}

/**
 * The user is looked for first: who may not do that changes nothing. It is made last: who is given the password may use
 * it. Ended anywhere and begun again, it ends the same.
 * @returns the password that nobody knows yet; undefined where the user was there already: its owner alone knows it
 */
export async function grantUser(
  control: AccessControl,
  { user, topics = [], acls, quotas, rotate }: UserGrant,
): Promise<string | undefined> {
  const isThere = await control.hasUser(user);
  for (const topic of topics) await control.ensureTopic(topic);
  await control.allow(user, acls);
  if (quotas) await control.setQuotas(user, quotas);
  if (isThere && !rotate) return undefined;
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  await control.setPassword(user, password);
  return password;
}

export interface RevokedUser {
  /** How many rights it had. */
  readonly acls: number;
  /** Whether there was one. */
  readonly user: boolean;
}

/** Rights first: they end at once, on connections that are open as well. */
export async function revokeUser(control: AccessControl, name: string): Promise<RevokedUser> {
  const acls = await control.forbidEverything(name);
  const user = await control.removeUser(name);
  await control.removeQuotas(name);
  return { acls, user };
}
