import type { FastifyRequest } from 'fastify';
import type { Scope } from '@fieldcase/contracts';
import { HttpProblem } from './http-problem';

/** What the token of a request said: a scope, or why there is none. Set once by the authentication guard. */
export type Identity = { readonly scope: Scope } | { readonly refusal: HttpProblem };

const identities = new WeakMap<FastifyRequest, Identity>();

export function rememberIdentity(request: FastifyRequest, identity: Identity): void {
  identities.set(request, identity);
}

export function identityOf(request: FastifyRequest): Identity {
  return identities.get(request) ?? { refusal: new HttpProblem(401, 'auth.token-missing') };
}

/** @throws HttpProblem 401 */
export function scopeOf(request: FastifyRequest): Scope {
  const identity = identityOf(request);
  if ('refusal' in identity) throw identity.refusal;
  return identity.scope;
}
