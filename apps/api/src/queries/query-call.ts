import { applyDecorators, createParamDecorator, Get, type ExecutionContext } from '@nestjs/common';
import { ApiExtension, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language, Role, Scope } from '@fieldcase/contracts';
import type { LogSource } from '@fieldcase/eventsourcing';
import { HttpProblem } from '../http/http-problem';
import { scopeOf } from '../http/identity';
import { requestLanguage } from '../http/language';
import { Policy } from '../http/policy';
import type { ReadSources } from './read-sources';

export interface QueryCall {
  readonly scope: Scope;
  readonly language: Language;
  readonly reply: FastifyReply;
}

export const Asked = createParamDecorator((_: unknown, context: ExecutionContext): QueryCall => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  return { scope: scopeOf(request), language: requestLanguage(request), reply: http.getResponse<FastifyReply>() };
});

export interface QueryRouteOptions {
  readonly query: string;
  readonly roles: readonly Role[];
  readonly summary: string;
  /** Name of the answer's schema in the OpenAPI document; absent for a page. */
  readonly answers?: string;
  /** An HTML page. */
  readonly page?: boolean;
  /** The answer is one thing, and its `ETag` the version of it. */
  readonly versioned?: boolean;
  /** Refusal codes of its own, instead of those that its address suggests. */
  readonly refusals?: readonly string[];
}

/** A query: GET with a policy, documented. */
export const QueryRoute = (path: string, { query, roles, summary, ...notes }: QueryRouteOptions): MethodDecorator =>
  applyDecorators(
    Get(path),
    Policy({ roles }),
    ApiOperation({ operationId: query, summary }),
    ApiExtension('x-fieldcase', { kind: 'query', roles, ...notes }),
  );

/** Sets `X-Position` to how far the answer goes. */
export function positioned<Answer extends { readonly position: string }>(call: QueryCall, answer: Answer): Answer {
  void call.reply.header('X-Position', answer.position);
  return answer;
}

const behind = (): HttpProblem => new HttpProblem(503, 'read-model.behind', { headers: { 'Retry-After': '1' } });

/** `?after=` of a list: until its read model has come so far. */
export async function awaitReadModel(sources: ReadSources, name: string, after: string | undefined): Promise<void> {
  if (after === undefined) return;
  if (!(await sources.readModels.waitFor(name, BigInt(after), sources.waitMs))) throw behind();
}

/** `?after=` of a fold, which is always fresh: until the log itself has come so far. */
export async function awaitLog(
  { log, waitMs }: { readonly log: LogSource; readonly waitMs: number },
  after: string | undefined,
): Promise<void> {
  if (after === undefined) return;
  const position = BigInt(after);
  const giveUpAt = performance.now() + waitMs;
  while ((await log.head()) < position) {
    const left = giveUpAt - performance.now();
    if (left <= 0) throw behind();
    await log.waitForMore(position - 1n, left, new AbortController().signal);
  }
}
