/** Instants as PostgreSQL reads them: ISO 8601 in UTC. */
import type { Instant } from '@fieldcase/eventsourcing';

export const utc = (at: Instant): string => new Date(at).toISOString();

export const utcOrNull = (at: Instant | null): string | null => (at === null ? null : utc(at));

export function utcOrInfinity(at: number): string {
  if (at === Infinity) return 'infinity';
  return at === -Infinity ? '-infinity' : utc(at);
}
