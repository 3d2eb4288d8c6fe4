import type { Pool } from 'pg';

export interface TimerStatus {
  /** Cases with a timer. */
  readonly open: number;
  /** Of these, past their instant and not recorded yet. */
  readonly due: number;
  /** Milliseconds since the oldest of these was due; 0 when none is. */
  readonly oldestLatenessMs: number;
  /** Epoch ms. */
  readonly nextDueAt: number | null;
  /** By the workers of the last minutes: how many were fired, and how late (ms). Null: none yet. */
  readonly fired: { readonly total: number; readonly p50: number; readonly p99: number; readonly max: number } | null;
}

const METRICS = {
  total: 'timers_fired_total',
  p50: 'timer_lateness_p50',
  p99: 'timer_lateness_p99',
  max: 'timer_lateness_max',
};

export async function timerStatus(pool: Pool): Promise<TimerStatus> {
  const { rows } = await pool.query<{ open: string; due: string; oldest: number | null; next: number | null }>(
    `select count(*) as open, count(*) filter (where due_at <= clock_timestamp()) as due,
       extract(epoch from clock_timestamp() - min(due_at))::float8 * 1000 as oldest,
       extract(epoch from min(due_at))::float8 * 1000 as next
     from fieldcase.timers`,
  );
  const { rows: metrics } = await pool.query<{ name: string; sum: number; max: number }>(
    `select name, sum(value) as sum, max(value) as max from fieldcase.worker_metrics
     where name = any($1::text[]) group by name`,
    [Object.values(METRICS)],
  );
  const of = (name: string, figure: 'sum' | 'max'): number => metrics.find((row) => row.name === name)?.[figure] ?? 0;
  const [row] = rows;
  return {
    open: Number(row?.open ?? 0),
    due: Number(row?.due ?? 0),
    oldestLatenessMs: Math.max(0, Math.round(row?.oldest ?? 0)),
    nextDueAt: row?.next == null ? null : Math.round(row.next),
    fired:
      metrics.length === 0
        ? null
        : {
            total: of(METRICS.total, 'sum'),
            p50: of(METRICS.p50, 'max'),
            p99: of(METRICS.p99, 'max'),
            max: of(METRICS.max, 'max'),
          },
  };
}

/** Collects one worker's figures and writes them into the database, where the API's /metrics finds them. */
export class TimerMetrics {
  private total = 0;
  private readonly latest: number[] = [];
  private changed = false;

  constructor(
    private readonly pool: Pool,
    private readonly worker: string,
  ) {}

  fired(latenessMs: readonly number[]): void {
    this.total += latenessMs.length;
    this.changed = latenessMs.length > 0 || this.changed;
    this.latest.push(...latenessMs);
    this.latest.splice(0, Math.max(0, this.latest.length - 1_000));
  }

  /** Call every few seconds; writes nothing when nothing changed. Forgets workers that were silent for a day. */
  async write(): Promise<void> {
    if (!this.changed) return;
    this.changed = false;
    const sorted = [...this.latest].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const values = { total: this.total, p50: at(0.5), p99: at(0.99), max: at(1) };
    await this.pool.query(
      `with old as (
         delete from fieldcase.worker_metrics where updated_at < clock_timestamp() - interval '1 day' and worker <> $1)
       insert into fieldcase.worker_metrics (worker, name, value)
       select $1, name, value from unnest($2::text[], $3::float8[]) as m(name, value)
       on conflict (worker, name) do update set value = excluded.value, updated_at = clock_timestamp()`,
      [this.worker, Object.values(METRICS), Object.keys(METRICS).map((key) => values[key as keyof typeof values])],
    );
  }
}
