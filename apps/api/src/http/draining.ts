import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './http-problem';

/** Whether this process is on its way out. */
export class Draining {
  private stopping = false;
  private running = 0;

  get active(): boolean {
    return this.stopping;
  }
  get inFlight(): number {
    return this.running;
  }

  begin(): void {
    this.stopping = true;
  }

  /**
   * From the signal on: what had been read is carried out and answered, what comes after is refused before anything
   * is done, and every answer closes its connection, so that no client writes into one that is about to go.
   */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      this.running += 1;
      reply.raw.once('close', () => (this.running -= 1));
      const refuse = this.stopping && !request.url.startsWith('/health/');
      done(refuse ? new HttpProblem(503, 'service.stopping', { headers: { 'Retry-After': '2' } }) : undefined);
    });
    fastify.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.stopping) reply.header('Connection', 'close');
      done();
    });
  }
}
