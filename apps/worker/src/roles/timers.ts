import { slaEventTypes } from '@fieldcase/domain/sla';
import type { Config } from '@fieldcase/config';
import { describeFailure, earliestAnnouncer, TimerMetrics, TimerRunner, TimersSubscription } from '@fieldcase/postgres';
import type { Connections } from '../connections';
import { clockFiring, nextDueFrom, recordedWhenDue } from './clock-timers';
import { pauseFor } from './pause';
import { keepFollowing } from './subscription';

const METRICS_EVERY_MS = 5_000;

/** Follows the log to know when which case is due (one worker), and fires what is due (all workers). */
export async function runTimers(
  connections: Connections,
  config: Pick<Config, 'limits'>,
  signal: AbortSignal,
): Promise<void> {
  const { pool, store, source, owner, report } = connections;
  const head = (): Promise<bigint> => source.head();
  const nextDue = nextDueFrom(store);
  const metrics = new TimerMetrics(pool, owner);
  const runner = new TimerRunner({
    pool,
    nextDue,
    head,
    fire: await clockFiring(connections, config.limits),
    report,
    onFired: (lateness) => metrics.fired(lateness),
  });
  const subscription = new TimersSubscription({
    eventTypes: slaEventTypes,
    nextDue,
    movedByFiring: recordedWhenDue,
    head,
  });
  const announcer = earliestAnnouncer(pool, report);
  const announce = (): void => {
    const earliest = subscription.takeEarliest();
    if (earliest !== undefined) announcer.announce('earliest', String(earliest));
  };
  await Promise.all([
    keepFollowing(connections, subscription, announce, signal),
    runner.run(signal),
    writeMetrics(metrics, connections, signal),
  ]);
  await announcer.stop();
}

async function writeMetrics(metrics: TimerMetrics, { report }: Connections, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pauseFor(METRICS_EVERY_MS, signal);
    await metrics.write().catch((error: unknown) => {
      report('warn', 'metrics were not written', { problem: describeFailure(error) });
    });
  }
}
