import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface MetricsServerOptions {
  readonly port: number;
  readonly host: string;
  readonly registry: Registry;
  /** Rejects where this worker cannot do its work. */
  readonly checkReady: () => Promise<void>;
}

const READY_WITHIN_MS = 2_000;

/** `/metrics`, `/health/live` and `/health/ready` of a worker, for who is on its host or in its container network. */
export class MetricsServer {
  private readonly server: Server;

  constructor(private readonly options: MetricsServerOptions) {
    this.server = createServer((request, response) => {
      const path = (request.url ?? '').split('?')[0];
      this.answer(request.method === 'GET' ? path : undefined, response).catch(() => response.destroy());
    });
    this.server.requestTimeout = 10_000;
  }

  /** @returns the port. Rejects where it is taken */
  async start(): Promise<number> {
    const { port, host } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private async answer(path: string | undefined, response: ServerResponse): Promise<void> {
    if (path === '/metrics') {
      const { registry } = this.options;
      return send(response, 200, await registry.metrics(), registry.contentType);
    }
    if (path === '/health/live') return sendJson(response, 200, { status: 'live' });
    if (path !== '/health/ready') return sendJson(response, 404, { status: 'not-found' });
    const ready = await inTime(this.options.checkReady()).then(
      () => true,
      () => false,
    );
    return sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not-ready' });
  }
}

function send(response: ServerResponse, status: number, body: string, type: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

const sendJson = (response: ServerResponse, status: number, body: object): void =>
  send(response, status, JSON.stringify(body), 'application/json; charset=utf-8');

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), READY_WITHIN_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
