import { DepotFeeds, isForOperators, runCases, type KafkaTransport, type LogName } from '@fieldcase/kafka';
import { describeFailure, Lease, readLogIdentity, RelayCheckpoints, underLease } from '@fieldcase/postgres';
import { feedItemOf } from '@fieldcase/read-models';
import type { Config, KafkaConfig } from '@fieldcase/config';
import type { Connections } from '../connections';
import { transportOf } from '../kafka';
import { pauseFor, untilStopped } from './pause';

/** What an operator has to mend first. */
const LOOK_AGAIN_MS = 30_000;
/** A leader that was killed is waited for so long. */
const LEASE_MS = 10_000;

interface Publishing {
  readonly kafka: KafkaConfig;
  readonly transport: KafkaTransport;
  readonly log: LogName;
  readonly progress: RelayCheckpoints;
}

/** The chosen events of cases, for whoever may read them. */
export function runCasesRole(connections: Connections, config: Pick<Config, 'kafka'>, signal: AbortSignal) {
  const { source, report } = connections;
  return publishing('relay-cases', connections, config, signal, ({ kafka, ...rest }, held) => {
    const { prefix, replicas } = kafka;
    return runCases({ ...rest, source, prefix, replicas, report }, held);
  });
}

/** Each depot's feed, into the topic that it has been granted. */
export function runDepotFeedsRole(connections: Connections, config: Pick<Config, 'kafka'>, signal: AbortSignal) {
  const { source, store, report } = connections;
  return publishing('relay-depots', connections, config, signal, ({ kafka: { prefix }, ...rest }, held) =>
    new DepotFeeds({ ...rest, source, store, prefix, itemOf: feedItemOf, report }).run(held),
  );
}

/** Under a lease of its own, one worker at a time; without a broker there is nothing to do. */
async function publishing(
  name: string,
  connections: Connections,
  { kafka }: Pick<Config, 'kafka'>,
  signal: AbortSignal,
  publish: (publishing: Publishing, held: AbortSignal) => Promise<void>,
): Promise<void> {
  const { pool, owner, report } = connections;
  if (!kafka) return untilStopped(signal);
  const transport = transportOf(kafka, connections);
  const lease = new Lease(pool, `subscription:${name}`, owner, LEASE_MS);
  const { logId, epoch } = await readLogIdentity(pool);
  const progress = new RelayCheckpoints(pool, lease, name);
  const warn = (problem: unknown): void => report('warn', 'lease', { problem: describeFailure(problem) });
  try {
    await underLease(
      lease,
      signal,
      (held) => publish({ kafka, transport, log: { logId, epoch }, progress }, held),
      warn,
    );
  } catch (error) {
    if (!isForOperators(error)) throw error;
    report('error', 'publishing stands still', { subscription: name, problem: error.message });
    await pauseFor(LOOK_AGAIN_MS, signal);
  } finally {
    await transport.close();
  }
}
