import type { Schema } from './openapi-walk';

type Wrong = [what: string, value: unknown];

const BAD_TEXTS: readonly Wrong[] = [
  ['a number', 7],
  ['a flag', true],
  ['an object', {}],
  ['a list', ['x']],
  ['an object that calls itself a text', { length: 3, 0: 'a', toString: 'x' }],
  ['empty', ''],
  ['blank', '  '],
  ['with U+0000', 'a\u0000b'],
  ['with a control character', 'a\u0007b'],
  ['with an escape sequence', '\u001b[31m'],
  ['with an unpaired surrogate', 'a\ud800b'],
];
const BAD_INSTANTS: readonly Wrong[] = [
  ['a day that does not exist', '2026-02-30T09:00:00+08:00'],
  ['without offset', '2026-02-03T09:00:00'],
  ['without seconds', '2026-02-03T09:00Z'],
  ['an hour that does not exist', '2026-02-03T24:00:00Z'],
  ['a leap second', '2026-06-30T23:59:60Z'],
  ['an offset that does not exist', '2026-02-03T09:00:00+25:00'],
  ['a year of five digits', '12026-02-03T09:00:00Z'],
  ['a day alone', '2026-02-03'],
  ['epoch milliseconds', '1770000000000'],
  ['no date', 'tomorrow'],
];

/** What no field of this kind may be. */
export function wrongValues(schema: Schema): Wrong[] {
  return [['null', null], ...ofKind(schema)];
}

function ofKind(schema: Schema): readonly Wrong[] {
  switch (schema.type) {
    case 'string':
      return wrongTexts(schema);
    case 'integer':
    case 'number':
      return wrongNumbers(schema);
    case 'boolean':
      return [...wrongs('true', 'false', 1, 0, 'yes', {}, [])];
    default:
      return schema.items ? wrongLists(schema, schema.items) : [...wrongs('x', 1, true, [], [{}], [['name', 'x']])];
  }
}

function wrongTexts({ maxLength = 200, format, pattern, enum: words }: Schema): readonly Wrong[] {
  return [
    ...BAD_TEXTS,
    ['too long', 'x'.repeat(maxLength + 1)],
    // Of longer texts the whole body would be too large first.
    ...(maxLength < 10_000 ? wrongs('🌾'.repeat(maxLength + 1)) : []),
    ...(format === 'date-time' ? BAD_INSTANTS : []),
    ...(pattern === '^\\S+$' ? wrongs('a b', 'a\tb', 'a\u3000b') : []),
    ...(words ? wrongs(words[0]?.toUpperCase(), ` ${words[0]}`, `${words[0]},${words[1]}`, 'constructor') : []),
  ];
}

function wrongNumbers({ type, minimum = -1_000_000, maximum = 1_000_000_000 }: Schema): readonly Wrong[] {
  const both = wrongs('1', '', true, [1], {}, minimum - 1, maximum + 1, -1e300, 1e300, Number.MAX_SAFE_INTEGER + 1);
  return type === 'integer' ? [...both, ['a fraction', minimum + 1.5]] : both;
}

function wrongLists({ maxItems = 1_000, uniqueItems }: Schema, items: Schema): readonly Wrong[] {
  const item = items.enum?.[0] ?? (items.type === 'string' ? 'x' : items.type === 'integer' ? 50 : {});
  const bad = items.type === 'string' || items.type === 'integer' ? ofKind(items) : [...wrongs('x', 1, true, [], [{}])];
  return [
    ...wrongs('x', 1, true, {}, { length: 1, 0: item }),
    ['too many', Array(maxItems + 1).fill(item)],
    ...(uniqueItems ? [['twice the same', [item, item]] satisfies Wrong] : []),
    ...[['null', null] satisfies Wrong, ...bad].map(([what, value]): Wrong => [`an item that is ${what}`, [value]]),
    ['a list in the list', [[item]]],
  ];
}

const wrongs = (...values: unknown[]): Wrong[] => values.map((value) => [JSON.stringify(value), value]);
