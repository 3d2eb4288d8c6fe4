import { Rejection } from '@fieldcase/eventsourcing';

/** Opaque to callers: the last row's sort keys as JSON in base64url. */
export function encodeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** What a Date can hold; positions lie far below. */
const LARGEST = 8.64e15;

/** Of a key that a statement can bind: anybody can write a cursor by hand. */
function kindOf(key: unknown): 's' | 'n' | '?' {
  if (typeof key === 'string') return key.length <= 1_000 && !/[\0\p{Cs}]/u.test(key) ? 's' : '?';
  return typeof key === 'number' && Number.isInteger(key) && Math.abs(key) <= LARGEST ? 'n' : '?';
}

/** @param shape one letter per key: `s` text, `n` whole number. Throws a Rejection (malformed) on anything else. */
export function decodeCursor(cursor: string, shape: string): (string | number)[] {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(keys) && keys.map(kindOf).join('') === shape) return keys as (string | number)[];
  } catch {
    // Told below, together with a cursor of another list.
  }
  throw cursorInvalid();
}

export function cursorInvalid(): Rejection {
  return new Rejection('query.cursor-invalid', 'malformed', {}, { cursor: 'the `next` of the page before, unchanged' });
}

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

export function limitOf(limit: number | undefined): number {
  const asked = limit ?? DEFAULT_LIMIT;
  if (Number.isInteger(asked) && asked >= 1 && asked <= MAX_LIMIT) return asked;
  throw new Rejection(
    'query.limit-invalid',
    'malformed',
    { limit: asked },
    { limit: `a whole number from 1 to ${MAX_LIMIT}` },
  );
}
