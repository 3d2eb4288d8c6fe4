import type { Pool } from 'pg';
import { LogConnection } from './log-connection';

interface Waiter {
  readonly after: bigint;
  readonly wake: (heard: boolean) => void;
}

export interface WakeUp {
  /** True when the log was heard to have grown beyond `after`, false on timeout, abort or cancel. Never rejects. */
  readonly heard: Promise<boolean>;
  cancel(): void;
}

/** LISTENs on one connection for all followers of a process. */
export class LogWakeUp {
  private readonly connection: LogConnection;
  private readonly waiters = new Set<Waiter>();
  private heardUpTo = 0n;

  constructor(pool: Pool) {
    this.connection = new LogConnection(pool, ({ payload }) => this.hear(payload));
  }

  wait(after: bigint, timeoutMs: number, signal: AbortSignal): WakeUp {
    // Reconnects by the way: whoever waits calls at least once a second.
    void this.connection.get();
    if (signal.aborted || this.heardUpTo > after) {
      return { heard: Promise.resolve(!signal.aborted), cancel: () => undefined };
    }
    let wake: (heard: boolean) => void = () => undefined;
    const heard = new Promise<boolean>((resolve) => {
      const onAbort = (): void => wake(false);
      const timer = setTimeout(onAbort, timeoutMs);
      const waiter: Waiter = { after, wake: (result) => wake(result) };
      wake = (result) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.waiters.delete(waiter);
        resolve(result);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiters.add(waiter);
    });
    return { heard, cancel: () => wake(false) };
  }

  async close(): Promise<void> {
    for (const waiter of this.waiters) waiter.wake(false);
    await this.connection.close();
  }

  private hear(payload: string | undefined): void {
    if (!payload || !/^\d+$/.test(payload)) return;
    const position = BigInt(payload);
    if (position > this.heardUpTo) this.heardUpTo = position;
    for (const waiter of this.waiters) if (waiter.after < position) waiter.wake(true);
  }
}
