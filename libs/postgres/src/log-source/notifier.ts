import type { Pool } from 'pg';
import { LOG_CHANNEL, LogConnection } from './log-connection';

const INTERVAL_MS = 20;

/**
 * Tells the followers of all processes that the log has grown: at most one NOTIFY per 20 ms, on its own connection and
 * after the commit. NOTIFY inside an append would put every commit of the server behind one lock. A lost one does no
 * harm: followers poll every second.
 */
export class Notifier {
  private readonly connection: LogConnection;
  private announced = 0n;
  private told = 0n;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;

  constructor(pool: Pool) {
    this.connection = new LogConnection(pool);
  }

  /** To be called after a commit with its last position. Returns at once. */
  readonly announce = (position: bigint): void => {
    if (position > this.announced) this.announced = position;
    if (!this.timer && !this.sending) this.sendNow();
  };

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.sending;
    if (this.announced > this.told) await this.send();
    clearTimeout(this.timer);
    await this.connection.close();
  }

  private sendNow(): void {
    this.sending = this.send().finally(() => {
      this.sending = undefined;
      this.timer = setTimeout(() => {
        this.timer = undefined;
        if (this.announced > this.told) this.sendNow();
      }, INTERVAL_MS);
    });
  }

  private async send(): Promise<void> {
    const position = this.announced;
    this.told = position;
    const client = await this.connection.get();
    const notify = client?.query('select pg_notify($1, $2)', [LOG_CHANNEL, position.toString()]);
    await notify?.catch(() => client && this.connection.drop(client));
  }
}
