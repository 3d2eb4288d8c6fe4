import {
  CheckpointGone,
  CheckpointMoved,
  leastPosition,
  OtherVersion,
  prepareSubscription,
} from '../subscriptions/checkpoints';
import { backoff, describeFailure, isInfrastructureFailure, isStatementTimeout } from '../subscriptions/failure';
import { LogFollower, type FollowerOptions, type Step } from '../subscriptions/log-follower';
import { noteProblem } from '../subscriptions/note-problem';
import { pause } from '../subscriptions/pause';
import { silent, type Report } from '../subscriptions/report';
import { asSqlClient } from '../subscriptions/sql';

export interface ProjectionRunnerOptions extends FollowerOptions {
  /** Events per transaction at most. */
  readonly batchSize?: number;
  /** How often a batch is tried before the failing events are looked for and parked. */
  readonly attempts?: number;
  /** Before the first retry; doubles. */
  readonly retryDelayMs?: number;
  readonly report?: Report;
  /** How long it lets the log gather after events that were none of its business; 50 ms. */
  readonly unconcernedMs?: number;
  /** Ends the run with CheckpointGone where there are no rows any more; else they are waited for. */
  readonly endsWhenGone?: boolean;
  /** Ends the run with CheckpointMoved where another owner moves it; else what he left is gone on from. */
  readonly endsWhenMoved?: boolean;
  /** After each commit that moved the checkpoint, outside of the transaction; the position is that of all shards. */
  readonly onMoved?: (subscription: string, position: bigint, events: number) => void;
}

/** Ends the run quietly: the caller asked for it. */
const NOTHING: Step = { position: 0n, events: 0, wanted: 0, moved: false, parked: [] };

/** At 500 commands/s a third of all batches were of followers with nothing to do but to move their checkpoints. */
const UNCONCERNED_MS = 50;

/**
 * Keeps one projection up to date, exactly once in effect whatever is delivered or killed: rows and checkpoint move in
 * one transaction by compare-and-set. Infrastructure failures are retried for ever; a failing handler a few times,
 * then the failing stream is parked for this projection only and the rest goes on.
 */
export class ProjectionRunner {
  readonly subscription: string;
  private readonly follower: LogFollower;
  private batchSize: number;
  private problem: string | undefined;

  constructor(private readonly options: ProjectionRunnerOptions) {
    this.follower = new LogFollower(options);
    this.subscription = this.follower.subscription;
    this.batchSize = this.mostPerBatch;
  }

  /** Follows the log until `signal` is aborted, finishing the batch at hand. @throws OtherVersion */
  async run(signal: AbortSignal): Promise<void> {
    await this.insist(signal, () => this.prepare());
    await this.store(null).catch(() => undefined);
    while (!signal.aborted) {
      const step = await this.advance(signal);
      if (!step.moved) await this.insistOnWaiting(step.position, signal);
      else if (step.wanted === 0 && step.events < this.mostPerBatch)
        await pause(this.options.unconcernedMs ?? UNCONCERNED_MS, signal);
    }
  }

  /** Up to the log's head at this moment (or `upTo`); gives back the checkpoint. @throws OtherVersion */
  async catchUp(signal = new AbortController().signal): Promise<bigint> {
    await this.prepare();
    const head = await this.options.source.head();
    for (;;) {
      const step = await this.advance(signal);
      if (!step.moved || step.position >= head || signal.aborted) return step.position;
    }
  }

  /** One batch with the failure policy. Not moved: nothing new, or aborted. */
  async advance(signal: AbortSignal): Promise<Step> {
    let failures = 0;
    return this.insist(signal, async () => {
      try {
        const isolate = failures >= this.attempts - 1 && failures > 0 ? { attempts: failures + 1 } : undefined;
        const step = await this.follower.step({ limit: this.batchSize, ...(isolate && { isolate }) });
        await this.moved(step);
        return step;
      } catch (error) {
        if (!(error instanceof CheckpointMoved || error instanceof OtherVersion) && !isInfrastructureFailure(error)) {
          failures++;
        }
        throw error;
      }
    });
  }

  /** Tables and checkpoint where there are none. @throws OtherVersion */
  async prepare(): Promise<void> {
    await prepareSubscription(this.options.pool, this.options.projection, this.options.schema ?? 'read_models');
  }

  private async moved(step: Step): Promise<void> {
    if (!step.moved) return;
    await this.tell(step);
    this.batchSize = Math.min(this.mostPerBatch, this.batchSize * 2);
    const failed = step.parked.filter((entry) => entry.error !== undefined);
    for (const { event, error } of failed.slice(0, 10)) {
      this.report('error', 'event parked', {
        subscription: this.subscription,
        position: String(event.position),
        stream: event.streamId,
        problem: error ?? '',
      });
    }
  }

  /** Who waits for a position waits for all shards: those of others may be behind, or the last to arrive. */
  private async tell({ position: own, events }: Step): Promise<void> {
    const { onMoved, source, pool } = this.options;
    if (!onMoved) return;
    // Whoever waits also looks by himself: a look that fails here costs him some time.
    const ofAll = () => leastPosition(asSqlClient(pool), this.subscription).catch(() => undefined);
    const position = source.share ? await ofAll() : own;
    if (position !== undefined) onMoved(this.subscription, position, events);
  }

  /** Retries for ever with growing pauses; what it retries must decide itself what to do differently. */
  private async insist<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | Step> {
    for (let attempt = 0; ; attempt++) {
      if (signal.aborted) return NOTHING;
      try {
        const result = await work();
        await this.healed();
        return result;
      } catch (error) {
        if (error instanceof OtherVersion) throw error;
        if (error instanceof CheckpointGone && this.options.endsWhenGone) throw error;
        if (error instanceof CheckpointMoved && this.options.endsWhenMoved) throw error;
        // The ordinary case: another owner was first. Again and again is none, and may never end.
        if (error instanceof CheckpointMoved && attempt === 0) continue;
        if (isStatementTimeout(error)) this.batchSize = Math.max(1, Math.floor(this.batchSize / 4));
        await this.failing(error, attempt);
        await pause(backoff(attempt, this.options.retryDelayMs), signal);
      }
    }
  }

  private async insistOnWaiting(after: bigint, signal: AbortSignal): Promise<void> {
    try {
      await this.options.source.waitForMore(after, 1_000, signal);
    } catch (error) {
      await this.failing(error, 0);
      await pause(1_000, signal);
    }
  }

  private async failing(error: unknown, attempt: number): Promise<void> {
    const problem = describeFailure(error);
    if (attempt < 3 || attempt % 10 === 0) {
      this.report('warn', 'subscription fails, trying again', { subscription: this.subscription, attempt, problem });
    }
    if (attempt < 2 || this.problem !== undefined) return;
    this.problem = problem;
    await this.store(problem).catch(() => undefined);
  }

  private async healed(): Promise<void> {
    if (this.problem === undefined) return;
    this.problem = undefined;
    await this.store(null).catch(() => undefined);
  }

  private async store(problem: string | null): Promise<void> {
    await noteProblem(this.options.pool, this.subscription, problem);
  }

  private get mostPerBatch(): number {
    return this.options.batchSize ?? 2_000;
  }

  private get attempts(): number {
    return this.options.attempts ?? 3;
  }

  private get report(): Report {
    return this.options.report ?? silent;
  }
}
