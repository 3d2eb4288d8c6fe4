import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { languageOf, type Language } from '@fieldcase/contracts';

export const requestLanguage = (request: FastifyRequest): Language => languageOf(request.headers['accept-language']);

/** The caller's language, from `Accept-Language`. */
export const CallerLanguage = createParamDecorator((_: unknown, context: ExecutionContext) =>
  requestLanguage(context.switchToHttp().getRequest<FastifyRequest>()),
);
