import { Busy, createApplication, DepotConfirmations } from '@fieldcase/application';
import type { Config } from '@fieldcase/config';
import { followConfirmations } from '@fieldcase/kafka';
import { describeFailure, isInfrastructureFailure, ParkedRecords, readLogIdentity } from '@fieldcase/postgres';
import type { Connections } from '../connections';
import { transportOf } from '../kafka';
import { leavingBehind } from './leaving-behind';
import { untilStopped } from './pause';

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
  const transport = transportOf(kafka, connections);
  try {
    const following = followConfirmations(
      {
        transport,
        prefix: kafka.prefix,
        carryOut: (depot, confirmation) => confirmations.carryOut(depot, confirmation),
        isPassing: (error) => error instanceof Busy || isInfrastructureFailure(error),
        park: (topic, partition, unread) => records.park(topic, partition, unread),
        describe: describeFailure,
        report,
      },
      signal,
    );
    await leavingBehind(signal, following);
  } finally {
    await transport.close();
  }
}
