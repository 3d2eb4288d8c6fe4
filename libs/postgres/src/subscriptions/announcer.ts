import type { Pool } from 'pg';
import { describeFailure } from './failure';
import { silent, type Report } from './report';

const EVERY_MS = 20;

/**
 * Sends the newest value per key as one NOTIFY, at most every 20 ms and never inside another transaction: a notifying
 * commit takes a lock of the whole server. Losing one is harmless, whoever listens also polls.
 */
export class Announcer {
  private readonly pending = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private lastSent = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly pool: Pool,
    private readonly channel: string,
    private readonly report: Report = silent,
    /** Of two values for a key within 20 ms; the newer one unless told otherwise. */
    private readonly merge: (before: string, next: string) => string = (_, next) => next,
  ) {}

  /** `key` and `value` without blanks; payload `<key> <value>` per line. */
  announce(key: string, value: string): void {
    const before = this.pending.get(key);
    this.pending.set(key, before === undefined ? value : this.merge(before, value));
    const wait = Math.max(0, this.lastSent + EVERY_MS - performance.now());
    this.timer ??= setTimeout(() => this.flush(), wait);
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    if (this.pending.size > 0) this.flush();
    await this.sending;
  }

  private flush(): void {
    this.timer = undefined;
    this.lastSent = performance.now();
    const payload = [...this.pending].map((entry) => entry.join(' ')).join('\n');
    this.pending.clear();
    this.sending = this.sending
      .then(() => this.pool.query('select pg_notify($1, $2)', [this.channel, payload]))
      .then(
        () => undefined,
        (error: unknown) => this.report('warn', 'announcing failed', { problem: describeFailure(error) }),
      );
  }
}
