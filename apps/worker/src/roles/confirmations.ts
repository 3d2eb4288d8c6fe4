import { Busy, createApplication, DepotConfirmations } from '@fieldcase/application';
import type { Config } from '@fieldcase/config';
import {
  BrokerProblem,
  explained,
  followConfirmations,
  isForOperators,
  type FollowConfirmationsOptions,
} from '@fieldcase/kafka';
import { describeFailure, isInfrastructureFailure, ParkedRecords, readLogIdentity } from '@fieldcase/postgres';
import type { Connections } from '../connections';
import { transportOf } from '../kafka';
import { leavingBehind } from './leaving-behind';
import { pauseFor, untilStopped } from './pause';

/** A broker that is away, and what somebody has to mend first. */
const [AWAY_MS, LOOK_AGAIN_MS] = [2_000, 30_000];

/** What depots confirm over Kafka becomes commands; all workers of the role share the depots. Without a broker there is nothing to do. */
export async function runConfirmations(
  connections: Connections,
  { kafka, limits }: Pick<Config, 'kafka' | 'limits'>,
  signal: AbortSignal,
): Promise<void> {
  if (!kafka) return untilStopped(signal);
  const { pool, store, references, report } = connections;
  const { secret } = await readLogIdentity(pool);
  const { cases } = createApplication({ store, referenceSource: references, secret, limits });
  const confirmations = new DepotConfirmations(cases);
  const records = new ParkedRecords(pool);
  const desk: Omit<FollowConfirmationsOptions, 'transport'> = {
    prefix: kafka.prefix,
    carryOut: (depot, confirmation) => confirmations.carryOut(depot, confirmation),
    isPassing: (error) => error instanceof Busy || isInfrastructureFailure(error),
    park: (topic, partition, unread) => records.park(topic, partition, unread),
    describe: describeFailure,
    report,
    onWaiting: (records) => connections.metrics?.confirmationsWait(records),
  };
  for (let told = ''; !signal.aborted;) {
    const transport = transportOf(kafka, connections);
    try {
      await leavingBehind(signal, followConfirmations({ ...desk, transport }, signal));
    } catch (caught) {
      const error = explained(caught);
      if (!isForOperators(error)) throw error;
      if (told !== error.message)
        report('warn', 'confirmations cannot be read, trying again', { problem: error.message });
      told = error.message;
      await pauseFor(error instanceof BrokerProblem && error.waitingHelps ? AWAY_MS : LOOK_AGAIN_MS, signal);
    } finally {
      await transport.close();
    }
  }
}
