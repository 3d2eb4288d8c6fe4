import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { languageOf } from '@fieldcase/contracts';
import { HttpProblem } from './http-problem';
import { problemOf, refusalOf } from './problem';
import { sendProblem } from './problem.filter';
import { RESPONSE_HEADERS } from './response-headers';

/** Errors that the router raises before Nest is asked: a malformed path would bypass every filter otherwise. */
export const frameworkErrors: NonNullable<FastifyServerOptions['frameworkErrors']> = (_error, request, reply) => {
  const refusal = refusalOf(new HttpProblem(400, 'request.unreadable'));
  sendProblem(reply, problemOf(refusal, languageOf(request.headers['accept-language'])), RESPONSE_HEADERS);
};

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Bytes that are no HTTP: a problem all the same, then the connection ends. */
export function clientError(this: FastifyInstance, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const written = (socket as { bytesWritten: number }).bytesWritten;
  // Behind an answer that has begun, another one would be read as a part of it.
  const answering = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent === true;
  if (!socket.writable || (answering && written > 0)) {
    socket.destroy();
    return;
  }
  const { status, code } = statusOf(error.code);
  const body = JSON.stringify(problemOf(refusalOf(new HttpProblem(status, code)), 'zh-CN'));
  socket.end(
    `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Language: zh-CN\r\nCache-Control: no-store\r\nConnection: close\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function statusOf(code: string | undefined): { status: number; code: string } {
  if (code === 'HPE_HEADER_OVERFLOW') return { status: 431, code: 'request.headers-too-large' };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, code: 'request.too-slow' };
  return { status: 400, code: 'request.unreadable' };
}
