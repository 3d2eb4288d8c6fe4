import { createApplication } from '@fieldcase/application';
import { partSupply, type PartSupplyCommand } from '@fieldcase/domain';
import type { Config } from '@fieldcase/config';
import { ProcessSubscription, readLogIdentity } from '@fieldcase/postgres';
import type { Connections } from '../connections';
import { keepFollowing } from './subscription';

/** Small: a batch's commands are all repeated where one of them has no outcome. */
const BATCH = 200;

/** Process managers follow the log itself, each under a lease, and are never rewound. */
export async function runProcesses(
  connections: Connections,
  config: Pick<Config, 'limits'>,
  signal: AbortSignal,
): Promise<void> {
  const supply = await partSupplySubscription(connections, config.limits);
  await keepFollowing(connections, supply, () => undefined, signal, { batchSize: BATCH });
}

/** Sources what was asked for, and serves who waits when stock has risen. */
export async function partSupplySubscription(
  { pool, store, references, report }: Pick<Connections, 'pool' | 'store' | 'references' | 'report'>,
  limits: Config['limits'],
): Promise<ProcessSubscription<PartSupplyCommand>> {
  const { secret } = await readLogIdentity(pool);
  const onRefused = (code: string): void => report('info', 'a command of part supply was refused', { code });
  const application = createApplication({ store, referenceSource: references, secret, limits, onRefused });
  return new ProcessSubscription(partSupply, (command, cause, index) =>
    application.partSupply.execute(command, cause, index),
  );
}
