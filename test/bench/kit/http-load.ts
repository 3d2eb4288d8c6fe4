import { setTimeout as pause } from 'node:timers/promises';
import { peer } from './peers';
import type { Accepted, HttpCommand, ServiceMix } from './service-mix';

/** What of undici is used here. */
interface HttpPool {
  request(options: object): Promise<{ readonly statusCode: number; readonly body: { json(): Promise<unknown> } }>;
  close(): Promise<void>;
}
interface Undici {
  readonly Pool: new (url: string, options: { connections: number; pipelining: number }) => HttpPool;
}

export interface Served {
  readonly perSecond: number;
  /** ms */
  readonly delays: readonly number[];
  /** What was not accepted: the first, in words. */
  readonly errors: number;
  readonly firstError: string | undefined;
}

/** Told of every command that was accepted. */
export type OnAccepted = (answer: Accepted, command: HttpCommand) => void;

/** Clients of one address that share a number of connections, one request at a time on each. */
export class HttpLoad {
  private readonly pool: HttpPool;

  constructor(
    url: string,
    private readonly mix: ServiceMix,
    private readonly connections: number,
    private readonly onAccepted: OnAccepted = () => undefined,
  ) {
    const { Pool } = peer<Undici>('undici');
    this.pool = new Pool(url, { connections, pipelining: 1 });
  }

  /** As much as is answered: each connection sends the next command when it has its answer. */
  async atMost(seconds: number): Promise<Served> {
    const run = new Run();
    const until = performance.now() + seconds * 1_000;
    const client = async (): Promise<void> => {
      for (let now = performance.now(); now < until; now = performance.now()) await this.send(run, now);
    };
    await Promise.all(Array.from({ length: this.connections }, client));
    return run.served();
  }

  /**
   * At a rate, whatever is answered: a command is late from the instant that the schedule had for it, also when it had
   * to wait for a connection.
   */
  async atRate(perSecond: number, seconds: number): Promise<Served> {
    const run = new Run();
    const began = performance.now();
    const all = Math.round(perSecond * seconds);
    const open = new Set<Promise<void>>();
    for (let sent = 0; sent < all;) {
      const due = Math.min(all, Math.ceil(((performance.now() - began) / 1_000) * perSecond));
      for (; sent < due; sent += 1) {
        const answer = this.send(run, began + (sent / perSecond) * 1_000).finally(() => open.delete(answer));
        open.add(answer);
      }
      await pause(1);
    }
    await Promise.all(open);
    return run.served();
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async send(run: Run, scheduledAt: number): Promise<void> {
    const command = this.mix.next();
    const { path, headers, body } = command;
    try {
      const answer = await this.pool.request({ method: 'POST', path, headers, body });
      const told = (await answer.body.json()) as Accepted;
      run.ended(performance.now() - scheduledAt, answer.statusCode < 300 ? undefined : { path, ...told });
      if (answer.statusCode >= 300) return;
      this.mix.accepted(command, told);
      this.onAccepted(told, command);
    } catch (error) {
      run.ended(performance.now() - scheduledAt, { path, error: String(error) });
    }
  }
}

class Run {
  private readonly began = performance.now();
  private readonly delays: number[] = [];
  private errors = 0;
  private firstError: string | undefined;

  ended(ms: number, problem: object | undefined): void {
    this.delays.push(ms);
    if (!problem) return;
    this.errors += 1;
    this.firstError ??= JSON.stringify(problem);
  }

  served(): Served {
    const seconds = (performance.now() - this.began) / 1_000;
    const { delays, errors, firstError } = this;
    return { perSecond: (delays.length - errors) / seconds, delays, errors, firstError };
  }
}
