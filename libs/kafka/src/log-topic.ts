import { SHARDS, shardOf, type RecordedEvent } from '@fieldcase/eventsourcing';
import type { IncomingRecord, OutgoingRecord, TopicSpec } from './transport';

/** Which log a record is of: a restored backup is another one. */
export interface LogName {
  readonly logId: string;
  readonly epoch: number;
}

export const logTopic = (prefix: string): string => `${prefix}.log.v1`;

/** Kept for ever: a read model that begins anew may also read the log's database, but need not. */
export function logTopicSpec(prefix: string, replicas: number): TopicSpec {
  return {
    name: logTopic(prefix),
    partitions: SHARDS,
    replicas,
    config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' },
  };
}

/**
 * What a record says: of this partition nothing but its event lies after `from` up to `position`. Without an event
 * nothing does: it tells an idle partition's readers how far the log is.
 */
export interface LogRecord {
  readonly from: bigint;
  readonly position: bigint;
  readonly event: RecordedEvent | undefined;
}

/** A record that is not of this log, or that cannot be read: whoever follows stops, and says so. */
export class ForeignRecord extends Error {
  override readonly name = 'ForeignRecord';
}

const nameOf = ({ logId, epoch }: LogName): string => `${logId}/${epoch}`;

/** Without any personal field: those are apart in the log, and stay there. */
export function eventRecord(log: LogName, from: bigint, event: RecordedEvent): OutgoingRecord {
  const { position, shard: _, ...rest } = event;
  return {
    key: event.streamId,
    value: JSON.stringify({ ...rest, position: String(position) }),
    headers: headersOf(log, from, position),
  };
}

export function emptyRecord(log: LogName, from: bigint, position: bigint): OutgoingRecord {
  return { key: null, value: null, headers: headersOf(log, from, position) };
}

const headersOf = (log: LogName, from: bigint, position: bigint) => ({
  log: nameOf(log),
  from: String(from),
  position: String(position),
});

/** Throws ForeignRecord. */
export function readRecord(log: LogName, partition: number, { headers, value, offset }: IncomingRecord): LogRecord {
  const place = `partition ${partition}, offset ${offset}`;
  if (headers['log'] !== nameOf(log)) {
    throw new ForeignRecord(
      `${place}: a record of the log ${headers['log'] ?? '(none)'}, expected ${nameOf(log)}: was a backup restored, or ` +
        `is the topic another installation's? Give each its own KAFKA_PREFIX`,
    );
  }
  const [from, position] = [positionIn(headers['from']), positionIn(headers['position'])];
  if (from === undefined || position === undefined || from >= position) {
    throw new ForeignRecord(
      `${place}: expected headers from < position, found ${headers['from']}, ${headers['position']}`,
    );
  }
  if (value === null) return { from, position, event: undefined };
  const event = eventOf(value);
  if (event?.position !== position || event.shard !== partition) {
    throw new ForeignRecord(`${place}: expected an event of position ${position} and of shard ${partition}`);
  }
  return { from, position, event };
}

function positionIn(text: string | undefined): bigint | undefined {
  return text !== undefined && /^(0|[1-9]\d{0,17})$/.test(text) ? BigInt(text) : undefined;
}

function eventOf(value: string): RecordedEvent | undefined {
  try {
    const stored = JSON.parse(value) as Omit<RecordedEvent, 'position' | 'shard'> & { readonly position: string };
    return { ...stored, position: BigInt(stored.position), shard: shardOf(stored.streamId) };
  } catch {
    return undefined;
  }
}
