import type { Pool } from 'pg';
import { ChannelListener } from '../subscriptions/channel-listener';
import type { Report } from '../subscriptions/report';

/** Channel on which workers announce `<subscription> <position>`, one per line. */
export const READ_MODELS_CHANNEL = 'fieldcase_read_models';

interface Waiter {
  readonly projection: string;
  readonly position: bigint;
  resolve(reached: boolean): void;
}

/** How far the read models are, and waiting for them: what `?after=` asks. One per process; `close` it at the end. */
export class ReadModelStatus {
  private readonly waiters = new Set<Waiter>();
  private readonly reached = new Map<string, bigint>();
  private readonly listener: ChannelListener;
  private poll: NodeJS.Timeout | undefined;
  private asking = false;

  /** @param pollMs how often waiters look by themselves when no word comes */
  constructor(
    private readonly pool: Pool,
    private readonly options: { readonly pollMs?: number; readonly report?: Report } = {},
  ) {
    this.listener = new ChannelListener({
      pool,
      channel: READ_MODELS_CHANNEL,
      onNotification: (payload) => this.hear(payload),
      onConnected: () => void this.look(),
      ...(options.report && { report: options.report }),
    });
  }

  /** The position that all shards have reached; 0n before the first event. Ask before querying the rows. */
  async position(projection: string): Promise<bigint> {
    return (await this.positions([projection])).get(projection) ?? 0n;
  }

  /** True as soon as the read model contains everything up to `position`; false after `timeoutMs`. */
  async waitFor(projection: string, position: bigint, timeoutMs: number): Promise<boolean> {
    if ((this.reached.get(projection) ?? -1n) >= position) return true;
    this.listener.start();
    return new Promise<boolean>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        if (this.waiters.size === 0) this.stopPolling();
      };
      const settle = (reached: boolean): void => {
        leave();
        resolve(reached);
      };
      const waiter: Waiter = { projection, position, resolve: settle };
      const timer = setTimeout(() => settle(false), timeoutMs);
      this.waiters.add(waiter);
      this.poll ??= setInterval(() => void this.look(), this.options.pollMs ?? 250);
      this.positions([projection]).catch((error: unknown) => {
        leave();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  async close(): Promise<void> {
    for (const waiter of [...this.waiters]) waiter.resolve(false);
    this.stopPolling();
    await this.listener.stop();
  }

  private hear(payload: string): void {
    for (const line of payload.split('\n')) {
      const [name, position] = line.split(' ');
      if (name && position && /^\d+$/.test(position)) this.note(name, BigInt(position));
    }
  }

  private note(projection: string, position: bigint): void {
    if (position > (this.reached.get(projection) ?? -1n)) this.reached.set(projection, position);
    for (const waiter of [...this.waiters]) {
      if (waiter.projection === projection && waiter.position <= position) waiter.resolve(true);
    }
  }

  /** One query for all waiters; a failed look is made good by the next one. */
  private async look(): Promise<void> {
    if (this.asking || this.waiters.size === 0) return;
    this.asking = true;
    try {
      await this.positions([...new Set([...this.waiters].map(({ projection }) => projection))]);
    } catch {
      // The next look, or the waiters' own time limit.
    } finally {
      this.asking = false;
    }
  }

  private async positions(projections: readonly string[]): Promise<Map<string, bigint>> {
    const { rows } = await this.pool.query<{ subscription: string; position: string }>(
      `select subscription, min(position) as position from fieldcase.checkpoints
       where subscription = any($1::text[]) group by subscription`,
      [projections],
    );
    const found = new Map(rows.map((row) => [row.subscription, BigInt(row.position)]));
    for (const [projection, position] of found) this.note(projection, position);
    return found;
  }

  private stopPolling(): void {
    clearInterval(this.poll);
    this.poll = undefined;
  }
}
