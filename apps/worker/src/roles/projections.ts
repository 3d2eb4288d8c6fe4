import { projections } from '@fieldcase/read-models';
import { Announcer, READ_MODELS_CHANNEL } from '@fieldcase/postgres';
import type { Connections } from '../connections';
import { keepFollowing } from './subscription';

/** Keeps every read model up to date and tells waiting queries how far it is. */
export async function runProjections(connections: Connections, signal: AbortSignal): Promise<void> {
  const announcer = new Announcer(connections.pool, READ_MODELS_CHANNEL, connections.report);
  await Promise.all(
    projections(connections.personal).map((projection) =>
      keepFollowing(connections, projection, (name, position) => announcer.announce(name, String(position)), signal),
    ),
  );
  await announcer.stop();
}
