import type { Pool } from 'pg';
import { failpoint } from '@fieldcase/config';
import { ChannelListener } from '../subscriptions/channel-listener';
import { backoff, describeFailure } from '../subscriptions/failure';
import { pause } from '../subscriptions/pause';
import { silent } from '../subscriptions/report';
import { asSqlClient, inTransaction } from '../subscriptions/sql';
import { TimerFiring, type TimerFiringOptions } from './timer-firing';
import { claimTimers, nextWake, postponeTimers, type ClaimedTimer } from './timer-rows';
import { TIMERS_CHANNEL } from './timers-subscription';

export interface TimerRunnerOptions extends TimerFiringOptions {
  readonly pool: Pool;
  /** Added to the database's time; 0 but in specs. */
  readonly offsetMs?: () => number;
  readonly batchSize?: number;
  /** When a worker hangs in the middle, or is cut off from the server, others fire its timers after this long. */
  readonly claimMs?: number;
  /** The longest sleep: a net under the notifications. */
  readonly idleMs?: number;
}

/** Two full statements of the event store: a storm takes 11 to 15 % less CPU than with 200; with 1,024 it is no better. */
const BATCH = 512;
const CLAIM_MS = 10_000;

/**
 * Fires due timers in batches and sleeps exactly until the next one. Several workers may run it: a claim is taken with
 * SKIP LOCKED and ends with its transaction. At least once; made once in effect by the clocks' state. One batch at a time:
 * with two under way other people's commands waited twice as long for the log's lock.
 */
export class TimerRunner {
  private wakeUp = new AbortController();
  private sleepingUntil = 0;
  private readonly firing: TimerFiring;

  constructor(private readonly options: TimerRunnerOptions) {
    this.firing = new TimerFiring(options);
  }

  /** Until `signal` is aborted; finishes the batch at hand. */
  async run(signal: AbortSignal): Promise<void> {
    const { pool, report = silent } = this.options;
    const listener = new ChannelListener({
      pool,
      channel: TIMERS_CHANNEL,
      onNotification: (payload) => this.hear(payload),
      onConnected: () => this.wake(),
      report,
    });
    listener.start();
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.fireDue(signal);
        await this.sleep(signal);
        failures = 0;
      } catch (error) {
        report('warn', 'timers fail, trying again', { problem: describeFailure(error) });
        await pause(backoff(failures++), signal);
      }
    }
    await listener.stop();
  }

  /** Everything that is due now; gives back how many timers were fired. */
  async fireDue(signal?: AbortSignal): Promise<number> {
    for (let fired = 0; ;) {
      const more = signal?.aborted ? 0 : await this.fireNext();
      if (more === 0) return fired;
      fired += more;
    }
  }

  /** Looks again at once: something earlier may have been armed. */
  wake(): void {
    this.wakeUp.abort();
  }

  /** @returns how many were due */
  private async fireNext(): Promise<number> {
    const { pool, claimMs = CLAIM_MS } = this.options;
    let claimed: readonly ClaimedTimer[] = [];
    try {
      await inTransaction(pool, `set local idle_in_transaction_session_timeout = ${claimMs}`, async (client) => {
        claimed = await claimTimers(client, { offsetMs: this.offsetMs, limit: this.batchSize });
        if (claimed.length === 0) return;
        failpoint('timers.claimed');
        await this.firing.fire(client, claimed, this.offsetMs);
      });
    } catch (error) {
      // Best effort: if the database is away, they are due as they were.
      const roots = claimed.map(({ root }) => root);
      await postponeTimers(asSqlClient(pool), roots, this.offsetMs).catch(() => undefined);
      throw error;
    }
    return claimed.length;
  }

  private async sleep(signal: AbortSignal): Promise<void> {
    this.wakeUp = new AbortController();
    const { idleMs = 1_000 } = this.options;
    // Whatever is armed while this asks may not be in the answer.
    this.sleepingUntil = Number.POSITIVE_INFINITY;
    const { at, now } = await nextWake(asSqlClient(this.options.pool), this.offsetMs);
    const wait = Math.min(idleMs, Math.max(0, Math.ceil((at ?? now + idleMs) - now)));
    this.sleepingUntil = now + wait;
    await pause(wait, AbortSignal.any([signal, this.wakeUp.signal]));
  }

  /** Payload `earliest <epoch ms>`: only what comes before the planned waking matters. */
  private hear(payload: string): void {
    const at = Number(payload.split(' ')[1]);
    if (!(at > this.sleepingUntil)) this.wake();
  }

  private get batchSize(): number {
    return this.options.batchSize ?? BATCH;
  }

  private get offsetMs(): number {
    return this.options.offsetMs?.() ?? 0;
  }
}
