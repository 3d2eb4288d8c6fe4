import { failpoint } from '@fieldcase/config';
import type { Instant, SqlClient } from '@fieldcase/eventsourcing';
import { describeFailure, isInfrastructureFailure } from '../subscriptions/failure';
import type { Report } from '../subscriptions/report';
import { armTimers, postponeTimers, putBackTimers, type ClaimedTimer, type NextDue } from './timer-rows';

/** Of each root of which something was recorded: where in the log that ends, and what its clocks have next as of there. */
export type Recorded = ReadonlyMap<string, { readonly position: bigint; readonly next: Instant | null }>;

export interface TimerFiringOptions {
  /**
   * Records what is due for these roots up to `now` (database time, epoch ms) through the normal command path.
   * Making it twice must do nothing the second time: the clocks' own state decides. It may tell what was recorded of a
   * root: then neither the runner nor the timers' subscription looks at that root again.
   */
  readonly fire: (roots: readonly string[], now: Instant) => Promise<Recorded | void>;
  readonly nextDue: NextDue;
  readonly head: () => Promise<bigint>;
  readonly report?: Report;
  /** Lateness in ms of every fired timer, measured when its facts were recorded. */
  readonly onFired?: (latenessMs: readonly number[]) => void;
}

interface Fired {
  readonly recorded: Recorded;
  readonly failed: ReadonlySet<string>;
}

const NOTHING: Recorded = new Map();

/** Fires what was claimed, and sets what comes next in the transaction of the claim. */
export class TimerFiring {
  constructor(private readonly options: TimerFiringOptions) {}

  async fire(client: SqlClient, claimed: readonly ClaimedTimer[], offsetMs: number): Promise<void> {
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
    await armRecorded(client, recorded);
    const unseen = done.filter(({ root }) => !recorded.has(root));
    const standing = await this.armUnseen(client, unseen, now);
    const waiting = claimed.filter(({ root }) => failed.has(root) || standing.has(root));
    await putBackTimers(client, waiting);
    await postponeTimers(
      client,
      waiting.map(({ root }) => root),
      offsetMs,
    );
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

  /** By what the log says now. @returns the roots that stand where they stood: they are to wait a little longer */
  private async armUnseen(
    client: SqlClient,
    unseen: readonly ClaimedTimer[],
    now: Instant,
  ): Promise<ReadonlySet<string>> {
    if (unseen.length === 0) return new Set();
    const asOf = await this.options.head();
    const due = await this.options.nextDue(
      unseen.map(({ root }) => root),
      now,
    );
    const stuck = unseen.filter(({ root, dueAt }) => (due.get(root) ?? Number.POSITIVE_INFINITY) <= dueAt);
    const standing = new Set(stuck.map(({ root }) => root));
    await armTimers(client, asOf, onlyDue([...due].filter(([root]) => !standing.has(root))));
    return standing;
  }
}

/** By what firing knows: their streams are not read again. */
async function armRecorded(client: SqlClient, recorded: Recorded): Promise<void> {
  const told = [...recorded.values()];
  const asOf = told.reduce((least, { position }) => (position < least ? position : least), told[0]?.position ?? 0n);
  await armTimers(client, asOf, onlyDue([...recorded].map(([root, { next }]) => [root, next])));
}

/** Of the others the claim has left no row. */
const onlyDue = (due: readonly (readonly [string, Instant | null])[]): ReadonlyMap<string, Instant | null> =>
  new Map(due.filter(([, at]) => at !== null));
