import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Draining } from '../http/draining';
import { HttpProblem } from '../http/http-problem';
import { JsonLog } from '../http/json-log';
import { Policy } from '../http/policy';
import { OPERATIONS, type Operations } from './operations';

const READY_WITHIN_MS = 500;
const notReady = (code: string): HttpProblem => new HttpProblem(503, code, { headers: { 'Retry-After': '1' } });

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(OPERATIONS) private readonly operations: Operations,
    @Inject(Draining) private readonly draining: Draining,
    @Inject(JsonLog) private readonly log: JsonLog,
  ) {}

  /** The event loop turns, nothing else: a restart mends nothing that is outside this process. */
  @Get('live')
  @Policy('public')
  @ApiOperation({ operationId: 'healthLive', summary: 'The process answers' })
  @ApiExtension('x-fieldcase', { kind: 'query', roles: 'public' })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @Policy('public')
  @ApiOperation({ operationId: 'healthReady', summary: 'The process takes requests: database, schema, not stopping' })
  @ApiExtension('x-fieldcase', { kind: 'query', roles: 'public' })
  async ready(): Promise<{ status: 'ready' }> {
    if (this.draining.active) throw notReady('service.stopping');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the database did not answer in time')), READY_WITHIN_MS);
    });
    try {
      await Promise.race([this.operations.checkReady(), late]);
    } catch (error) {
      this.log.failure('not ready', error);
      throw notReady('service.unavailable');
    } finally {
      clearTimeout(timer);
    }
    return { status: 'ready' };
  }
}
