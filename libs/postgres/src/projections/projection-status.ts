import type { Pool } from 'pg';

export interface ProjectionStatus {
  readonly name: string;
  /** Of the stored rows; null: nothing stored yet. */
  readonly version: number | null;
  /** Of this code. */
  readonly codeVersion: number;
  readonly position: bigint;
  readonly lagEvents: number;
  /** Age of the oldest event that it has not seen. */
  readonly lagSeconds: number;
  /**
   * `running`; `failing`: see `problem`; `stopped`: no worker follows it; `absent`: never started;
   * `needs-rebuild`: the stored rows are of an older version; `code-too-old`: of a newer one.
   */
  readonly state: 'running' | 'failing' | 'stopped' | 'absent' | 'needs-rebuild' | 'code-too-old';
  readonly problem: string | null;
  /** The workers that follow it; several where they share it. */
  readonly followedBy: readonly string[];
  readonly parked: number;
  readonly rebuild: {
    readonly version: number;
    readonly position: bigint;
    readonly target: bigint;
    readonly eventsPerSecond: number;
    readonly etaMs: number | null;
    /** False: nobody works on it now; run it again to go on. */
    readonly active: boolean;
  } | null;
}

interface StatusRow {
  name: string;
  version: number | null;
  position: string | null;
  head: string;
  lag_seconds: number | null;
  problem: string | null;
  followed_by: string[];
  parked: string;
  rebuild_version: number | null;
  rebuild_position: string;
  rebuild_target: string;
  rebuild_rate: number;
  rebuild_active: boolean;
}

const STATUS = `
  select n.name, s.version, c.position, h.head, s.problem,
    extract(epoch from clock_timestamp() - e.recorded_at)::float8 as lag_seconds,
    array(select distinct l.owner from fieldcase.leases l
          where (l.name = 'subscription:' || n.name or starts_with(l.name, 'subscription:' || n.name || '/'))
            and l.expires_at > clock_timestamp() order by l.owner) as followed_by,
    (select count(*) from fieldcase.parked p
     where p.subscription = n.name and p.status = 'parked') as parked,
    r.version as rebuild_version, r.position as rebuild_position, r.target as rebuild_target,
    r.events_per_second as rebuild_rate,
    exists (select from fieldcase.leases l
            where l.name = 'rebuild:' || n.name and l.expires_at > clock_timestamp()) as rebuild_active
  from unnest($1::text[]) with ordinality as n(name, ordinal)
  cross join (select coalesce(max(position), 0) as head from fieldcase.events) h
  left join fieldcase.subscriptions s on s.subscription = n.name
  left join lateral (select min(position) as position from fieldcase.checkpoints
                     where subscription = n.name) c on true
  left join fieldcase.events e on e.position = coalesce(c.position, 0) + 1
  left join fieldcase.rebuilds r on r.subscription = n.name and r.state = 'building'
  order by n.ordinal`;

/** Where every subscription stands, from the database alone: for the command line, /status and /metrics. */
export async function projectionStatus(
  pool: Pool,
  projections: readonly { readonly name: string; readonly version: number }[],
): Promise<ProjectionStatus[]> {
  const { rows } = await pool.query<StatusRow>(STATUS, [projections.map(({ name }) => name)]);
  return rows.map((row, index) => statusOf(row, projections[index]?.version ?? 0));
}

export type SubscriptionStatus = Pick<
  ProjectionStatus,
  'name' | 'position' | 'lagEvents' | 'lagSeconds' | 'state' | 'problem' | 'followedBy' | 'parked'
>;

/** The same of what follows the log without tables of its own; what has never begun is left out. */
export async function subscriptionStatus(pool: Pool, names: readonly string[]): Promise<SubscriptionStatus[]> {
  const { rows } = await pool.query<StatusRow>(STATUS, [names]);
  return rows.flatMap((row): SubscriptionStatus[] => {
    if (row.version === null) return [];
    const { version: _, codeVersion: __, rebuild: ___, ...status } = statusOf(row, row.version);
    return [status];
  });
}

function statusOf(row: StatusRow, codeVersion: number): ProjectionStatus {
  const position = BigInt(row.position ?? 0);
  return {
    name: row.name,
    version: row.version,
    codeVersion,
    position,
    lagEvents: Number(BigInt(row.head) - position),
    lagSeconds: Math.max(0, row.lag_seconds ?? 0),
    state: stateOf(row, codeVersion),
    problem: row.problem,
    followedBy: row.followed_by,
    parked: Number(row.parked),
    rebuild: rebuildOf(row),
  };
}

function stateOf(row: StatusRow, codeVersion: number): ProjectionStatus['state'] {
  if (row.version === null) return 'absent';
  if (row.version < codeVersion) return 'needs-rebuild';
  if (row.version > codeVersion) return 'code-too-old';
  if (row.followed_by.length === 0) return 'stopped';
  return row.problem === null ? 'running' : 'failing';
}

function rebuildOf(row: StatusRow): ProjectionStatus['rebuild'] {
  if (row.rebuild_version === null) return null;
  const [position, target] = [BigInt(row.rebuild_position), BigInt(row.rebuild_target)];
  const rate = row.rebuild_rate;
  return {
    version: row.rebuild_version,
    position,
    target,
    eventsPerSecond: rate,
    etaMs: rate > 0 ? Math.round((Number(target - position) * 1_000) / rate) : null,
    active: row.rebuild_active,
  };
}
