import type { LogSource } from '@fieldcase/eventsourcing';
import { ConsumerStalled, isForOperators, type KafkaLogSource } from '@fieldcase/kafka';
import {
  describeFailure,
  noteProblem,
  OtherVersion,
  ProjectionRunner,
  whilePresent,
  type ProjectionRunnerOptions,
  type Report,
} from '@fieldcase/postgres';
import type { OpenSource } from '../kafka';
import { pauseFor } from './pause';
import { StandIn, type StandInTimes } from './stand-in';
import { together } from './together';

export interface SharedFollowing extends ProjectionRunnerOptions {
  readonly report: Report;
  readonly owner: string;
  /** The log itself. */
  readonly source: LogSource;
  readonly openSource: OpenSource;
  readonly leaseMs: number;
  readonly tryAgainMs?: number;
  readonly standIn?: StandInTimes;
}

const TRY_AGAIN_MS = 10_000;

/**
 * Follows the log with one projection beside other workers: each joins the read model's group and follows its share of
 * the shards as Kafka delivers them. Checkpoints are moved by compare-and-set, so shares that overlap for a moment do no
 * harm. What nobody moves is read from the log itself by one of them.
 * @throws OtherVersion; ConsumerStalled the second time that nothing at all was delivered
 */
export async function followShared(following: SharedFollowing, signal: AbortSignal): Promise<void> {
  const standIn = new StandIn(following);
  await together(
    signal,
    (both) => keepMember(following, standIn, both),
    (both) => standIn.run(both),
  );
}

async function keepMember(following: SharedFollowing, standIn: StandIn, signal: AbortSignal): Promise<void> {
  const { pool, projection, report, tryAgainMs = TRY_AGAIN_MS } = following;
  for (let stalls = 0; !signal.aborted;) {
    try {
      await followAsMember(following, standIn, signal);
    } catch (error) {
      if (error instanceof OtherVersion) throw error;
      stalls = error instanceof ConsumerStalled && !error.delivered ? stalls + 1 : 0;
      if (stalls > 1) throw error;
      const problem =
        isForOperators(error) || error instanceof ConsumerStalled ? error.message : describeFailure(error);
      report('error', 'Kafka is not followed, the log itself is', { subscription: projection.name, problem });
      await noteProblem(pool, projection.name, problem).catch(() => undefined);
      // A consumer that stands still is of no use any more: the next one at once.
      if (!(error instanceof ConsumerStalled)) await pauseFor(tryAgainMs, signal);
    }
  }
}

/** Until the source fails, or `signal` is aborted. */
async function followAsMember(following: SharedFollowing, standIn: StandIn, signal: AbortSignal): Promise<void> {
  const { pool, projection, owner, report, leaseMs: ttlMs } = following;
  const failed = new AbortController();
  let problem: Error | undefined;
  const source = await opened(following, signal, {
    onFailure: (error) => {
      problem ??= error;
      failed.abort();
    },
    onAssigned: () => standIn.joined(),
  });
  if (!source) return;
  try {
    await noteProblem(pool, projection.name, null);
    const runner = new ProjectionRunner({ ...following, source });
    await whilePresent(
      { pool, name: `subscription:${projection.name}`, owner, ttlMs },
      AbortSignal.any([signal, failed.signal]),
      (held) => runner.run(held),
      (error) => report('warn', 'lease', { subscription: projection.name, problem: describeFailure(error) }),
    );
  } finally {
    standIn.left();
    await source.close().catch(() => undefined);
  }
  if (problem) throw problem;
}

/** Nothing where the worker stops first: a broker that is away must not hold it up. */
async function opened(
  { openSource, projection }: SharedFollowing,
  signal: AbortSignal,
  listener: Parameters<OpenSource>[1],
): Promise<KafkaLogSource | undefined> {
  const opening = openSource(projection.name, listener);
  let giveUp = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => (giveUp = () => resolve(undefined)));
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  const source = await Promise.race([opening, aborted]).finally(() => signal.removeEventListener('abort', giveUp));
  if (!source) opening.then((late) => late.close()).catch(() => undefined);
  return source;
}
