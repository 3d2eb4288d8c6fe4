import { rootOf, type RecordedEvent, type SqlClient } from '@fieldcase/eventsourcing';
import type { SetAside } from './isolate';

/** Which of these roots have parked events in this subscription. Ask after the checkpoint is locked. */
export async function parkedRoots(
  client: SqlClient,
  subscription: string,
  roots: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ root: string }>(
    `select distinct root from fieldcase.parked
     where subscription = $1 and status = 'parked' and root = any($2::text[])`,
    [subscription, roots],
  );
  return new Set(rows.map((row) => row.root));
}

export async function insertParked(
  client: SqlClient,
  subscription: string,
  version: number,
  setAside: readonly SetAside[],
  attempts: number,
): Promise<void> {
  if (setAside.length === 0) return;
  const column = <T>(pick: (event: RecordedEvent) => T): T[] => setAside.map(({ event }) => pick(event));
  await client.query(
    `insert into fieldcase.parked (subscription, version, position, root, stream_id, type, error, attempts)
     select $1, $2, position, root, stream_id, type, error, case when error is null then 0 else $8::integer end
     from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])
       as row(position, root, stream_id, type, error)
     on conflict (subscription, position) do nothing`,
    [
      subscription,
      version,
      column((event) => String(event.position)),
      column((event) => rootOf(event.streamId)),
      column((event) => event.streamId),
      column((event) => event.type),
      setAside.map(({ error }) => error ?? null),
      attempts,
    ],
  );
}

/** They were applied. */
export async function removeParked(
  client: SqlClient,
  subscription: string,
  events: readonly RecordedEvent[],
): Promise<void> {
  await client.query(
    `delete from fieldcase.parked where subscription = $1 and position = any($2::bigint[]) and status = 'parked'`,
    [subscription, events.map((event) => String(event.position))],
  );
}
