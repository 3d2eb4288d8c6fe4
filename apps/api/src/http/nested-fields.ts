import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import type { Expectation } from '@fieldcase/contracts';
import { documented, type FieldOptions } from './fields';

type Constructor = new () => object;

const shape = (expected: Expectation, check: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: 'shape', validator: { validate: check, defaultMessage: () => JSON.stringify(expected) } });
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with fields of its own. */
export function Nested(type: () => Constructor, options: FieldOptions = {}): PropertyDecorator {
  const required = options.optional !== true;
  return applyDecorators(
    ...(required ? [] : [ValidateIf((_, value) => value !== undefined)]),
    shape(['object'], isObject),
    ValidateNested(),
    Type(type),
    // Swagger knows a lazy type by the function's own name.
    ApiProperty({ required, type: () => type(), ...documented(options) } as never),
  );
}

/** A list of such objects, at most `max`. */
export function ListOf(type: () => Constructor, max: number, options: FieldOptions = {}): PropertyDecorator {
  const required = options.optional !== true;
  return applyDecorators(
    ...(required ? [] : [ValidateIf((_, value) => value !== undefined)]),
    shape(['list', max], (value) => Array.isArray(value) && value.length <= max && value.every(isObject)),
    ValidateNested({ each: true }),
    Type(type),
    ApiProperty({ required, type: () => type(), isArray: true, maxItems: max, ...documented(options) } as never),
  );
}
