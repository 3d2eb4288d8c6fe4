import { Client, type Notification, type Pool } from 'pg';

export const LOG_CHANNEL = 'fieldcase_log';
const RECONNECT_MS = 1_000;

/**
 * One connection beside the pool, with the pool's settings, for LISTEN or NOTIFY. Made at first use and again after it
 * broke, a second later at the earliest; the polling net covers the time between.
 */
export class LogConnection {
  private client: Client | undefined;
  private connecting: Promise<void> | undefined;
  private retryAt = 0;
  private closed = false;

  constructor(
    private readonly pool: Pool,
    private readonly onNotification?: (notification: Notification) => void,
  ) {}

  /** A sound connection, or undefined while there is none. Never rejects. */
  async get(): Promise<Client | undefined> {
    if (!this.client && !this.closed && Date.now() >= this.retryAt) {
      this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    }
    await this.connecting;
    return this.client;
  }

  /** It does not answer: the next is a new one. */
  drop(client: Client): void {
    if (this.client === client) this.client = undefined;
    this.retryAt = Date.now() + RECONNECT_MS;
    void client.end().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.connecting;
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new Client(this.pool.options);
    const lost = (): void => {
      if (this.client === client) this.client = undefined;
    };
    client.on('error', lost);
    client.on('end', lost);
    if (this.onNotification) client.on('notification', this.onNotification);
    try {
      await client.connect();
      // It is idle on purpose.
      if (this.onNotification) await client.query(`listen ${LOG_CHANNEL}`);
      this.client = client;
    } catch {
      this.retryAt = Date.now() + RECONNECT_MS;
      await client.end().catch(() => undefined);
    }
  }
}
