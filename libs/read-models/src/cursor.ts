import { Rejection } from '@fieldcase/eventsourcing';

/** Opaque to callers: the last row's sort keys as JSON in base64url. */
export function encodeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** @param shape one letter per key: `s` text, `n` number. Throws a Rejection (malformed) on anything else. */
export function decodeCursor(cursor: string, shape: string): (string | number)[] {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const kinds = Array.isArray(keys)
      ? keys.map((key) => (typeof key === 'number' ? 'n' : typeof key === 'string' ? 's' : '?'))
      : [];
    if (kinds.join('') === shape) return keys as (string | number)[];
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
