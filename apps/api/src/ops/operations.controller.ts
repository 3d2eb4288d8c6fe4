import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Draining } from '../http/draining';
import { Policy } from '../http/policy';
import { Metrics } from './metrics';
import { OPERATIONS, type Operations, type OperationsSnapshot } from './operations';

export interface StatusView extends OperationsSnapshot {
  readonly process: {
    readonly uptimeSeconds: number;
    readonly inFlight: number;
    readonly stopping: boolean;
    readonly node: string;
  };
}

@ApiTags('operations')
@Controller()
export class OperationsController {
  constructor(
    @Inject(OPERATIONS) private readonly operations: Operations,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Draining) private readonly draining: Draining,
  ) {}

  @Get('status')
  @Policy({ roles: ['operator'] })
  @ApiOperation({ operationId: 'status', summary: 'Log, read models, timers, parked events, leases' })
  @ApiExtension('x-fieldcase', { kind: 'query', roles: ['operator'] })
  async status(): Promise<StatusView> {
    return {
      ...(await this.operations.snapshot()),
      process: {
        uptimeSeconds: Math.round(process.uptime()),
        inFlight: this.draining.inFlight,
        stopping: this.draining.active,
        node: process.version,
      },
    };
  }

  @Get('metrics')
  @Policy({ roles: ['operator'] })
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ operationId: 'metrics', summary: 'The same and more for Prometheus' })
  @ApiExtension('x-fieldcase', { kind: 'query', roles: ['operator'] })
  async exposition(): Promise<string> {
    return this.metrics.render(await this.operations.snapshot());
  }
}
