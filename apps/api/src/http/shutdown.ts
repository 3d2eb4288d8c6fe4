import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { Draining } from './draining';

export const SHUTDOWN = Symbol('ShutdownOptions');

export interface ShutdownOptions {
  readonly drainMs: number;
  /** Last: closes what the API stands on. */
  readonly onStopped?: (() => Promise<void>) | undefined;
}

/**
 * The order of a stop: not ready and nothing new (here), streams end (`LiveHub`), what was read is answered (Fastify's
 * close), and after `drainMs` connections that still hold a request are cut.
 */
@Injectable()
export class Shutdown implements OnModuleDestroy, OnApplicationShutdown {
  private cut: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Draining) private readonly draining: Draining,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(SHUTDOWN) private readonly options: ShutdownOptions,
  ) {}

  onModuleDestroy(): void {
    this.draining.begin();
    const server = this.host.httpAdapter.getHttpServer() as Server;
    this.cut = setTimeout(() => server.closeAllConnections(), this.options.drainMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.cut);
    await this.options.onStopped?.();
  }
}
