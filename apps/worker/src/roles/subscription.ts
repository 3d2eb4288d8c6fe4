import type { Projection } from '@fieldcase/eventsourcing';
import { isKnownEvent } from '@fieldcase/application';
import { isForOperators } from '@fieldcase/kafka';
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
import type { OpenSource } from '../kafka';
import { pauseFor } from './pause';

/** Short, since after a killed worker the read models stand still for so long. */
const LEASE_MS = 6_000;
const TRY_AGAIN_MS = 10_000;

/**
 * Follows the log with one projection until `signal` is aborted, one worker at a time. Rows of an older version are
 * rebuilt beside the live ones first; rows of a newer version are left alone, and the log says which release is needed.
 */
export async function keepFollowing(
  connections: Connections,
  projection: Projection,
  onMoved: NonNullable<ProjectionRunnerOptions['onMoved']>,
  signal: AbortSignal,
  { openSource, ...more }: Pick<ProjectionRunnerOptions, 'batchSize'> & { readonly openSource?: OpenSource } = {},
): Promise<void> {
  const { pool, source, owner, report } = connections;
  const options = { pool, source, projection, isKnown: isKnownEvent, report };
  const moved: typeof onMoved = (name, position, events) => {
    connections.metrics?.eventsApplied(name, events);
    onMoved(name, position, events);
  };
  const runner = new ProjectionRunner({ ...options, ...more, onMoved: moved });
  const follow = (held: AbortSignal): Promise<void> =>
    openSource ? followKafka({ ...options, ...more, onMoved: moved }, openSource, held) : runner.run(held);
  const lease = new Lease(pool, `subscription:${projection.name}`, owner, LEASE_MS);
  while (!signal.aborted) {
    try {
      await runner.prepare();
      const warn = (problem: unknown): void =>
        report('warn', 'lease', { subscription: projection.name, problem: describeFailure(problem) });
      await underLease(lease, signal, follow, warn);
    } catch (error) {
      if (error instanceof OtherVersion && error.stored < error.code) {
        report('info', 'the code is newer than the tables: rebuilding', { subscription: projection.name });
        await new Rebuild({ ...options, owner }).run(signal).catch((failure: unknown) => {
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

/** By Kafka, until the source fails: then it is opened anew. */
async function followKafka(options: ProjectionRunnerOptions, openSource: OpenSource, held: AbortSignal): Promise<void> {
  const failed = new AbortController();
  let problem: Error | undefined;
  const source = await openSource(options.projection.name, (error) => {
    problem ??= error;
    failed.abort();
  });
  try {
    await new ProjectionRunner({ ...options, source }).run(AbortSignal.any([held, failed.signal]));
  } finally {
    await source.close();
  }
  if (problem) throw problem;
}

/** Sentences of this house say what to do and hold no data; all other messages are stripped. */
function messageOf(error: unknown): string {
  return error instanceof OtherVersion || isForOperators(error) ? error.message : describeFailure(error);
}
