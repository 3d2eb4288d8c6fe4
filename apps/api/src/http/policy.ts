import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Role } from '@fieldcase/contracts';

/** Who may call a route. Every route declares one; a route without one stops the start. */
export type RoutePolicy = 'public' | 'authenticated' | { readonly roles: readonly Role[] };

export const POLICY = 'fieldcase:policy';

/** On the method, never on the class: what a route allows is read where the route is. */
export const Policy = (policy: RoutePolicy): MethodDecorator =>
  applyDecorators(SetMetadata(POLICY, policy), RouteConfig({ policy }));
