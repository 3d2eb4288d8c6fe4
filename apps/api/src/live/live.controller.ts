import { Controller, Get, Headers, Inject, Req, Res, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { malformed } from '../http/http-problem';
import { scopeOf } from '../http/identity';
import { refuseParameters } from '../http/json-body';
import { Policy } from '../http/policy';
import { LIVE_READERS } from '../queries/readers';
import { Metrics } from '../ops/metrics';
import { LiveClient } from './live-client';
import { LiveHub } from './live-hub';

const HEARTBEAT_MS = 10_000;
/** A stream must not outlive its token by much: it ends, and the browser resumes with a fresh one. */
const LONGEST_MS = 10 * 60_000;

@ApiTags('live')
@Controller('api/v1/live')
export class LiveController implements OnModuleInit, OnModuleDestroy {
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    @Inject(LiveHub) private readonly hub: LiveHub,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.heartbeat = setInterval(() => this.hub.heartbeat(), HEARTBEAT_MS).unref();
  }
  onModuleDestroy(): void {
    clearInterval(this.heartbeat);
  }

  @Get()
  @Policy({ roles: LIVE_READERS })
  @ApiOperation({
    operationId: 'live',
    summary:
      'Server-sent events `case`, `clock`, `part-request` and `stock`; the id is the position, `Last-Event-ID` resumes after it',
  })
  @ApiExtension('x-fieldcase', { kind: 'query', roles: LIVE_READERS })
  async stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): Promise<void> {
    refuseParameters(request.query as object);
    const after = positionOf(lastEventId);
    this.hub.reserve();
    const head = await this.hub.head();
    // Of another log, or of this one before a restore: what came since cannot be told, and silence would pass for none.
    if (after !== undefined && after > head) throw malformed({ 'Last-Event-ID': ['lastEventId'] });
    const start = after ?? head;
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'Content-Type': 'text/event-stream; charset=utf-8',
      'X-Position': start.toString(),
      'X-Accel-Buffering': 'no',
      Connection: 'close',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    this.metrics.liveOpened();
    const limit = setTimeout(() => client.end(), LONGEST_MS).unref();
    const client = new LiveClient(scopeOf(request), start, response, (tooSlow) => {
      clearTimeout(limit);
      this.hub.leave(client);
      this.metrics.liveClosed(tooSlow);
    });
    client.write(`retry: 2000\nid: ${start}\n\n`);
    await this.hub.join(client).catch((error: unknown) => {
      client.end();
      throw error;
    });
  }
}

function positionOf(lastEventId: string | undefined): bigint | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  if (!/^\d{1,18}$/.test(lastEventId)) throw malformed({ 'Last-Event-ID': ['lastEventId'] });
  return BigInt(lastEventId);
}
