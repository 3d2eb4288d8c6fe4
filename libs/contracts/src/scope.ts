/** Roles of the token. */
export const ROLES = [
  'agent',
  'dispatcher',
  'technician',
  'depot-clerk',
  'supervisor',
  'analyst',
  'operator',
  'regulator',
] as const;
export type Role = (typeof ROLES)[number];

/** What a caller may see; required by every query. Made from the token by the HTTP guard, or `systemScope`. */
export interface Scope {
  readonly sub: string;
  readonly name?: string;
  readonly roles: readonly Role[];
  /** `*` or a list of region names. */
  readonly regions: '*' | readonly string[];
  readonly depots: '*' | readonly string[];
}
export const systemScope: Scope = { sub: 'system', roles: ['operator', 'supervisor'], regions: '*', depots: '*' };
export type Language = 'zh-CN' | 'en';
