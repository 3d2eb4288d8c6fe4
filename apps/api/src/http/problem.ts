import { randomUUID } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import { Busy, KeyReused, VersionMismatch } from '@fieldcase/application';
import {
  expectationText,
  needText,
  refusalText,
  type Expectation,
  type Language,
  type Problem,
} from '@fieldcase/contracts';
import { Rejection, StoreUnavailable, type RejectionKind } from '@fieldcase/eventsourcing';
import { isInfrastructureFailure } from '@fieldcase/postgres';
import { HttpProblem } from './http-problem';

export const STATUS_OF_KIND: Record<RejectionKind, number> = {
  malformed: 400,
  forbidden: 403,
  absent: 404,
  conflict: 409,
  unacceptable: 422,
};
const CODE_OF_STATUS: Record<number, string> = {
  400: 'request.unreadable',
  404: 'route.unknown',
  408: 'request.too-slow',
  413: 'request.too-large',
  415: 'request.media-type',
  431: 'request.headers-too-large',
};

/** A refusal before it has words. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly errors: Readonly<Record<string, Expectation | string>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every error there can be; what nobody foresaw is 500 `internal.error` and says nothing of itself. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof HttpProblem) {
    const { params = {}, errors, headers = {} } = error.options;
    return { status: error.status, code: error.code, params, errors, headers };
  }
  if (error instanceof Rejection) {
    return refusal(STATUS_OF_KIND[error.kind], error.code, error.params, fieldErrors(error));
  }
  if (error instanceof VersionMismatch) {
    return refusal(412, 'version.conflict', { expected: error.expected, actual: error.actual });
  }
  if (error instanceof KeyReused) return refusal(422, 'idempotency.key-reused');
  if (error instanceof Busy) return comeBack('service.busy');
  if (isNotBuiltYet(error)) return comeBack('read-model.behind');
  if (error instanceof StoreUnavailable || isDatabaseAway(error)) return comeBack('service.unavailable');
  const status = statusOfFramework(error);
  return refusal(status, CODE_OF_STATUS[status] ?? 'internal.error');
}

/** No such table, no such column. */
const NOT_BUILT = new Set<unknown>(['42P01', '42703']);

/**
 * Before the first worker has run, or while a rebuild swaps, a read model has no tables; those of an earlier release may
 * lack columns until they are built anew.
 */
const isNotBuiltYet = (error: unknown): boolean => NOT_BUILT.has((error as { code?: unknown } | null)?.code);

/** Class 42 is a fault of ours, not of the server: 500. */
function isDatabaseAway(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return isInfrastructureFailure(error) && !(typeof code === 'string' && code.startsWith('42'));
}

/** `occurred-at.out-of-bounds` names its bounds in data, so that both languages can say them. */
function fieldErrors(rejection: Rejection): Readonly<Record<string, Expectation | string>> | undefined {
  const { earliest, latest } = rejection.params;
  if (rejection.code === 'occurred-at.out-of-bounds' && typeof earliest === 'string' && typeof latest === 'string') {
    return { occurredAt: ['between', earliest, latest] };
  }
  return rejection.errors;
}

function refusal(
  status: number,
  code: string,
  params: Readonly<Record<string, unknown>> = {},
  errors?: Readonly<Record<string, Expectation | string>>,
): Refusal {
  return { status, code, params, errors, headers: {} };
}

const comeBack = (code: string): Refusal => ({ ...refusal(503, code), headers: { 'Retry-After': '1' } });

/** Nest's and Fastify's own errors: only the status is taken from them, their texts name values. */
function statusOfFramework(error: unknown): number {
  if (error instanceof HttpException) return known(error.getStatus());
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? known(status) : 500;
}

const known = (status: number): number => (CODE_OF_STATUS[status] ? status : status >= 400 && status < 500 ? 400 : 500);

/**
 * Words in the caller's language, and an id of its own.
 * @param method of the request, where it is known
 */
export function problemOf({ status, code, params, errors }: Refusal, language: Language, method?: string): Problem {
  const wording = code === 'request.malformed' && (method === 'GET' || method === 'HEAD') ? `${code}-query` : code;
  const { title, detail } = refusalText(wording, params, language);
  return {
    type: `urn:fieldcase:problem:${code}`,
    title,
    status,
    detail,
    code,
    instance: randomUUID(),
    ...(errors ? { errors: inWords(errors, language) } : {}),
  };
}

function inWords(
  errors: Readonly<Record<string, Expectation | string>>,
  language: Language,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(errors)
      .slice(0, 100)
      .map(([path, expected]) => [
        path,
        typeof expected === 'string' ? needText(expected, language) : expectationText(expected, language),
      ]),
  );
}
