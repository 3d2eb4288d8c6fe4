import type { Instant, SqlClient } from '@fieldcase/eventsourcing';

/** For each asked root its next instant with something to record, null = none. Reads the log at or beyond its head. */
export type NextDue = (roots: readonly string[], now: Instant) => Promise<ReadonlyMap<string, Instant | null>>;

/** A timer that this worker has claimed. Instants in epoch ms. */
export interface ClaimedTimer {
  readonly root: string;
  readonly dueAt: Instant;
  /** Database time of the claim. */
  readonly claimedAt: Instant;
}

/** Database time plus `offsetMs`, in epoch ms. */
export async function databaseNow(client: SqlClient, offsetMs: number): Promise<Instant> {
  const { rows } = await client.query<{ now: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 + $1::float8 as now',
    [offsetMs],
  );
  return Math.floor(rows[0]?.now ?? Number.NaN);
}

/** Where in the log that ends which a root's next instant was reckoned from. */
export interface NextStep {
  readonly position: bigint;
  readonly next: Instant | null;
}

/** @param asOf the log's head before `due` was computed */
export async function armTimers(
  client: SqlClient,
  asOf: bigint,
  due: ReadonlyMap<string, Instant | null>,
): Promise<void> {
  await armEach(client, new Map([...due].map(([root, next]) => [root, { position: asOf, next }])));
}

/**
 * Sets or removes the timers of these roots in one statement. An unchanged due instant keeps its claim; a row that was
 * reckoned from more of the log stays as it is.
 */
export async function armEach(client: SqlClient, steps: ReadonlyMap<string, NextStep>): Promise<void> {
  if (steps.size === 0) return;
  const given = [...steps].sort(([a], [b]) => (a < b ? -1 : 1));
  await client.query(
    `with given as (select * from unnest($1::text[], $2::float8[], $3::bigint[]) as given(root, due_ms, as_of)),
     gone as (
       delete from fieldcase.timers t using given
       where t.root = given.root and due_ms is null and t.as_of <= given.as_of)
     insert into fieldcase.timers as t (root, due_at, wake_at, as_of)
     select root, to_timestamp(due_ms / 1000), to_timestamp(due_ms / 1000), as_of from given where due_ms is not null
     on conflict (root) do update set due_at = excluded.due_at, as_of = excluded.as_of,
       wake_at = case when t.due_at = excluded.due_at then t.wake_at else excluded.wake_at end,
       attempts = case when t.due_at = excluded.due_at then t.attempts else 0 end
     where t.as_of <= excluded.as_of`,
    [given.map(([root]) => root), given.map(([, { next }]) => next), given.map(([, { position }]) => String(position))],
  );
}

/** Takes up to `limit` due timers that nobody holds; they come back by themselves after `claimMs`. */
export async function claimTimers(
  client: SqlClient,
  options: { offsetMs: number; claimMs: number; limit: number },
): Promise<ClaimedTimer[]> {
  const { rows } = await client.query<{ root: string; due_ms: number; now_ms: number }>(
    `with now as (select clock_timestamp() + $1 * interval '1 millisecond' as at),
     due as (
       select root from fieldcase.timers where wake_at <= (select at from now)
       order by wake_at limit $2 for update skip locked)
     update fieldcase.timers t set wake_at = now.at + $3 * interval '1 millisecond'
     from due, now where t.root = due.root
     returning t.root, extract(epoch from t.due_at)::float8 * 1000 as due_ms,
       extract(epoch from now.at)::float8 * 1000 as now_ms`,
    [options.offsetMs, options.limit, options.claimMs],
  );
  return rows.map((row) => ({
    root: row.root,
    dueAt: Math.round(row.due_ms),
    claimedAt: Math.floor(row.now_ms),
  }));
}

/** Firing failed or changed nothing: try these again later, each time after a longer pause (1 s to 10 min). */
export async function postponeTimers(client: SqlClient, roots: readonly string[], offsetMs: number): Promise<void> {
  if (roots.length === 0) return;
  await client.query(
    `update fieldcase.timers set attempts = attempts + 1,
       wake_at = clock_timestamp() + $2 * interval '1 millisecond'
         + least(interval '10 minutes', interval '1 second' * 2 ^ least(attempts, 12))
     where root = any($1::text[])`,
    [roots, offsetMs],
  );
}

/** Those of these roots whose firing failed, and is tried again after a pause. */
export async function postponedAmong(client: SqlClient, roots: readonly string[]): Promise<readonly string[]> {
  if (roots.length === 0) return [];
  const { rows } = await client.query<{ root: string }>(
    'select root from fieldcase.timers where root = any($1::text[]) and attempts > 0',
    [roots],
  );
  return rows.map(({ root }) => root);
}

/** When the earliest timer wakes (null when there is none), and the database's time now; epoch ms. */
export async function nextWake(client: SqlClient, offsetMs: number): Promise<{ at: number | null; now: number }> {
  const { rows } = await client.query<{ at: number | null; now: number }>(
    `select extract(epoch from min(wake_at))::float8 * 1000 as at,
       extract(epoch from clock_timestamp())::float8 * 1000 + $1::float8 as now
     from fieldcase.timers`,
    [offsetMs],
  );
  return rows[0] ?? { at: null, now: Number.NaN };
}
