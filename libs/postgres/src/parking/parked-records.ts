import type { Pool } from 'pg';
import { inTransaction } from '../subscriptions/sql';

/** Of one topic: more than people will ever look at. */
const MOST_OF_A_TOPIC = 1_000;
const LONGEST_KEPT = 4_096;
const KEPT_FOR = '30 days';

export interface UnreadableRecord {
  readonly offset: bigint;
  readonly reason: string;
  readonly bytes: Uint8Array;
}

export interface ParkedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly reason: string;
  /** In bytes, of the whole record. */
  readonly size: number;
  readonly parkedAt: Date;
  /** The beginning of it, where it was asked for; may hold personal data. */
  readonly bytes?: Uint8Array;
}

export interface DroppedRecords {
  readonly topic: string;
  readonly count: bigint;
  readonly lastAt: Date;
}

export interface ParkedRecordFilter {
  readonly topic?: string;
  readonly offset?: bigint;
}

/** Records from outside that could not be read, kept for people; of each topic only so many. */
export class ParkedRecords {
  constructor(
    private readonly pool: Pool,
    private readonly mostOfATopic = MOST_OF_A_TOPIC,
  ) {}

  /**
   * Those of one partition, in order; again, it changes nothing. What finds no room is counted and dropped.
   * @returns the offsets of those that are kept
   */
  async park(topic: string, partition: number, records: readonly UnreadableRecord[]): Promise<ReadonlySet<bigint>> {
    return inTransaction(this.pool, '', async (client) => {
      const known = await client.query<{ offset: string }>(
        `select record_offset as offset from fieldcase.parked_records
         where topic = $1 and partition = $2 and record_offset = any($3)`,
        [topic, partition, records.map(({ offset }) => String(offset))],
      );
      const kept = new Set(known.rows.map(({ offset }) => BigInt(offset)));
      const { rows } = await client.query<{ parked: number }>(
        'select count(*)::int as parked from fieldcase.parked_records where topic = $1',
        [topic],
      );
      const room = Math.max(0, this.mostOfATopic - (rows[0]?.parked ?? 0));
      const fresh = records.filter(({ offset }) => !kept.has(offset));
      const parked = fresh.slice(0, room);
      if (parked.length > 0) await client.query(PARK, parametersOf(topic, partition, parked));
      for (const { offset } of parked) kept.add(offset);
      const dropped = fresh.slice(room).map(({ offset }) => String(offset));
      if (dropped.length > 0) await client.query(DROP, [topic, partition, dropped]);
      return kept;
    });
  }

  async list(filter: ParkedRecordFilter, withBytes: boolean): Promise<readonly ParkedRecord[]> {
    const { rows } = await this.pool.query<Omit<ParkedRecord, 'offset'> & { offset: string }>(
      `select topic, partition, record_offset as offset, reason, size, parked_at as "parkedAt"${withBytes ? ', bytes' : ''}
       from fieldcase.parked_records where ${MATCHES} order by topic, partition, record_offset`,
      [filter.topic ?? null, offsetOf(filter)],
    );
    return rows.map((row) => ({ ...row, offset: BigInt(row.offset) }));
  }

  /** For `/status` and metrics. */
  async counts(): Promise<{ readonly parked: number; readonly dropped: readonly DroppedRecords[] }> {
    const parked = await this.pool.query<{ parked: number }>(
      'select count(*)::int as parked from fieldcase.parked_records',
    );
    const dropped = await this.pool.query<{ topic: string; count: string; lastAt: Date }>(
      `select topic, sum(count)::text as count, max(last_at) as "lastAt" from fieldcase.dropped_records
       group by topic order by topic`,
    );
    const rows = dropped.rows.map((row) => ({ ...row, count: BigInt(row.count) }));
    return { parked: parked.rows[0]?.parked ?? 0, dropped: rows };
  }

  /** Nobody needs it any more: it is deleted. @returns how many */
  async discard(filter: ParkedRecordFilter): Promise<number> {
    const { rowCount } = await this.pool.query(`delete from fieldcase.parked_records where ${MATCHES}`, [
      filter.topic ?? null,
      offsetOf(filter),
    ]);
    return rowCount ?? 0;
  }

  /** What nobody has looked at in that time, and what may be personal in it. @returns how many */
  async forgetOld(): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from fieldcase.parked_records where parked_at < now() - $1::interval`,
      [KEPT_FOR],
    );
    return rowCount ?? 0;
  }
}

const MATCHES = '($1::text is null or topic = $1) and ($2::bigint is null or record_offset = $2)';
const offsetOf = ({ offset }: ParkedRecordFilter): string | null => (offset === undefined ? null : String(offset));

const PARK = `insert into fieldcase.parked_records (topic, partition, record_offset, reason, bytes, size)
  select $1, $2, r.* from unnest($3::bigint[], $4::text[], $5::bytea[], $6::integer[]) as r
  on conflict do nothing`;

function parametersOf(topic: string, partition: number, records: readonly UnreadableRecord[]): readonly unknown[] {
  return [
    topic,
    partition,
    records.map(({ offset }) => String(offset)),
    records.map(({ reason }) => reason),
    records.map(({ bytes }) => Buffer.from(bytes.subarray(0, LONGEST_KEPT))),
    records.map(({ bytes }) => bytes.length),
  ];
}

const DROP = `insert into fieldcase.dropped_records as d (topic, partition, count, last_offset)
  select $1, $2, count(*), max(o) from unnest($3::bigint[]) as o
  on conflict (topic, partition) do update set last_at = clock_timestamp(), last_offset = greatest(d.last_offset, excluded.last_offset),
    count = d.count + (select count(*) from unnest($3::bigint[]) as o where o > d.last_offset)`;
