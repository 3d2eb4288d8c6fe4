import { isForOperators, runRelay } from '@fieldcase/kafka';
import { describeFailure, Lease, readLogIdentity, RelayCheckpoints, underLease } from '@fieldcase/postgres';
import type { Config } from '@fieldcase/config';
import type { Connections } from '../connections';
import { transportOf } from '../kafka';
import { pauseFor, untilStopped } from './pause';

/** What an operator has to mend first. */
const LOOK_AGAIN_MS = 30_000;
/** A leader that was killed is waited for so long. */
const LEASE_MS = 10_000;

/** Publishes the log to Kafka, one worker at a time; without a broker there is nothing to do. */
export async function runRelayRole(
  connections: Connections,
  { kafka }: Pick<Config, 'kafka'>,
  signal: AbortSignal,
): Promise<void> {
  const { pool, source, owner, report } = connections;
  if (!kafka) {
    report('info', 'no broker is configured, nothing is published', { role: 'relay' });
    return untilStopped(signal);
  }
  const transport = transportOf(kafka, connections);
  const lease = new Lease(pool, 'subscription:relay', owner, LEASE_MS);
  const { logId, epoch } = await readLogIdentity(pool);
  const progress = new RelayCheckpoints(pool, lease);
  const { prefix, replicas } = kafka;
  const options = { log: { logId, epoch }, source, progress, transport, prefix, replicas, report };
  const warn = (problem: unknown): void => report('warn', 'lease', { problem: describeFailure(problem) });
  try {
    await underLease(lease, signal, (held) => runRelay(options, held), warn);
  } catch (error) {
    if (!isForOperators(error)) throw error;
    report('error', 'the relay stands still', { problem: error.message });
    await pauseFor(LOOK_AGAIN_MS, signal);
  } finally {
    await transport.close();
  }
}
