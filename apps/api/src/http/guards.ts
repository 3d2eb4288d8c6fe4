import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './http-problem';
import { identityOf, rememberIdentity, scopeOf } from './identity';
import { POLICY, type RoutePolicy } from './policy';
import { RequestRates } from './request-rates';
import { TokenVerifier } from './token-verifier';

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();
const policyOf = (reflector: Reflector, context: ExecutionContext): RoutePolicy | undefined =>
  reflector.get<RoutePolicy | undefined>(POLICY, context.getHandler());

/** First: who is it. A bad token is only refused by the last guard, so that the rate counts it as well. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (policyOf(this.reflector, context) === 'public') return true;
    const request = requestOf(context);
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
      const headers = { 'WWW-Authenticate': 'Bearer' };
      rememberIdentity(request, { refusal: new HttpProblem(401, 'auth.token-missing', { headers }) });
      return true;
    }
    try {
      rememberIdentity(request, { scope: await this.verifier.verify(token) });
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      rememberIdentity(request, { refusal: error });
    }
    return true;
  }
}

/** Second: how often. By subject where there is one, else by address; health checks are not counted. */
@Injectable()
export class RateGuard implements CanActivate {
  constructor(@Inject(RequestRates) private readonly rates: RequestRates) {}

  canActivate(context: ExecutionContext): boolean {
    const request = requestOf(context);
    if (request.routeOptions.url?.startsWith('/health/')) return true;
    const identity = identityOf(request);
    const who = 'scope' in identity ? `sub ${identity.scope.sub}` : `ip ${request.ip}`;
    const retryAfter = this.rates.count(request.method === 'POST' ? 'commands' : 'queries', who);
    if (retryAfter === undefined) return true;
    throw new HttpProblem(429, 'rate.exceeded', { headers: { 'Retry-After': String(retryAfter) } });
  }
}

/** Last: may he. Denies whatever declares nothing. */
@Injectable()
export class PolicyGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const policy = policyOf(this.reflector, context);
    if (policy === 'public') return true;
    const scope = scopeOf(requestOf(context));
    if (policy === 'authenticated') return true;
    if (policy && scope.roles.some((role) => policy.roles.includes(role))) return true;
    throw new HttpProblem(403, 'auth.role-not-allowed');
  }
}
