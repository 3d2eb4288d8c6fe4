import type { Pool } from 'pg';
import { failpoint } from '@fieldcase/config';
import {
  afterVersionOf,
  assertWellFormed,
  Upcasters,
  type AppendRequest,
  type AppendResult,
  type CommandKey,
  type EventStore,
  type KeyLookup,
  type ReadOptions,
  type RecordedEvent,
} from '@fieldcase/eventsourcing';
import {
  appendArguments,
  appendResults,
  appendStatement,
  prepareAppend,
  type AppendRow,
  type PreparedAppend,
} from './append-batch';
import { GroupCommit } from './group-commit';
import { GroupRead, type StreamEvents, type Wanted } from './group-read';
import { ask, type LogQuery } from './log-query';
import { eventColumns, toRecordedEvent, type EventRow } from './recorded-event-row';
import { unavailable } from './store-errors';

export interface PostgresEventStoreOptions {
  /** Told the last position after a commit: wakes followers. */
  readonly onCommitted?: (position: bigint) => void;
  readonly upcasters?: Upcasters;
  /** Connections for appends; by default those of `pool`. Two are used at once. */
  readonly appendPool?: Pool;
}

interface TailRow {
  readonly stream_id: string | null;
  readonly version: number;
  readonly same: boolean | null;
  readonly answer: object | null;
  readonly first_position: bigint | null;
  readonly last_position: bigint | null;
}

/**
 * The log in PostgreSQL. `pool` comes from `createPool`. Every method throws StoreUnavailable when the server is the
 * reason; an append that carries a value the server refuses rejects with the driver's error.
 */
export class PostgresEventStore implements EventStore {
  private readonly appends: GroupCommit<PreparedAppend>;
  private readonly reads: GroupRead;
  private readonly upcasters: Upcasters;

  constructor(
    private readonly pool: Pool,
    private readonly options: PostgresEventStoreOptions = {},
  ) {
    this.upcasters = options.upcasters ?? Upcasters.none;
    const isUnavailable = (error: unknown): boolean => unavailable(error, true) !== undefined;
    this.appends = new GroupCommit({ write: (batch) => this.write(batch), isUnavailable });
    this.reads = new GroupRead({ read: (wanted) => this.query(wanted, {}), isUnavailable });
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    assertWellFormed(request);
    return this.appends.append(prepareAppend(request));
  }

  async readStreams(
    streamIds: readonly string[],
    options: ReadOptions = {},
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const { afterVersion: _, ...more } = options;
    const wanted = new Map(streamIds.map((streamId) => [streamId, afterVersionOf(streamId, options)]));
    return Object.keys(more).length === 0 ? this.reads.read(wanted) : this.query(wanted, more);
  }

  async lookUp(key: Pick<CommandKey, 'hash' | 'request'>, streamIds: readonly string[]): Promise<KeyLookup> {
    const rows = await ask<TailRow>(this.pool, {
      text: lookUpSql,
      values: [Buffer.from(key.hash), Buffer.from(key.request), streamIds],
    });
    const versions = new Map<string, number>();
    let found: KeyLookup['found'];
    for (const row of rows) {
      if (row.stream_id !== null) versions.set(row.stream_id, row.version);
      else found = foundCommand(row);
    }
    return found ? { found, versions } : { versions };
  }

  async head(): Promise<bigint> {
    return readHead(this.pool);
  }

  private async query(wanted: Wanted, options: ReadOptions): Promise<StreamEvents> {
    const rows = await ask<EventRow>(this.pool, {
      ...readStatement(options),
      values: [
        [...wanted.keys()],
        [...wanted.values()],
        options.upToPosition ?? null,
        ...(options.fromLast ? [options.fromLast] : []),
        ...(options.limit === undefined ? [] : [options.limit]),
      ],
    });
    const streams = new Map<string, RecordedEvent[]>([...wanted.keys()].map((streamId) => [streamId, []]));
    for (const row of rows) streams.get(row.stream_id)?.push(toRecordedEvent(row, this.upcasters));
    return streams;
  }

  private async write(batch: readonly PreparedAppend[]): Promise<AppendResult[]> {
    // One statement without BEGIN: it commits by itself, and the log's lock is held for no round trip.
    failpoint('append.before');
    const answer = ask<AppendRow>(this.options.appendPool ?? this.pool, {
      ...appendStatement,
      values: appendArguments(batch),
    });
    // The statement is on its way by then, and whether it commits is not known here.
    setImmediate(failpoint, 'append.sent');
    const [row] = await answer;
    failpoint('append.committed');
    if (!row) throw new Error('fieldcase.append answered no row');
    const results = appendResults(batch, row);
    const last = results.reduce(
      (max, r) => (r.outcome === 'appended' && r.lastPosition > max ? r.lastPosition : max),
      0n,
    );
    if (last > row.base) this.options.onCommitted?.(last);
    return results;
  }
}

export async function readHead(pool: Pool): Promise<bigint> {
  const [row] = await ask<{ head: bigint }>(pool, {
    text: 'select coalesce(max(position), 0) as head from fieldcase.events',
    values: [],
  });
  return row?.head ?? 0n;
}

function foundCommand(row: TailRow): NonNullable<KeyLookup['found']> {
  if (!row.same) return { outcome: 'key-reused' };
  return {
    outcome: 'replayed',
    answer: row.answer ?? {},
    firstPosition: row.first_position ?? 0n,
    lastPosition: row.last_position ?? 0n,
  };
}

const plainRead = {
  name: 'fieldcase.read_streams',
  text: `select ${eventColumns} from fieldcase.read_streams($1, $2, $3) e`,
} as const;

const readStatement = (options: ReadOptions): Pick<LogQuery, 'name' | 'text'> =>
  options.personal || options.fromLast || options.limit !== undefined ? { text: readStreamsSql(options) } : plainRead;

/**
 * Stream by stream through the index. Asked for several hundred at once, in a log that has grown since it was last
 * analysed, the planner would rather read all of it; `offset 0` keeps it from seeing them as one. Where a stream begins
 * (`fromLast`) is found backwards by the same index: the last such event is never far.
 */
function readStreamsSql({ personal, fromLast, limit }: ReadOptions): string {
  const first = `coalesce((
    select l.version from fieldcase.events l
     where l.stream_id = asked_id collate "C" and l.type = any ($4) and ($3::bigint is null or l.position <= $3)
     order by l.version desc limit 1), 0)`;
  return `select ${eventColumns}${personal ? ', p.data as personal' : ''}
    from unnest($1::text[], $2::integer[]) as asked (asked_id, after)
    cross join lateral (
      select * from fieldcase.events of_one
      where of_one.stream_id = asked_id collate "C" and of_one.version > asked.after
        and ($3::bigint is null or of_one.position <= $3)
        ${fromLast ? `and of_one.version >= ${first}` : ''}
      ${limit === undefined ? 'offset 0' : `order by of_one.version limit $${fromLast ? 5 : 4}`}) as e
    ${personal ? 'left join fieldcase.personal_data p on p.position = e.position' : ''}
    order by e.stream_id, e.version`;
}

const lookUpSql = `
select null::text as stream_id, 0 as version, k.request_hmac = $2 as same, k.answer, k.first_position, k.last_position
  from fieldcase.commands k where k.key_hash = $1
union all
select s.stream_id, coalesce((select e.version from fieldcase.events e where e.stream_id = s.stream_id collate "C"
                               order by e.version desc limit 1), 0), null, null, null, null
  from unnest($3::text[]) as s(stream_id)`;
