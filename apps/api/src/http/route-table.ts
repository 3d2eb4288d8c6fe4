import type { FastifyInstance } from 'fastify';
import type { RoutePolicy } from './policy';

interface Route {
  readonly method: string;
  readonly url: string;
  readonly policy: RoutePolicy | undefined;
  readonly pattern: RegExp;
}

/** What is really in the router, whoever put it there. */
export class RouteTable {
  private readonly routes: Route[] = [];

  /** Before any route is made. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url, config }) => {
      const policy = (config as { policy?: RoutePolicy } | undefined)?.policy;
      for (const one of [method].flat()) this.routes.push({ method: one, url, policy, pattern: patternOf(url) });
    });
  }

  all(): readonly Route[] {
    return this.routes;
  }

  /** @throws Error that names every route without a policy: the start must not go on */
  requirePolicies(): void {
    const undeclared = this.routes.filter((route) => route.policy === undefined);
    if (undeclared.length === 0) return;
    const names = undeclared.map(({ method, url }) => `${method} ${url}`).join(', ');
    throw new Error(`Routes without @Policy: ${names}. Declare who may call them.`);
  }

  methodsOf(url: string): readonly string[] {
    const path = url.split('?', 1)[0] ?? '';
    const matching = this.routes.filter((route) => route.pattern.test(path));
    return [...new Set(matching.map((route) => route.method))].sort();
  }
}

function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+');
  return new RegExp(`^${escaped}$`);
}
