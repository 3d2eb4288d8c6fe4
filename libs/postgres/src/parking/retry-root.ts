import type { LogSource, Projection, RecordedEvent, SqlClient } from '@fieldcase/eventsourcing';
import { knownWith } from '../subscriptions/apply-events';
import { unknownEvent } from '../subscriptions/log-follower';
import { applyIsolating } from './isolate';

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
 * parked meanwhile.
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
  await client.query(
    `delete from fieldcase.parked where subscription = $1 and position = any($2::bigint[]) and status = 'parked'`,
    [subscription, events.slice(0, applied).map((event) => String(event.position))],
  );
  if (still) {
    await client.query(
      `update fieldcase.parked set error = $3, attempts = attempts + 1, version = $4
       where subscription = $1 and position = $2`,
      [subscription, String(still.event.position), still.error ?? '', projection.version],
    );
  }
  return { applied, stillParked: events.length - applied };
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
