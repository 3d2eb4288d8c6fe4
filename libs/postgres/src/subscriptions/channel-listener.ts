import { Client, type Pool } from 'pg';
import { backoff, describeFailure } from './failure';
import { pause } from './pause';
import { silent, type Report } from './report';

/**
 * LISTEN on a connection of its own, with the settings of `pool`; connects again when it breaks. Notifications are
 * hints: `onConnected` runs after every connect, because some may have been missed before it.
 */
export class ChannelListener {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly options: {
      readonly pool: Pool;
      readonly channel: string;
      readonly onNotification: (payload: string) => void;
      readonly onConnected?: () => void;
      readonly report?: Report;
    },
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.listen(() => (attempt = 0));
      } catch (error) {
        const { report = silent, channel } = this.options;
        if (!signal.aborted) report('warn', 'listening failed', { channel, problem: describeFailure(error) });
      }
      await pause(backoff(attempt), signal);
    }
  }

  /** Returns when the connection has ended, or it was told to stop: never in the middle of connecting, which hangs. */
  private async listen(connected: () => void): Promise<void> {
    const client = new Client(this.options.pool.options);
    const ended = new Promise<void>((resolve) => {
      client.on('end', resolve);
      client.on('error', () => resolve());
      this.stopping.signal.addEventListener('abort', () => resolve());
    });
    client.on('notification', ({ payload }) => this.options.onNotification(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${this.options.channel}`);
      connected();
      this.options.onConnected?.();
      if (!this.stopping.signal.aborted) await ended;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
