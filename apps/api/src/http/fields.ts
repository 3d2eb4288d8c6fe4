import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import { isDay, parseInstant, type Expectation } from '@fieldcase/contracts';

/** One kind of field: how it is checked, what is said when it is wrong, and how it is documented. */
export interface FieldKind {
  readonly check: (value: unknown, siblings: Readonly<Record<string, unknown>>) => boolean;
  readonly expected: Expectation;
  /** JSON Schema of OpenAPI 3.1. */
  readonly schema: object;
}

export interface FieldOptions {
  readonly optional?: boolean;
  /** Another field decides whether it may be absent: checked always, required nowhere. */
  readonly conditional?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

/** A checked and documented property. Optional means absent: null is as wrong as any other wrong type. */
export function Field({ check, expected, schema }: FieldKind, options: FieldOptions = {}): PropertyDecorator {
  const required = options.optional !== true;
  return applyDecorators(
    ...(required ? [] : [ValidateIf((_, value) => value !== undefined)]),
    ValidateBy({
      name: 'field',
      validator: {
        validate: (value, args) => check(value, (args?.object ?? {}) as Readonly<Record<string, unknown>>),
        defaultMessage: () => JSON.stringify(expected),
      },
    }),
    ApiProperty({ required: required && options.conditional !== true, ...documented(options), ...schema } as never),
  );
}

export function documented({ description, example }: FieldOptions): object {
  return {
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
  };
}

const isText = (value: unknown, max: number, allowed: RegExp): value is string =>
  typeof value === 'string' && value.trim() !== '' && !isLonger(value, max) && allowed.test(value);
/** In characters as people count them, not in UTF-16 units. */
const isLonger = (value: string, max: number): boolean =>
  value.length > 2 * max || (value.length > max && [...value].length > max);

const ONE_LINE = /^[^\p{Cc}\u2028\u2029]*$/u;
const MANY_LINES = /^(?:[^\p{Cc}]|[\n\r\t])*$/u;
/** Nor `.` and `..`: they cannot stand in an address. */
const NO_SPACES = /^(?!\.{1,2}$)[^\p{Cc}\s]+$/u;

/** A line of text, 1 to `max` characters. */
export const Text = (max: number, options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) => isText(value, max, ONE_LINE),
      expected: ['text', max],
      schema: { type: 'string', minLength: 1, maxLength: max },
    },
    options,
  );

/** Text that may have several lines. */
export const Prose = (max: number, options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) => isText(value, max, MANY_LINES),
      expected: ['text', max],
      schema: { type: 'string', minLength: 1, maxLength: max },
    },
    options,
  );

/** An id or a code that others refer to. */
export const Identifier = (options?: FieldOptions, max = 64): PropertyDecorator =>
  Field(
    {
      check: (value) => isText(value, max, NO_SPACES),
      expected: ['identifier', max],
      schema: { type: 'string', minLength: 1, maxLength: max, pattern: '^(?!\\.{1,2}$)\\S+$' },
    },
    options,
  );

/** 5 to 20 digits as people write them. */
export const Phone = (options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) =>
        typeof value === 'string' &&
        value.length <= 32 &&
        /^\+?[0-9()][0-9 ()-]*$/.test(value) &&
        /^.{5,20}$/.test(value.replace(/[^0-9]/g, '')),
      expected: ['phone'],
      schema: {
        type: 'string',
        maxLength: 32,
        pattern: '^(?=(?:[^0-9]*[0-9]){5,20}[^0-9]*$)\\+?[0-9()][0-9 ()-]*$',
      },
    },
    options,
  );

export const OneOf = (values: readonly string[], options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) => typeof value === 'string' && values.includes(value),
      expected: ['oneOf', ...values],
      schema: { type: 'string', enum: [...values] },
    },
    options,
  );

export const WholeNumber = (min: number, max: number, options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
      expected: ['whole', min, max],
      schema: { type: 'integer', minimum: min, maximum: max },
    },
    options,
  );

export const NumberBetween = (min: number, max: number, options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) => typeof value === 'number' && value >= min && value <= max,
      expected: ['number', min, max],
      schema: { type: 'number', minimum: min, maximum: max },
    },
    options,
  );

export const Flag = (options?: FieldOptions): PropertyDecorator =>
  Field({ check: (value) => typeof value === 'boolean', expected: ['boolean'], schema: { type: 'boolean' } }, options);

const isInstant = (value: unknown): value is string => typeof value === 'string' && parseInstant(value) !== undefined;
const instantSchema = { type: 'string', format: 'date-time', maxLength: 35 };

export const InstantText = (options?: FieldOptions): PropertyDecorator =>
  Field({ check: isInstant, expected: ['instant'], schema: instantSchema }, options);

/** An instant that lies behind the one in field `earlier` (a wrong `earlier` is told by its own check). */
export const InstantAfter = (earlier: string, options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value, siblings) => {
        const from = siblings[earlier];
        if (!isInstant(value)) return false;
        return !isInstant(from) || (parseInstant(value) ?? 0) > (parseInstant(from) ?? 0);
      },
      expected: ['after', earlier],
      schema: instantSchema,
    },
    options,
  );

export const Day = (options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) => typeof value === 'string' && isDay(value),
      expected: ['day'],
      schema: { type: 'string', format: 'date' },
    },
    options,
  );

/** A list of different texts. */
export const TextList = (items: number, max: number, options?: FieldOptions): PropertyDecorator =>
  Field(
    {
      check: (value) =>
        Array.isArray(value) &&
        value.length <= items &&
        value.every((item) => isText(item, max, ONE_LINE)) &&
        new Set(value).size === value.length,
      expected: ['textList', items, max],
      schema: {
        type: 'array',
        maxItems: items,
        uniqueItems: true,
        items: { type: 'string', minLength: 1, maxLength: max },
      },
    },
    options,
  );
