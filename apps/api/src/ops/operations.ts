import type { LogSource } from '@fieldcase/eventsourcing';
import {
  projectionStatus,
  subscriptionStatus,
  timerStatus,
  type ProjectionStatus,
  type SubscriptionStatus,
  type TimerStatus,
} from '@fieldcase/postgres';
import { instantText } from '@fieldcase/read-models';
import type { Pool } from 'pg';

export const OPERATIONS = Symbol('Operations');

export interface LeaseStatus {
  readonly name: string;
  readonly owner: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  readonly held: boolean;
}

export interface OperationsSnapshot {
  readonly log: { readonly head: string };
  readonly projections: readonly (Omit<ProjectionStatus, 'position' | 'rebuild'> & {
    readonly position: string;
    readonly rebuild: object | null;
  })[];
  /** What follows the log beside the read models: part supply, the timers, and the relay to Kafka where it has begun. */
  readonly subscriptions: readonly (Omit<SubscriptionStatus, 'position'> & { readonly position: string })[];
  readonly timers: Omit<TimerStatus, 'nextDueAt'> & {
    /** RFC 3339. */
    readonly nextDueAt: string | null;
  };
  readonly parked: number;
  readonly leases: readonly LeaseStatus[];
  /** Connections of this process by state. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
}

const FOLLOWERS = ['part-supply', 'timers', 'relay', 'relay-cases', 'relay-depots'];

/** What operators ask about the running system. */
export interface Operations {
  /** @throws when the database does not answer or its schema is not this code's */
  checkReady(): Promise<void>;
  snapshot(): Promise<OperationsSnapshot>;
}

export class PostgresOperations implements Operations {
  constructor(
    private readonly pool: Pool,
    private readonly log: LogSource,
    private readonly projections: readonly { readonly name: string; readonly version: number }[],
    /** Names of all migrations of this code, in order. */
    private readonly migrations: readonly string[],
  ) {}

  async checkReady(): Promise<void> {
    const { rows } = await this.pool.query<{ name: string }>('select name from fieldcase.migrations');
    const done = new Set(rows.map(({ name }) => name));
    const missing = this.migrations.filter((name) => !done.has(name));
    if (missing.length > 0 || done.size > this.migrations.length) {
      throw new Error('the database schema is not the one of this code: run `npx fieldcase migrate`');
    }
  }

  async snapshot(): Promise<OperationsSnapshot> {
    const [head, projections, subscriptions, timers, leases] = await Promise.all([
      this.log.head(),
      projectionStatus(this.pool, this.projections),
      subscriptionStatus(this.pool, FOLLOWERS),
      timerStatus(this.pool),
      this.leases(),
    ]);
    const { totalCount, idleCount, waitingCount } = this.pool;
    return {
      log: { head: head.toString() },
      projections: projections.map(({ position, rebuild, ...rest }) => ({
        ...rest,
        position: position.toString(),
        rebuild: rebuild && { ...rebuild, position: rebuild.position.toString(), target: rebuild.target.toString() },
      })),
      subscriptions: subscriptions.map(({ position, ...rest }) => ({ ...rest, position: position.toString() })),
      timers: { ...timers, nextDueAt: timers.nextDueAt === null ? null : instantText(timers.nextDueAt) },
      parked: [...projections, ...subscriptions].reduce((sum, { parked }) => sum + parked, 0),
      leases,
      pool: { total: totalCount, idle: idleCount, waiting: waitingCount },
    };
  }

  private async leases(): Promise<readonly LeaseStatus[]> {
    const { rows } = await this.pool.query<{ name: string; owner: string; expires_at: Date; held: boolean }>(
      `select name, owner, expires_at, expires_at > clock_timestamp() as held from fieldcase.leases order by name`,
    );
    return rows.map(({ name, owner, expires_at, held }) => ({
      name,
      owner,
      expiresAt: instantText(expires_at.getTime()),
      held,
    }));
  }
}
