import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Role, Scope } from '@fieldcase/contracts';
import { malformed } from './http-problem';
import { scopeOf } from './identity';
import type { RoutePolicy } from './policy';

/** What a command's HTTP request says beside its body. */
export interface CommandCall {
  readonly scope: Scope;
  /** Roles that the route allows. */
  readonly roles: readonly Role[];
  /** `Idempotency-Key` */
  readonly key: string;
  /** `If-Match` */
  readonly ifMatch: number | undefined;
  /** What the key's hash covers: method, path, body and If-Match. */
  readonly request: string;
  readonly reply: FastifyReply;
}

export const Call = createParamDecorator((_: unknown, context: ExecutionContext): CommandCall => {
  const http = context.switchToHttp();
  return commandCall(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});

/** @throws HttpProblem 400 for a missing or odd key, or an odd version */
export function commandCall(request: FastifyRequest, reply: FastifyReply): CommandCall {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw malformed({ 'Idempotency-Key': ['idempotencyKey'] });
  }
  const ifMatch = versionOf(request.headers['if-match']);
  const path = request.url.split('?', 1)[0];
  return {
    scope: scopeOf(request),
    roles: rolesOf((request.routeOptions.config as { policy?: RoutePolicy }).policy),
    key,
    ifMatch,
    request: JSON.stringify([request.method, path, canonical(request.body ?? {}), ifMatch ?? null]),
    reply,
  };
}

const rolesOf = (policy: RoutePolicy | undefined): readonly Role[] => (typeof policy === 'object' ? policy.roles : []);

function versionOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const version = /^"(\d{1,10})"$/.exec(header)?.[1];
  if (version === undefined) throw malformed({ 'If-Match': ['ifMatch'] });
  return Number(version);
}

/** The same content is the same request, in whatever order a client's library writes the keys. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, item]) => [key, canonical(item)]);
}
