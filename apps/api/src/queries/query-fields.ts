import { isDay, parseInstant } from '@fieldcase/contracts';
import { spanOf } from '@fieldcase/read-models';
import { Field, type FieldOptions } from '../http/fields';
import { malformed } from '../http/http-problem';
import { isStorable } from '../http/json-body';

/** Query parameters are texts: a whole number without sign or leading zeros. */
const POSITION = /^(?:0|[1-9]\d{0,18})$/;
const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length <= max && isStorable(value);

export const PageLimit = (): PropertyDecorator =>
  Field(
    {
      check: (value) => isText(value, 3) && /^[1-9]\d*$/.test(value) && Number(value) <= 200,
      expected: ['whole', 1, 200],
      schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    },
    { optional: true },
  );

export const Cursor = (): PropertyDecorator =>
  Field(
    {
      check: (value) => isText(value, 1_000) && /^[A-Za-z0-9_-]+$/.test(value),
      expected: ['cursor'],
      schema: { type: 'string', maxLength: 1_000 },
    },
    { optional: true, description: '`next` of the page before; `null` there means that it was the last.' },
  );

export const Position = (description: string): PropertyDecorator =>
  Field(
    {
      check: (value) => isText(value, 19) && POSITION.test(value) && BigInt(value) < 2n ** 63n,
      expected: ['position'],
      schema: { type: 'string', pattern: '^(0|[1-9][0-9]{0,18})$' },
    },
    { optional: true, description, example: '1024' },
  );

/** One of some words, or several of them with commas between. */
export const WordsOf = (
  kind: 'groups' | 'statuses',
  words: readonly string[],
  options: FieldOptions,
): PropertyDecorator =>
  Field(
    {
      check: (value) => isText(value, 500) && value.split(',').every((word) => words.includes(word)),
      expected: [kind, ...words],
      schema: { type: 'string', maxLength: 500, pattern: `^(${words.join('|')})(,(${words.join('|')}))*$` },
    },
    options,
  );

/** End of a span of time: a month, a day or an instant. */
export const SpanEnd = (options: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) =>
        typeof value === 'string' && (isDay(value) || isDay(`${value}-01`) || parseInstant(value) !== undefined),
      expected: ['instant'],
      schema: { type: 'string', maxLength: 35 },
    },
    options,
  );

/** A span that ends before it begins would answer nothing, as if nothing had happened. @throws HttpProblem 400 */
export function requireOrder(from: string | undefined, to: string | undefined): void {
  if (from === undefined || to === undefined) return;
  const start = spanOf(from, 'from').from;
  const end = spanOf(to, 'to');
  // A day or a month includes itself, an instant ends there.
  if (start > end.from && start >= end.to) throw malformed({ to: ['notBefore', 'from'] });
}
