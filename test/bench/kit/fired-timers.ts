import { round } from './figures';
import { connectedTo } from '../../rig/scratch-database';
import { FIRED, TimersHouse } from './timers-house';

export interface Fired {
  readonly fired: number;
  readonly early: number;
  readonly double: number;
  /** Firings that found theirs recorded already. */
  readonly inVain: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** What the log says of all that fired meanwhile. */
export async function firedBy(url: string, work: (house: TimersHouse) => Promise<void>): Promise<Fired> {
  return connectedTo(url, async (owner) => {
    const { rows: heads } = await owner.query<{ head: string }>('select max(position) as head from fieldcase.events');
    const house = new TimersHouse(url);
    try {
      await work(house);
    } finally {
      await house.stop();
    }
    const { rows } = await owner.query<Row>(LATENESS, [FIRED, heads[0]?.head ?? 0]);
    const { fired = '0', once = '0', early = '0', late } = rows[0] ?? {};
    const [p50Ms = 0, p99Ms = 0, mostMs = 0] = (late ?? []).map((ms) => round(ms));
    const double = Number(fired) - Number(once);
    return { fired: Number(fired), early: Number(early), double, inVain: house.repeated, p50Ms, p99Ms, mostMs };
  });
}

interface Row {
  readonly fired: string;
  readonly once: string;
  readonly early: string;
  readonly late: number[] | null;
}

const LATENESS = `
select count(*) as fired, count(distinct stream_id) as once, count(*) filter (where late < 0) as early,
  percentile_disc(array[0.5, 0.99, 1]) within group (order by late) as late
from (select f.stream_id, extract(epoch from f.recorded_at)::float8 * 1000 - (s.data->>'at')::float8 as late
      from fieldcase.events f join fieldcase.events s on s.stream_id = f.stream_id and s.version = 1
      where f.type = $1 and f.position > $2) firings`;
