import { rootOf, type Projection, type RecordedEvent, type SqlClient } from '@fieldcase/eventsourcing';
import { applyEvents } from '../subscriptions/apply-events';
import { describeFailure, isInfrastructureFailure } from '../subscriptions/failure';

/** An event that is set aside: `error` absent when it only waits behind an earlier one of its root. */
export interface SetAside {
  readonly event: RecordedEvent;
  readonly error?: string;
}

/**
 * Applies what can be applied and gives back what cannot, within the caller's transaction. Halves the batch by roots
 * until the failing root stands alone, then finds its first failing event; that one and the root's later ones are
 * set aside. Order within a root is kept, order between roots does not matter: a row is written from one root only.
 * @throws the failure itself when no event can be blamed for it
 */
export async function applyIsolating(
  client: SqlClient,
  projection: Projection,
  events: readonly RecordedEvent[],
): Promise<SetAside[]> {
  return applyRoots(client, projection, [...groupByRoot(events).values()]);
}

async function applyRoots(
  client: SqlClient,
  projection: Projection,
  roots: readonly (readonly RecordedEvent[])[],
): Promise<SetAside[]> {
  if (roots.length === 0) return [];
  const failure = await attempt(client, () => applyEvents(client, projection, roots.flat().sort(byPosition)));
  if (!failure) return [];
  const [only] = roots;
  if (roots.length === 1 && only) return applyOneByOne(client, projection, only);
  const half = Math.ceil(roots.length / 2);
  return [
    ...(await applyRoots(client, projection, roots.slice(0, half))),
    ...(await applyRoots(client, projection, roots.slice(half))),
  ];
}

async function applyOneByOne(
  client: SqlClient,
  projection: Projection,
  events: readonly RecordedEvent[],
): Promise<SetAside[]> {
  for (const [index, event] of events.entries()) {
    const failure = await attempt(client, () => applyEvents(client, projection, [event]));
    if (failure) return [{ event, error: failure }, ...events.slice(index + 1).map((later) => ({ event: later }))];
  }
  return [];
}

/** The failure as text, or nothing when it was applied. @throws what no event can be blamed for */
export async function attempt(client: SqlClient, work: () => Promise<void>): Promise<string | undefined> {
  await client.query('savepoint isolating');
  try {
    await work();
    await client.query('release savepoint isolating');
    return undefined;
  } catch (error) {
    if (isInfrastructureFailure(error)) throw error;
    await client.query('rollback to savepoint isolating');
    return describeFailure(error);
  }
}

export function groupByRoot(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const roots = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const root = rootOf(event.streamId);
    const group = roots.get(root);
    if (group) group.push(event);
    else roots.set(root, [event]);
  }
  return roots;
}

function byPosition(a: RecordedEvent, b: RecordedEvent): number {
  return a.position < b.position ? -1 : a.position > b.position ? 1 : 0;
}
