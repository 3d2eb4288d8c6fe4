import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { ApiLimits, ApiOptions } from './api-options';
import { ApiModule } from './api.module';
import { Draining } from './http/draining';
import { useStrictJson, useStrictQueries } from './http/json-body';
import { clientError, frameworkErrors, useRawAnswers } from './http/raw-errors';
import { useResponseHeaders } from './http/response-headers';
import { RouteTable } from './http/route-table';
import { OpenApiDocument } from './openapi/openapi-document';
import { Metrics } from './ops/metrics';

const BODY_LIMIT = 100 * 1024;

/** A running frame: listen with `app.listen`, stop with `stop`. */
export interface Api {
  readonly app: NestFastifyApplication;
  readonly draining: Draining;
  readonly routes: RouteTable;
  /** Takes nothing new, answers what was read, ends streams, closes. */
  stop(): Promise<void>;
}

/** @throws Error when a route declares no policy */
export async function createApi(options: ApiOptions): Promise<Api> {
  const routes = new RouteTable();
  const draining = new Draining();
  const adapter = new FastifyAdapter(serverOptions(options.limits));
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  routes.watch(fastify);
  // First, so that refusals of the later hooks carry them as well.
  useResponseHeaders(fastify);
  draining.watch(fastify);
  useRawAnswers(fastify);
  useStrictQueries(fastify);
  useStrictJson(fastify, options.limits.bodyBytes ?? BODY_LIMIT);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.register(options, routes, draining), adapter, {
    logger: options.log,
    bodyParser: false,
    abortOnError: false,
    routeConflictPolicy: { duplicate: 'error', shadow: 'error' },
  });
  observe(fastify, app.get(Metrics));
  await app.init();
  await fastify.ready();
  routes.requirePolicies();
  app.get(OpenApiDocument).describes(app);
  fastify.server.maxConnections = options.limits.connections ?? 2_000;
  return { app, draining, routes, stop: () => app.close() };
}

function serverOptions(limits: ApiLimits): object {
  return {
    bodyLimit: limits.bodyBytes ?? BODY_LIMIT,
    requestTimeout: limits.requestTimeoutMs ?? 15_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 5_000,
    maxRequestsPerSocket: 1_000,
    // `true` was seen to cut commands in flight.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Fastify takes a mere number for no trust at all.
    trustProxy: limits.trustProxyHops > 0 && ((_: string, hop: number) => hop < limits.trustProxyHops),
    routerOptions: { maxParamLength: 400, ignoreTrailingSlash: false, caseSensitive: true },
    // Fastify's router takes `*` for the root once that is a route, and answers past every hook.
    rewriteUrl: ({ url = '/' }: IncomingMessage) => (url === '*' ? '/*' : url),
    frameworkErrors,
    clientErrorHandler: clientError,
    http: {
      headersTimeout: limits.headersTimeoutMs ?? 10_000,
      // A socket lives longer than its limit by this much at most.
      connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs ?? 10_000),
      maxHeaderSize: 16_384,
      // Refused by `useRawAnswers`: Node's own refusal has no body.
      requireHostHeader: false,
    },
  };
}

/** By route pattern: a label of the address itself would grow without end and hold ids. */
function observe(fastify: FastifyInstance, metrics: Metrics): void {
  metrics.start();
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    metrics.requestEnded(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}
