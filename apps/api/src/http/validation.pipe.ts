import { ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { Expectation } from '@fieldcase/contracts';
import { malformed } from './http-problem';

/** Strict: unknown fields are refused, nothing is converted, and every wrong field is named with what it should be. */
export class StrictValidation implements PipeTransform {
  private readonly fields = validationOf(['unknownField']);
  private readonly parameters = validationOf(['unknownParameter']);

  transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return (metadata.type === 'query' ? this.parameters : this.fields).transform(value, metadata);
  }
}

/** @param unknown what is said of a name that the DTO does not know */
const validationOf = (unknown: Expectation): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => malformed(expectationsOf(errors, unknown)),
  });

function expectationsOf(errors: readonly ValidationError[], unknown: Expectation): Record<string, Expectation> {
  const found: Record<string, Expectation> = {};
  const visit = (list: readonly ValidationError[], prefix: string): void => {
    for (const error of list) {
      const path = prefix === '' ? error.property : `${prefix}.${error.property}`;
      const expected = expectationOf(error.constraints, unknown);
      if (expected) found[path] = expected;
      else visit(error.children ?? [], path);
    }
  };
  visit(errors, '');
  return found;
}

/** Our own checks write their expectation as JSON into the message, see `fields.ts`. */
function expectationOf(
  constraints: Readonly<Record<string, string>> | undefined,
  unknown: Expectation,
): Expectation | undefined {
  if (!constraints) return undefined;
  const messages = Object.entries(constraints);
  const own = messages.find(([, message]) => message.startsWith('["'));
  if (own) return JSON.parse(own[1]) as unknown as Expectation;
  if (messages.some(([name]) => name === 'whitelistValidation')) return unknown;
  if (messages.some(([name]) => name === 'nestedValidation')) return ['object'];
  return ['jsonObject'];
}
