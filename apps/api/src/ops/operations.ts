import type { LogSource } from '@fieldcase/eventsourcing';
import { operatorNeeds, systemStatus, type OperatorNeed, type SystemStatus } from '@fieldcase/postgres';
import { instantText } from '@fieldcase/read-models';
import type { Pool } from 'pg';

export const OPERATIONS = Symbol('Operations');

type Positioned<T extends { readonly position: bigint }> = Omit<T, 'position'> & { readonly position: string };
type ProjectionView = Omit<Positioned<SystemStatus['projections'][number]>, 'rebuild'> & {
  readonly rebuild: object | null;
};
type SubscriptionView = Positioned<SystemStatus['subscriptions'][number]>;

export interface OperationsSnapshot {
  readonly log: { readonly head: string };
  readonly projections: readonly ProjectionView[];
  /** What follows the log beside the read models: part supply, the timers, and the relay to Kafka where it has begun. */
  readonly subscriptions: readonly SubscriptionView[];
  readonly relay: Omit<SystemStatus['relay'], 'since'> & {
    /** RFC 3339. */
    readonly since: string | null;
    readonly position: string;
    readonly lagEvents: number;
    readonly lagSeconds: number;
  };
  readonly timers: Omit<SystemStatus['timers'], 'nextDueAt'> & {
    /** RFC 3339. */
    readonly nextDueAt: string | null;
  };
  /** Events, of all that follow the log. */
  readonly parked: number;
  readonly parkedStreams: number;
  /** Of depots, that nobody could read. */
  readonly parkedRecords: number;
  readonly leases: readonly (Omit<SystemStatus['leases'][number], 'expiresAt'> & {
    /** RFC 3339. */
    readonly expiresAt: string;
  })[];
  /** What nobody but a person mends; empty: all is well. */
  readonly needs: readonly OperatorNeed[];
  /** Connections of this process by state. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
}

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
    const status = await systemStatus(this.pool, this.log, this.projections);
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { ...viewOf(status), pool: { total: totalCount, idle: idleCount, waiting: waitingCount } };
  }
}

function viewOf(status: SystemStatus): Omit<OperationsSnapshot, 'pool'> {
  const { head, projections, subscriptions, relay, timers, leases, parkedRecords } = status;
  const all = [...projections, ...subscriptions];
  const published = subscriptions.find(({ name }) => name === 'relay');
  return {
    log: { head: head.toString() },
    projections: projections.map(({ position, rebuild, ...rest }) => ({
      ...rest,
      position: position.toString(),
      rebuild: rebuild && { ...rebuild, position: rebuild.position.toString(), target: rebuild.target.toString() },
    })),
    subscriptions: subscriptions.map(({ position, ...rest }) => ({ ...rest, position: position.toString() })),
    relay: {
      ...relay,
      since: textOf(relay.since),
      position: String(published?.position ?? 0n),
      lagEvents: published?.lagEvents ?? 0,
      lagSeconds: published?.lagSeconds ?? 0,
    },
    timers: { ...timers, nextDueAt: textOf(timers.nextDueAt) },
    parked: all.reduce((sum, { parked }) => sum + parked, 0),
    parkedStreams: all.reduce((sum, { parkedStreams }) => sum + parkedStreams, 0),
    parkedRecords,
    leases: leases.map(({ expiresAt, ...rest }) => ({ ...rest, expiresAt: instantText(expiresAt) })),
    needs: operatorNeeds(status),
  };
}

const textOf = (instant: number | null): string | null => (instant === null ? null : instantText(instant));
