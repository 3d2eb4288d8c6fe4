import type { Pool } from 'pg';
import {
  projectionStatus,
  subscriptionStatus,
  type ProjectionStatus,
  type SubscriptionStatus,
} from '../projections/projection-status';
import { ParkedRecords } from '../parking/parked-records';
import { relayStatus, withoutMark, type RelayStatus } from '../relay/relay-status';
import { REBUILDING } from '../subscriptions/checkpoints';
import { timerStatus, type TimerStatus } from '../timers/timer-status';
import { leaseStatus, type LeaseStatus } from './lease-status';

/** What every subscription has, whether it writes tables or not. */
export interface Followed {
  /** Streams (roots) of which events are parked. */
  readonly parkedStreams: number;
}

/** Of what needs a broker: true where none is configured, and nobody is to miss it. */
interface MayBeOff {
  readonly off: boolean;
}

export interface SystemStatus {
  readonly head: bigint;
  readonly projections: readonly (ProjectionStatus & Followed)[];
  /** What follows the log beside the read models: part supply, timers, the relay, and whatever else has begun. */
  readonly subscriptions: readonly (SubscriptionStatus & Followed & MayBeOff)[];
  readonly relay: RelayStatus;
  /** Of depots, that nobody could read. */
  readonly parkedRecords: number;
  readonly timers: TimerStatus;
  readonly leases: readonly LeaseStatus[];
}

/** Everything that operators ask about the running system, from the database alone. */
export async function systemStatus(
  pool: Pool,
  log: { head(): Promise<bigint> },
  code: readonly { readonly name: string; readonly version: number }[],
): Promise<SystemStatus> {
  const others = await otherSubscriptions(
    pool,
    code.map(({ name }) => name),
  );
  const [head, projections, subscriptions, relay, timers, leases, parked, records] = await Promise.all([
    log.head(),
    projectionStatus(pool, code),
    subscriptionStatus(pool, others),
    relayStatus(pool),
    timerStatus(pool),
    leaseStatus(pool),
    parkedStreams(pool),
    new ParkedRecords(pool).counts(),
  ]);
  const followed = <T extends { readonly name: string }>(one: T): T & Followed => ({
    ...one,
    parkedStreams: parked.get(one.name) ?? 0,
  });
  return {
    head,
    projections: projections.map(followed),
    subscriptions: subscriptions.map((one) => followed({ ...one, ...withoutMark(one.problem) })),
    relay,
    parkedRecords: records.parked,
    timers,
    leases,
  };
}

async function otherSubscriptions(pool: Pool, known: readonly string[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ subscription: string }>(
    `select subscription from fieldcase.subscriptions
     where subscription <> all($1::text[]) and not starts_with(reverse(subscription), reverse($2))
     order by subscription`,
    [known, REBUILDING],
  );
  return rows.map(({ subscription }) => subscription);
}

async function parkedStreams(pool: Pool): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ subscription: string; streams: string }>(
    `select subscription, count(distinct root) as streams from fieldcase.parked
     where status = 'parked' group by subscription`,
  );
  return new Map(rows.map(({ subscription, streams }) => [subscription, Number(streams)]));
}
