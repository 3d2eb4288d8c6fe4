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
  refuse(socket, statusOf(error.code));
}

/** What Node would answer without a body, or not at all, before any handler is asked. */
export function useRawAnswers(fastify: FastifyInstance): void {
  const { server } = fastify;
  server.on('connect', (_request, socket: Socket) => refuse(socket, UNREADABLE));
  // An expectation that nobody here knows may be ignored (RFC 9110, 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { httpVersion, headers } = request.raw;
    done(httpVersion === '1.1' && headers.host === undefined ? new HttpProblem(400, UNREADABLE.code) : undefined);
  });
}

function refuse(socket: Socket, { status, code }: Answer): void {
  const body = JSON.stringify(problemOf(refusalOf(new HttpProblem(status, code)), 'zh-CN'));
  const headers = {
    ...RESPONSE_HEADERS,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Language': 'zh-CN',
    Connection: 'close',
    'Content-Length': Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines.join('')}\r\n${body}`);
}

interface Answer {
  readonly status: number;
  readonly code: string;
}

const UNREADABLE: Answer = { status: 400, code: 'request.unreadable' };

function statusOf(code: string | undefined): Answer {
  if (code === 'HPE_HEADER_OVERFLOW') return { status: 431, code: 'request.headers-too-large' };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, code: 'request.too-slow' };
  return UNREADABLE;
}
