import type { Pool } from 'pg';
import { failpoint } from '@fieldcase/config';
import type { Instant } from '@fieldcase/eventsourcing';
import { ChannelListener } from '../subscriptions/channel-listener';
import { backoff, describeFailure, isInfrastructureFailure } from '../subscriptions/failure';
import { pause } from '../subscriptions/pause';
import { silent, type Report } from '../subscriptions/report';
import { asSqlClient } from '../subscriptions/sql';
import { armEach, armTimers, claimTimers, nextWake, postponeTimers } from './timer-rows';
import type { ClaimedTimer, NextDue, NextStep } from './timer-rows';
import { TIMERS_CHANNEL } from './timers-subscription';

/** Of each root of which something was recorded: where in the log that ends, and what its clocks have next as of there. */
export type Recorded = ReadonlyMap<string, NextStep>;

export interface TimerRunnerOptions {
  readonly pool: Pool;
  /**
   * Records what is due for these roots up to `now` (database time, epoch ms) through the normal command path.
   * Making it twice must do nothing the second time: the clocks' own state decides. It may tell what was recorded of a
   * root: then neither the runner nor the timers' subscription looks at that root again.
   */
  readonly fire: (roots: readonly string[], now: Instant) => Promise<Recorded | void>;
  readonly nextDue: NextDue;
  readonly head: () => Promise<bigint>;
  /** Added to the database's time; 0 but in specs. */
  readonly offsetMs?: () => number;
  readonly batchSize?: number;
  /** After a worker died in the middle, others fire its timers after this long. */
  readonly claimMs?: number;
  /** The longest sleep: a net under the notifications. */
  readonly idleMs?: number;
  readonly report?: Report;
  /** Lateness in ms of every fired timer, measured when its facts were recorded. */
  readonly onFired?: (latenessMs: readonly number[]) => void;
}

interface Fired {
  readonly recorded: Recorded;
  readonly failed: ReadonlySet<string>;
}

/** Two full statements of the event store: a storm takes 11 to 15 % less CPU than with 200; with 1,024 it is no better. */
const BATCH = 512;
const NOTHING: Recorded = new Map();

/**
 * Fires due timers in batches and sleeps exactly until the next one. Several workers may run it: a claim is taken with
 * SKIP LOCKED and runs out by itself. At least once; made once in effect by the clocks' state.
 */
export class TimerRunner {
  private wakeUp = new AbortController();
  private sleepingUntil = 0;

  constructor(private readonly options: TimerRunnerOptions) {}

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
    const { pool, batchSize = BATCH, claimMs = 30_000 } = this.options;
    const client = asSqlClient(pool);
    for (let fired = 0; ;) {
      if (signal?.aborted) return fired;
      const claimed = await claimTimers(client, { offsetMs: this.offsetMs, claimMs, limit: batchSize });
      if (claimed.length === 0) return fired;
      failpoint('timers.claimed');
      await this.fireBatch(claimed).catch(async (error: unknown) => {
        // Best effort: if the database is away, the claims run out by themselves.
        const roots = claimed.map(({ root }) => root);
        await postponeTimers(client, roots, this.offsetMs).catch(() => undefined);
        throw error;
      });
      fired += claimed.length;
    }
  }

  /** Looks again at once: something earlier may have been armed. */
  wake(): void {
    this.wakeUp.abort();
  }

  private async fireBatch(claimed: readonly ClaimedTimer[]): Promise<void> {
    const now = claimed[0]?.claimedAt ?? 0;
    const started = performance.now();
    const { recorded, failed } = await this.fireOrIsolate(
      claimed.map(({ root }) => root),
      now,
    );
    const took = performance.now() - started;
    failpoint('timers.fired');
    const done = claimed.filter(({ root }) => !failed.has(root));
    this.options.onFired?.(done.map(({ dueAt }) => now - dueAt + took));
    // By what firing knows: their streams are not read again.
    await armEach(asSqlClient(this.options.pool), recorded);
    const unseen = done.filter(({ root }) => !recorded.has(root));
    if (unseen.length + failed.size > 0) await this.settle(unseen, [...failed], now);
  }

  /** One root that cannot be fired must not hold back the others of its batch. */
  private async fireOrIsolate(roots: readonly string[], now: Instant): Promise<Fired> {
    const failed = new Set<string>();
    try {
      return { recorded: (await this.options.fire(roots, now)) ?? NOTHING, failed };
    } catch (batchFailure) {
      if (isInfrastructureFailure(batchFailure)) throw batchFailure;
    }
    for (const root of roots) {
      try {
        await this.options.fire([root], now);
      } catch (error) {
        if (isInfrastructureFailure(error)) throw error;
        failed.add(root);
        this.options.report?.('error', 'timer fails', { root, problem: describeFailure(error) });
      }
    }
    return { recorded: NOTHING, failed };
  }

  /** The rows go, or move on, by what the log says now; a root that stands where it stood waits a little longer. */
  private async settle(done: readonly ClaimedTimer[], failed: readonly string[], now: Instant): Promise<void> {
    const client = asSqlClient(this.options.pool);
    const asOf = await this.options.head();
    const due =
      done.length === 0
        ? new Map()
        : await this.options.nextDue(
            done.map(({ root }) => root),
            now,
          );
    const stuck = done.filter(({ root, dueAt }) => (due.get(root) ?? Number.POSITIVE_INFINITY) <= dueAt);
    const standing = new Set(stuck.map(({ root }) => root));
    await armTimers(client, asOf, new Map([...due].filter(([root]) => !standing.has(root))));
    await postponeTimers(client, [...failed, ...standing], this.offsetMs);
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

  private get offsetMs(): number {
    return this.options.offsetMs?.() ?? 0;
  }
}
