import type { Role, Scope } from '@fieldcase/contracts';

/** A caller with one role, everywhere unless regions are named. */
export function scopeOf(role: Role, sub: string = role, regions: Scope['regions'] = '*'): Scope {
  return { sub, roles: [role], regions, depots: '*' };
}
