import type { Projection } from '@fieldcase/eventsourcing';
import { isKnownEvent, knownEventTypes as knownTypes } from '@fieldcase/application';
import { ConsumerStalled } from '@fieldcase/kafka';
import {
  describeFailure,
  Lease,
  noteProblem,
  OtherVersion,
  ProjectionRunner,
  Rebuild,
  underLease,
  type ProjectionRunnerOptions,
} from '@fieldcase/postgres';
import type { Connections } from '../connections';
import { pauseFor } from './pause';
import { followShared, type SharedFollowing } from './shared-following';

/** Short, since after a killed worker the read models stand still for so long. */
const LEASE_MS = 6_000;
const TRY_AGAIN_MS = 10_000;

export type FollowingOptions = Pick<ProjectionRunnerOptions, 'batchSize'> &
  Partial<Pick<SharedFollowing, 'openSource' | 'standIn' | 'tryAgainMs'>>;

/**
 * Follows the log with one projection until `signal` is aborted: one worker at a time, or all of them by shards where
 * Kafka deals them out. Rows of an older version are rebuilt beside the live ones first; rows of a newer version are
 * left alone, and the log says which release is needed.
 */
export async function keepFollowing(
  connections: Connections,
  projection: Projection,
  onMoved: NonNullable<ProjectionRunnerOptions['onMoved']>,
  signal: AbortSignal,
  { openSource, ...more }: FollowingOptions = {},
): Promise<void> {
  const { pool, source, owner, report } = connections;
  const options = { pool, source, projection, isKnown: isKnownEvent, knownTypes, report };
  const moved: typeof onMoved = (name, position, events) => {
    connections.metrics?.eventsApplied(name, events);
    onMoved(name, position, events);
  };
  const following = { ...options, ...more, onMoved: moved, owner, leaseMs: LEASE_MS };
  const runner = new ProjectionRunner(following);
  const lease = new Lease(pool, `subscription:${projection.name}`, owner, LEASE_MS);
  const warn = (problem: unknown): void =>
    report('warn', 'lease', { subscription: projection.name, problem: describeFailure(problem) });
  while (!signal.aborted) {
    try {
      await runner.prepare();
      if (openSource) await followShared({ ...following, openSource }, signal);
      else await underLease(lease, signal, (held) => runner.run(held), warn);
    } catch (error) {
      if (error instanceof ConsumerStalled) throw error;
      if (error instanceof OtherVersion && error.stored < error.code) {
        report('info', 'the code is newer than the tables: rebuilding', { subscription: projection.name });
        await new Rebuild({ ...options, owner, onlyWhereOlder: true }).run(signal).catch((failure: unknown) => {
          report('error', 'rebuild failed', { subscription: projection.name, problem: messageOf(failure) });
          return pauseFor(TRY_AGAIN_MS, signal);
        });
      } else {
        const problem = messageOf(error);
        report('error', 'subscription stands still', { subscription: projection.name, problem });
        // The runner takes it away when it runs again.
        await noteProblem(pool, projection.name, problem).catch(() => undefined);
        await pauseFor(TRY_AGAIN_MS, signal);
      }
    }
  }
}

/** Sentences of this house say what to do and hold no data; all other messages are stripped. */
function messageOf(error: unknown): string {
  return error instanceof OtherVersion ? error.message : describeFailure(error);
}
