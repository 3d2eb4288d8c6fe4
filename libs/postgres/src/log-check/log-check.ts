import type { Pool } from 'pg';
import { shardOf } from '@fieldcase/eventsourcing';

/** One broken promise of the log, with the first position that shows it. */
export interface LogFault {
  readonly check: 'positions' | 'versions' | 'recorded-at' | 'shards' | 'personal-data' | 'checkpoints';
  readonly position: string;
  readonly detail: string;
}

export interface LogVerdict {
  readonly head: bigint;
  readonly events: bigint;
  readonly streams: bigint;
  readonly faults: readonly LogFault[];
}

const PAGE = 10_000;
const MANY = 20;

interface Previous {
  position: bigint;
  recordedAt: string;
}
interface Row {
  readonly position: string;
  readonly stream_id: string;
  readonly shard: number;
  readonly recorded_at: string;
}

/**
 * Reads the whole log and checks what every reader relies on: positions without gaps, versions without gaps per
 * stream, recordedAt that never decreases, the right shard, no personal data without its event, no checkpoint
 * beyond the head. Flat memory: versions are compared in the database.
 */
export class LogCheck {
  constructor(private readonly pool: Pool) {}

  async verify(onProgress?: (position: bigint, head: bigint) => void): Promise<LogVerdict> {
    // Only what is committed now is looked at; the log may grow meanwhile.
    const head = BigInt(
      (await this.one(`select coalesce(max(position), 0)::text as value from fieldcase.events`)) ?? 0,
    );
    const faults = await this.walk(head, onProgress);
    faults.push(...(await this.versions(head)), ...(await this.followers(head)));
    const streams = await this.one(
      `select count(*)::text as value from fieldcase.events where version = 1 and position <= ${head}`,
    );
    const events = await this.one(`select count(*)::text as value from fieldcase.events where position <= ${head}`);
    return { head, events: BigInt(events ?? 0), streams: BigInt(streams ?? 0), faults };
  }

  private async walk(head: bigint, onProgress?: (position: bigint, head: bigint) => void): Promise<LogFault[]> {
    const faults: LogFault[] = [];
    let previous: Previous = { position: 0n, recordedAt: '' };
    while (previous.position < head) {
      const { rows } = await this.pool.query<Row>(
        `select e.position::text, stream_id, shard,
                to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as recorded_at
           from fieldcase.events e where e.position > $1 and e.position <= $2 order by e.position limit ${PAGE}`,
        [String(previous.position), String(head)],
      );
      if (rows.length === 0) break;
      for (const row of rows) previous = checkRow(row, previous, faults);
      onProgress?.(previous.position, head);
      // A log that is broken throughout needs no list of a million lines.
      if (faults.length >= MANY) return faults.slice(0, MANY);
    }
    return faults;
  }

  private async versions(head: bigint): Promise<LogFault[]> {
    const { rows } = await this.pool.query<{ position: string; stream_id: string; events: string; last: number }>(
      `select min(e.position)::text as position, stream_id, count(*)::text as events, max(version) as last
         from fieldcase.events e where e.position <= $1
        group by stream_id having count(*) <> max(version) or min(version) <> 1 order by min(e.position) limit 20`,
      [String(head)],
    );
    return rows.map(({ position, stream_id, events, last }) => ({
      check: 'versions',
      position,
      detail: `${stream_id} has ${events} events, but its last version is ${last}`,
    }));
  }

  private async followers(head: bigint): Promise<LogFault[]> {
    const { rows: beyond } = await this.pool.query<{ subscription: string; shard: number; position: string }>(
      `select subscription, shard, c.position::text from fieldcase.checkpoints c
        where c.position > $1 and not exists (select from fieldcase.events e where e.position = c.position) limit 20`,
      [String(head)],
    );
    const { rows: orphans } = await this.pool.query<{ position: string }>(
      `select p.position::text from fieldcase.personal_data p
        where not exists (select from fieldcase.events e where e.position = p.position) limit 20`,
    );
    return [
      ...beyond.map(({ subscription, shard, position }) => ({
        check: 'checkpoints' as const,
        position,
        detail: `${subscription}, shard ${shard}, is beyond the head ${head}: was a backup of the log restored?`,
      })),
      ...orphans.map(({ position }) => ({
        check: 'personal-data' as const,
        position,
        detail: 'personal data without its event',
      })),
    ];
  }

  private async one(text: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ value: string }>(text);
    return rows[0]?.value;
  }
}

function checkRow(row: Row, previous: Previous, faults: LogFault[]): Previous {
  const { position: at } = row;
  const position = BigInt(at);
  if (position !== previous.position + 1n) {
    faults.push({
      check: 'positions',
      position: at,
      detail: `expected ${previous.position + 1n} after the one before`,
    });
  }
  if (row.recorded_at < previous.recordedAt) {
    faults.push({ check: 'recorded-at', position: at, detail: `${row.recorded_at} is before ${previous.recordedAt}` });
  }
  if (row.shard !== shardOf(row.stream_id)) {
    faults.push({
      check: 'shards',
      position: at,
      detail: `${row.stream_id} belongs to shard ${shardOf(row.stream_id)}`,
    });
  }
  return { position, recordedAt: row.recorded_at };
}
