import { LogOfShards, type LogSource } from '@fieldcase/eventsourcing';
import {
  CheckpointMoved,
  describeFailure,
  Lease,
  ProjectionRunner,
  Standstill,
  underLease,
  type ProjectionRunnerOptions,
  type Report,
} from '@fieldcase/postgres';
import { pauseFor } from './pause';

export interface StandInTimes {
  /** So long a shard must be behind the log and not move. */
  readonly afterMs: number;
  readonly lookEveryMs: number;
  /** A worker that is a member of the group looks so often whether it is needed still. */
  readonly atMostMs: number;
}

export interface StandInOptions extends ProjectionRunnerOptions {
  readonly report: Report;
  readonly owner: string;
  readonly source: LogSource;
  readonly leaseMs: number;
  readonly standIn?: StandInTimes;
}

const TIMES: StandInTimes = { afterMs: 4_000, lookEveryMs: 500, atMostMs: 15_000 };

/**
 * Reads the shards that nobody moves from the log itself: of a worker that was killed, until the group notices; all of
 * them, while no broker answers. One worker at a time, under the read model's lease. It steps back as soon as another
 * moves one of them, or the partitions are dealt out anew.
 */
export class StandIn {
  private readonly standstill: Standstill;
  private readonly lease: Lease;
  private stepBack = new AbortController();
  private isMember = false;

  constructor(private readonly options: StandInOptions) {
    const { pool, source, projection, owner, leaseMs, standIn = TIMES } = options;
    const { afterMs } = standIn;
    this.standstill = new Standstill({ pool, source, subscription: projection.name, afterMs });
    this.lease = new Lease(pool, `subscription:${projection.name}`, owner, leaseMs);
  }

  /** This worker has a share, perhaps another one. */
  joined(): void {
    this.isMember = true;
    this.stepBack.abort();
  }

  left(): void {
    this.isMember = false;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { lookEveryMs } = this.times;
    while (!signal.aborted) {
      await pauseFor(lookEveryMs, signal);
      const standing = await this.look();
      if (standing.length > 0) await underLease(this.lease, signal, (held) => this.readLog(held), this.warn);
    }
  }

  private async readLog(held: AbortSignal): Promise<void> {
    const { source, projection, report } = this.options;
    // It may have been waited long for the lease.
    const shards = await this.look();
    if (shards.length === 0) return;
    this.stepBack = new AbortController();
    const timer = setTimeout(() => this.isMember && this.stepBack.abort(), this.times.atMostMs);
    report('info', 'the log itself is read', { subscription: projection.name, shards: shards.join() });
    try {
      const runner = new ProjectionRunner({
        ...this.options,
        source: new LogOfShards(source, shards),
        endsWhenMoved: true,
      });
      await runner.run(AbortSignal.any([held, this.stepBack.signal]));
    } catch (error) {
      if (!(error instanceof CheckpointMoved)) throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private async look(): Promise<readonly number[]> {
    try {
      return await this.standstill.look();
    } catch (error) {
      this.warn(error);
      return [];
    }
  }

  private readonly warn = (error: unknown): void =>
    this.options.report('warn', 'standing in', {
      subscription: this.options.projection.name,
      problem: describeFailure(error),
    });

  private get times(): StandInTimes {
    return this.options.standIn ?? TIMES;
  }
}
