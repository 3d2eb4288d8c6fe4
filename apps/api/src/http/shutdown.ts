import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { Draining } from './draining';

export const SHUTDOWN = Symbol('ShutdownOptions');

export interface ShutdownOptions {
  readonly drainMs: number;
  /** First: as long as this takes, the process answers that it is not ready, and refuses in full sentences. */
  readonly whileUnready?: (() => Promise<void>) | undefined;
  /** Last: closes what the API stands on. */
  readonly onStopped?: (() => Promise<void>) | undefined;
}

/**
 * The order of a stop: not ready and nothing new (here), streams end (`LiveHub`), what was read is answered (Fastify's
 * close), and after `drainMs` connections that still hold a request are cut. Whoever has connected or sent something
 * just before the door is shut would be cut off without a word: until then there is a while in which he is refused.
 */
@Injectable()
export class Shutdown implements OnModuleDestroy, OnApplicationShutdown {
  private cut: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Draining) private readonly draining: Draining,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(SHUTDOWN) private readonly options: ShutdownOptions,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.draining.begin();
    await this.options.whileUnready?.();
    const server = this.host.httpAdapter.getHttpServer() as Server;
    this.cut = setTimeout(() => server.closeAllConnections(), this.options.drainMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.cut);
    await this.options.onStopped?.();
  }
}
