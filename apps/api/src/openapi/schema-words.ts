/** A few words to write JSON Schemas of answers with. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const textOrNull: Schema = { type: ['string', 'null'] };
export const whole: Schema = { type: 'integer' };
export const wholeOrNull: Schema = { type: ['integer', 'null'] };
export const number: Schema = { type: 'number' };
export const flag: Schema = { type: 'boolean' };
export const instant: Schema = { type: 'string', format: 'date-time', examples: ['2026-11-23T09:00:00+08:00'] };
export const instantOrNull: Schema = { type: ['string', 'null'], format: 'date-time' };
export const duration: Schema = { type: 'string', examples: ['PT24H'] };
export const durationOrNull: Schema = { type: ['string', 'null'] };
export const position: Schema = { type: 'string', pattern: '^[0-9]+$', examples: ['1024'] };
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

/** An object; fields in `optional` may be absent. */
export function object(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) };
}

/** A page of a list. */
export const pageOf = (item: Schema): Schema => object({ items: list(item), next: textOrNull, position });
