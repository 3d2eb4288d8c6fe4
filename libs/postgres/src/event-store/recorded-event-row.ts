import type { CustomTypesConfig } from 'pg';
import type { Instant, RecordedEvent, Upcasters } from '@fieldcase/eventsourcing';

export interface EventRow {
  readonly position: bigint;
  readonly stream_id: string;
  readonly version: number;
  readonly shard: number;
  readonly event_id: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: object;
  readonly metadata: RecordedEvent['metadata'];
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
  readonly personal?: object | null;
}

export const eventColumns = [
  'position',
  'stream_id',
  'version',
  'shard',
  'event_id',
  'type',
  'schema_version',
  'data',
  'metadata',
  'occurred_at',
  'recorded_at',
]
  .map((column) => `e.${column}`)
  .join(', ');

const identity = (text: string): string => text;
const INT2 = 21;
const INT4 = 23;
const INT8 = 20;
const JSONB = 3802;
const BOOL = 16;
const TIMESTAMPTZ = 1184;
const INT4_ARRAY = 1007;
const parsers = new Map<number, (text: string) => unknown>([
  [INT2, Number],
  [INT4, Number],
  [INT8, BigInt],
  [JSONB, JSON.parse],
  [BOOL, (text) => text === 't'],
  [TIMESTAMPTZ, instantOf],
  [INT4_ARRAY, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number))],
]);

/** Positions arrive as bigint, instants as epoch ms; the rest of the process keeps the driver's own parsers. */
export const logTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number) => parsers.get(oid) ?? identity) as CustomTypesConfig['getTypeParser'],
};

/** Sessions run in UTC, so the text is `2026-11-23 09:00:00.123+00`; a date before year 1 is out of the log's bounds. */
function instantOf(text: string): Instant {
  return Date.parse(text.endsWith('+00') ? `${text.slice(0, -3).replace(' ', 'T')}Z` : text);
}

export function toRecordedEvent(row: EventRow, upcasters: Upcasters): RecordedEvent {
  return upcasters.upcast({
    type: row.type,
    data: row.personal ? { ...row.data, ...row.personal } : row.data,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    position: row.position,
    streamId: row.stream_id,
    version: row.version,
    shard: row.shard,
    eventId: row.event_id,
    schemaVersion: row.schema_version,
    metadata: row.metadata,
  });
}
