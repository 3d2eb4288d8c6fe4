import { projections } from '@fieldcase/read-models';
import { Announcer, READ_MODELS_CHANNEL } from '@fieldcase/postgres';
import type { Config } from '@fieldcase/config';
import type { Connections } from '../connections';
import { kafkaSources, transportOf } from '../kafka';
import { keepFollowing } from './subscription';

/** Keeps every read model up to date and tells waiting queries how far it is. */
export async function runProjections(
  connections: Connections,
  { kafka }: Pick<Config, 'kafka'>,
  signal: AbortSignal,
): Promise<void> {
  const announcer = new Announcer(connections.pool, READ_MODELS_CHANNEL, connections.report);
  const announce = (name: string, position: bigint): void => announcer.announce(name, String(position));
  const transport = kafka && transportOf(kafka, connections);
  try {
    const openSource = kafka && transport && (await kafkaSources(kafka, transport, connections));
    await Promise.all(
      projections(connections.personal).map((projection) =>
        keepFollowing(connections, projection, announce, signal, openSource ? { openSource } : {}),
      ),
    );
  } finally {
    await transport?.close();
    await announcer.stop();
  }
}
