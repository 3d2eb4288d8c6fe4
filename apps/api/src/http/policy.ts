import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Role } from '@fieldcase/contracts';

/** Who may call a route. Every route declares one; a route without one stops the start. */
export type RoutePolicy = 'public' | 'authenticated' | { readonly roles: readonly Role[] };

export const POLICY = 'fieldcase:policy';

/** What else a route says of itself to the frame. */
export interface RouteTraits {
  /** Takes the form of a page of ours as well as JSON. */
  readonly takesForms?: boolean;
}

/** On the method, never on the class: what a route allows is read where the route is. */
export const Policy = (policy: RoutePolicy, traits: RouteTraits = {}): MethodDecorator =>
  applyDecorators(SetMetadata(POLICY, policy), RouteConfig({ policy, ...traits }));
