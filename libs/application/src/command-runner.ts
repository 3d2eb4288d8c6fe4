import { createHmac, hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Rejection,
  type AppendResult,
  type CommandContext,
  type CommandKey,
  type EventStore,
  type Instant,
  type RejectionKind,
  type Replay,
  type StreamCheck,
  type StreamWrite,
} from '@fieldcase/eventsourcing';
import { Busy, KeyReused, VersionMismatch } from './errors';
import { FirstComeQueue } from './first-come-queue';
import type { CommandAnswer, CommandOptions } from './handle-case';

/** Conflicts with other processes are retried for this long before the caller is told to come back. */
const RETRY_FOR_MS = 2_000;

/** The position of an answer to a command that appended nothing. */
export const NOTHING_WRITTEN = '0';

const OF_THE_STATE: ReadonlySet<RejectionKind> = new Set(['conflict', 'unacceptable']);

/** What one attempt at a command wants written, decided on the streams as they were at `versions`. */
export interface Attempt {
  readonly writes: readonly StreamWrite[];
  readonly checks: readonly StreamCheck[];
  readonly answer: StoredAnswer;
  /** Folds what was appended into the cache. */
  readonly appended?: (result: Extract<AppendResult, { outcome: 'appended' }>) => void;
}

/** The part of an answer that is remembered with the key. */
export interface StoredAnswer {
  readonly id: string;
  readonly version: number;
  readonly made: Readonly<Record<string, string>>;
  readonly created: boolean;
}

/** One command, ready to be attempted as often as other writers make it necessary. */
export interface CommandTask {
  /** The stream whose version is the ETag; commands on it queue first-come in this process. */
  readonly main: string;
  /** Loads and decides. `fresh` after a conflict: nothing from the cache. Throws Rejection. */
  attempt(context: CommandContext, fresh: boolean): Promise<Attempt>;
  /** Versions of the streams that the last attempt decided on: what a refusal must still be true of. */
  decidedOn(): ReadonlyMap<string, number>;
}

export interface RunnerOptions {
  readonly now: () => Instant;
  /** HMAC secret of the log: a stored hash of a request must not let anyone guess the personal data in it. */
  readonly secret: Uint8Array;
  readonly occurredAtPastMs: number;
  readonly occurredAtFutureMs: number;
  /** How long conflicts are retried; RETRY_FOR_MS unless a test wants none. */
  readonly retryForMs?: number;
}

/** Jitter before the next round; capped, so that a command of many lost rounds does not sleep through its time. */
export function pauseBefore(round: number, random: number): number {
  return random * Math.min(50, 2 ** round);
}

/** Load, decide, append, and again on a conflict; a refusal is only answered when the log still agrees with it. */
export class CommandRunner {
  private readonly queue = new FirstComeQueue();

  constructor(
    private readonly store: EventStore,
    private readonly options: RunnerOptions,
  ) {}

  /** @throws Rejection, VersionMismatch, KeyReused, Busy, StoreUnavailable */
  run(task: CommandTask, options: CommandOptions): Promise<CommandAnswer> {
    const key = this.keyOf(options);
    const onStream = () => this.queue.run(`stream ${task.main}`, () => this.attemptUntilSettled(task, options, key));
    // A second use of a key waits for the first, and then finds its answer.
    return key ? this.queue.run(`key ${Buffer.from(key.hash).toString('hex')}`, onStream) : onStream();
  }

  /** The remembered answer of a command that was accepted before; decides nothing. @throws KeyReused */
  async answerOf(options: CommandOptions): Promise<CommandAnswer | undefined> {
    const key = this.keyOf(options);
    if (!key) return undefined;
    const { found } = await this.store.lookUp(key, []);
    if (found?.outcome === 'key-reused') throw new KeyReused();
    return found && answerAgain(found);
  }

  private async attemptUntilSettled(
    task: CommandTask,
    options: CommandOptions,
    key: Omit<CommandKey, 'answer'> | undefined,
  ): Promise<CommandAnswer> {
    const giveUpAt = performance.now() + (this.options.retryForMs ?? RETRY_FOR_MS);
    for (let round = 0; ; round += 1) {
      const outcome = await this.attemptOnce(task, options, key, round > 0);
      if (outcome) return outcome;
      if (performance.now() > giveUpAt) throw new Busy(task.main);
      await pause(pauseBefore(round, Math.random()));
    }
  }

