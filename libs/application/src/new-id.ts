import { randomUUID } from 'node:crypto';

/**
 * UUIDv7 (RFC 9562), random from the millisecond on: a version 4 with the time in front. Node draws random bytes for many
 * of these at once, the package for each alone: twice a command that was a seventh of a command's CPU.
 */
export function newId(now: number = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
