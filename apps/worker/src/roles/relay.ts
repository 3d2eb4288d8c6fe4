import { BrokerProblem, isForOperators, runRelay } from '@fieldcase/kafka';
import { describeFailure, Lease, noteOff, readLogIdentity, RelayCheckpoints, underLease } from '@fieldcase/postgres';
import type { Config, KafkaConfig } from '@fieldcase/config';
import type { Connections } from '../connections';
import { transportOf } from '../kafka';
import { pauseFor } from './pause';
import { RelayTroubles } from './relay-troubles';

/** What an operator has to mend first, a user or his rights among it. */
const LOOK_AGAIN_MS = 30_000;
/** A leader that was killed is waited for so long. */
const LEASE_MS = 10_000;

/** Publishes the log to Kafka, one worker at a time; without a broker there is nothing to do. */
export async function runRelayRole(
  connections: Connections,
  { kafka }: Pick<Config, 'kafka'>,
  signal: AbortSignal,
): Promise<void> {
  if (kafka) return publishFor(connections, kafka, signal);
  connections.report('info', 'no broker is configured, nothing is published', { role: 'relay' });
  while (!signal.aborted) {
    await noteOff(connections.pool, 'relay');
    await pauseFor(LOOK_AGAIN_MS, signal);
  }
}

async function publishFor(connections: Connections, kafka: KafkaConfig, signal: AbortSignal): Promise<void> {
  const { pool, source, owner, report, metrics } = connections;
  const lease = new Lease(pool, 'subscription:relay', owner, LEASE_MS);
  const { logId, epoch } = await readLogIdentity(pool);
  const progress = new RelayCheckpoints(pool, lease);
  const troubles = new RelayTroubles(progress, report, (trouble) => metrics?.relayFailed(trouble));
  const { prefix, replicas } = kafka;
  const options = {
    log: { logId, epoch },
    source,
    progress,
    prefix,
    replicas,
    report,
    onMoved: () => void troubles.heal(),
    onPublished: (events: number, seconds: number) => metrics?.relayPublished(events, seconds),
    onWaiting: (error: Error) => void troubles.tell('waiting', error),
  };
  const warn = (problem: unknown): void => report('warn', 'lease', { problem: describeFailure(problem) });
  while (!signal.aborted) {
    const transport = transportOf(kafka, connections);
    try {
      await underLease(lease, signal, (held) => runRelay({ ...options, transport }, held), warn);
    } catch (error) {
      if (!isForOperators(error)) throw error;
      // Credentials and rights may be given at any time, without anything else being mended: it is tried slowly.
      await troubles.tell(error instanceof BrokerProblem ? 'waiting' : 'halted', error);
      await pauseFor(LOOK_AGAIN_MS, signal);
    } finally {
      await transport.close();
    }
  }
}
