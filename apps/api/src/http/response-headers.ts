import type { FastifyInstance } from 'fastify';

/** Nothing here is a page of ours (`/` and `/docs` set their own policy), nothing may be kept, framed or sniffed. */
export const RESPONSE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  Vary: 'Accept-Language, Authorization',
} as const;

/** No CORS on purpose: a browser page of another origin has no business here. */
export function useResponseHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(RESPONSE_HEADERS);
    done();
  });
}
