import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '@fieldcase/contracts';
import { HttpProblem } from './http-problem';
import { JsonLog } from './json-log';
import { requestLanguage } from './language';
import { problemOf, refusalOf } from './problem';
import { RouteTable } from './route-table';

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(JsonLog) private readonly log: JsonLog,
    @Inject(RouteTable) private readonly routes: RouteTable,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const refusal = refusalOf(this.unknownRoute(error, request) ?? error);
    const problem = problemOf(refusal, requestLanguage(request), request.method);
    this.record(problem, request, error);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, problem, refusal.headers);
  }

  /** An address that exists under another method is 405 and names the methods. */
  private unknownRoute(error: unknown, request: FastifyRequest): HttpProblem | undefined {
    if (!request.is404 || error instanceof HttpProblem) return undefined;
    const methods = this.routes.methodsOf(request.url);
    if (methods.length === 0) return new HttpProblem(404, 'route.unknown');
    return new HttpProblem(405, 'route.method-not-allowed', { headers: { Allow: methods.join(', ') } });
  }

  /**
   * The route's pattern, never the address: a query holds names and numbers. What we refuse on purpose (busy, behind,
   * stopping) is no news, unless it has a cause.
   */
  private record(problem: Problem, request: FastifyRequest, error: unknown): void {
    if (problem.status < 500 || (error instanceof HttpProblem && error.cause === undefined)) return;
    const entry = {
      errorId: problem.instance,
      status: problem.status,
      code: problem.code,
      method: request.method,
      route: request.is404 ? undefined : request.routeOptions?.url,
    };
    this.log.failure('request failed', error instanceof HttpProblem ? error.cause : error, entry);
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem, headers: Readonly<Record<string, string>>): void {
  void reply
    .code(problem.status)
    .headers(headers)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .header('Content-Language', problem.title.match(/[\u4e00-\u9fff]/) ? 'zh-CN' : 'en')
    .send(JSON.stringify(problem));
}