  /** The answer, or undefined when the log has moved on and the command must be decided again. */
  private async attemptOnce(
    task: CommandTask,
    options: CommandOptions,
    key: Omit<CommandKey, 'answer'> | undefined,
    fresh: boolean,
  ): Promise<CommandAnswer | undefined> {
    let attempt: Attempt;
    try {
      this.checkOccurredAt(options);
      attempt = await task.attempt(this.contextOf(options), fresh);
      this.checkVersion(task, options);
    } catch (refusal) {
      if (!(refusal instanceof Rejection || refusal instanceof VersionMismatch)) throw refusal;
      return this.beforeRefusing(task, key, this.preconditionFirst(task, options, refusal), fresh);
    }
    if (attempt.writes.length === 0) {
      // That there is nothing to do is, like a refusal, only true of the log as it is.
      const known = await this.settledAlready(task, key, fresh);
      return known === 'still-so' ? { ...attempt.answer, position: NOTHING_WRITTEN, replayed: false } : known;
    }
    const result = await this.store.append({
      writes: attempt.writes,
      checks: attempt.checks,
      ...(key ? { key: { ...key, answer: attempt.answer } } : {}),
    });
    switch (result.outcome) {
      case 'appended':
        attempt.appended?.(result);
        return { ...attempt.answer, position: result.lastPosition.toString(), replayed: false };
      case 'replayed':
        return answerAgain(result);
      case 'key-reused':
        throw new KeyReused();
      case 'conflict':
        if (options.ifMatch !== undefined && result.streamId === task.main) {
          throw new VersionMismatch(options.ifMatch, result.actual);
        }
        return undefined;
    }
  }

  private async beforeRefusing(
    task: CommandTask,
    key: Omit<CommandKey, 'answer'> | undefined,
    refusal: Error,
    fresh: boolean,
  ): Promise<CommandAnswer | undefined> {
    const known = await this.settledAlready(task, key, fresh);
    if (known === 'still-so') throw refusal;
    return known;
  }

  /**
   * A repeated command would be refused by the state that it made itself, and a cached state may be old: so the key
   * is looked up and the streams' tails are read before any refusal leaves the house.
   * @returns the earlier answer, or undefined when the log has moved on
   */
  private async settledAlready(
    task: CommandTask,
    key: Omit<CommandKey, 'answer'> | undefined,
    fresh: boolean,
  ): Promise<CommandAnswer | 'still-so' | undefined> {
    if (!key) return fresh ? 'still-so' : undefined;
    const decidedOn = task.decidedOn();
    const { found, versions } = await this.store.lookUp(key, [...decidedOn.keys()]);
    if (found?.outcome === 'replayed') return answerAgain(found);
    if (found) throw new KeyReused();
    const moved = [...decidedOn].some(([streamId, version]) => (versions.get(streamId) ?? 0) !== version);
    return moved ? undefined : 'still-so';
  }

  private checkVersion(task: CommandTask, options: CommandOptions): void {
    const actual = task.decidedOn().get(task.main) ?? 0;
    if (options.ifMatch !== undefined && options.ifMatch !== actual) throw new VersionMismatch(options.ifMatch, actual);
  }

  /** What the state says no to is no news to a caller who decided on another state: that is told first. */
  private preconditionFirst(task: CommandTask, options: CommandOptions, refusal: Error): Error {
    if (!(refusal instanceof Rejection && OF_THE_STATE.has(refusal.kind))) return refusal;
    try {
      this.checkVersion(task, options);
      return refusal;
    } catch (mismatch) {
      return mismatch as Error;
    }
  }

  private contextOf(options: CommandOptions): CommandContext {
    const now = this.options.now();
    return { now, occurredAt: options.occurredAt ?? now, actor: options.actor, roles: options.roles };
  }

  private checkOccurredAt({ occurredAt, unbounded }: CommandOptions): void {
    if (occurredAt === undefined || unbounded) return;
    const { occurredAtPastMs, occurredAtFutureMs } = this.options;
    const now = this.options.now();
    if (occurredAt >= now - occurredAtPastMs && occurredAt <= now + occurredAtFutureMs) return;
    const earliest = new Date(now - occurredAtPastMs).toISOString();
    const latest = new Date(now + occurredAtFutureMs).toISOString();
    throw new Rejection(
      'occurred-at.out-of-bounds',
      'malformed',
      { earliest, latest },
      {
        occurredAt: `between ${earliest} and ${latest}`,
      },
    );
  }

  private keyOf({ key }: CommandOptions): Omit<CommandKey, 'answer'> | undefined {
    if (!key) return undefined;
    const digest = hash('sha256', JSON.stringify([key.sub, key.key]), 'buffer');
    return {
      hash: digest.subarray(0, 16),
      request: createHmac('sha256', this.options.secret).update(key.request).digest(),
    };
  }
}

function answerAgain(replay: Replay): CommandAnswer {
  return { ...(replay.answer as StoredAnswer), position: replay.lastPosition.toString(), replayed: true };
}
