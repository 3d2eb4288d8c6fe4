import type { LogSource, Projection, RecordedEvent, SqlClient } from '@fieldcase/eventsourcing';
import { ERASED, knownWith } from '../subscriptions/apply-events';
import { unknownEvent } from '../subscriptions/log-follower';
import { eraseWaiting } from './erasures';
import { applyIsolating } from './isolate';
import { removeParked } from './parked-rows';

export interface Retried {
  /** Applied now, and no longer parked. */
  readonly applied: number;
  /** Failed again, with what waits behind them. */
  readonly stillParked: number;
}

export interface RetryRoot {
  /** Whose parked rows: the projection's, or those of its rebuild. */
  readonly subscription: string;
  readonly projection: Projection;
  readonly source: LogSource;
  readonly isKnown?: ((event: RecordedEvent) => boolean) | undefined;
}

/**
 * Applies what is parked of one root, in order, up to the first event that fails again or that this code does not
 * know. In the caller's transaction, which holds the subscription's checkpoint: nothing of this root may be applied or
 * parked meanwhile. Older events bring nothing back that was erased since: an erasure behind them is applied again in
 * its place, and the personal part of what came before it is gone from the store.
 */
export async function retryRoot(client: SqlClient, retry: RetryRoot, root: string): Promise<Retried> {
  const { subscription, projection } = retry;
  const isKnown = knownWith(retry.isKnown);
  const events = await parkedEventsOf(client, retry, root);
  const unknown = events.findIndex((event) => !isKnown(event));
  const known = unknown < 0 ? events : events.slice(0, unknown);
  const [failed] = await applyIsolating(client, projection, known);
  const blocked = events[unknown];
  const still = failed ?? (blocked && { event: blocked, error: unknownEvent(blocked) });
  const applied = still ? events.findIndex((event) => event.position === still.event.position) : events.length;
  await removeParked(client, subscription, events.slice(0, applied));
  if (still) {
    await client.query(
      `update fieldcase.parked set error = $3, attempts = attempts + 1
       where subscription = $1 and position = $2`,
      [subscription, String(still.event.position), still.error ?? ''],
    );
    await eraseBehind(client, retry, events.slice(applied + 1));
  }
  return { applied, stillParked: events.length - applied };
}

/** What was applied just now may hold again what an erasure further behind has taken away. */
async function eraseBehind(client: SqlClient, retry: RetryRoot, behind: readonly RecordedEvent[]): Promise<void> {
  const waiting = behind.filter(({ type }) => type === ERASED).map((event) => ({ event }));
  for (const { event, error } of await eraseWaiting(client, retry, waiting, true)) {
    await client.query('update fieldcase.parked set error = $3 where subscription = $1 and position = $2', [
      retry.subscription,
      String(event.position),
      error ?? null,
    ]);
  }
}

async function parkedEventsOf(
  client: SqlClient,
  { subscription, source }: RetryRoot,
  root: string,
): Promise<RecordedEvent[]> {
  const { rows } = await client.query<{ position: string }>(
    `select position from fieldcase.parked where subscription = $1 and root = $2 and status = 'parked'
     order by position`,
    [subscription, root],
  );
  const events: RecordedEvent[] = [];
  for (const { position } of rows) {
    const at = BigInt(position);
    const batch = await source.read({ after: at - 1n, limit: 1, upTo: at });
    events.push(...batch.events);
  }
  return events;
}
