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
  /** Characters. */
  readonly length: number;
}

/** A record that is not of this log: whoever follows stops, and says so. */
export class ForeignRecord extends Error {
  override readonly name: string = 'ForeignRecord';
}

/** A record that says nothing that could be used: for a reader it is not there, and what is missing then is a hole. */
export class UnreadableRecord extends ForeignRecord {
  override readonly name = 'UnreadableRecord';
}

/** Two records say different things of one position: one of them is forged, or the topic is damaged. */
export class ContradictoryRecord extends ForeignRecord {
  override readonly name = 'ContradictoryRecord';

  constructor(partition: number, offset: bigint, position: bigint) {
    super(
      `partition ${partition}, offset ${offset}: the record of position ${position} is another one than was delivered ` +
        `before: one of them is forged or damaged. The log itself is read past it; find out who else writes to the topic`,
    );
  }
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
  const { log: named } = headers;
  if (named === undefined) throw new UnreadableRecord(`${place}: expected a header that names the log`);
  if (named !== nameOf(log)) {
    throw new ForeignRecord(
      `${place}: a record of the log ${named}, expected ${nameOf(log)}: was a backup restored, or ` +
        `is the topic another installation's? Give each its own KAFKA_PREFIX`,
    );
  }
  const [from, position] = [positionIn(headers['from']), positionIn(headers['position'])];
  if (from === undefined || position === undefined || from >= position) {
    throw new UnreadableRecord(
      `${place}: expected headers from < position, found ${headers['from']}, ${headers['position']}`,
    );
  }
  if (value === null) return { from, position, event: undefined, length: 0 };
  const event = eventOf(value);
  if (event?.position !== position || event.shard !== partition) {
    throw new UnreadableRecord(`${place}: expected an event of position ${position} and of shard ${partition}`);
  }
  return { from, position, event, length: value.length };
}

function positionIn(text: string | undefined): bigint | undefined {
  return text !== undefined && /^(0|[1-9]\d{0,17})$/.test(text) ? BigInt(text) : undefined;
}

function eventOf(value: string): RecordedEvent | undefined {
  try {
    const stored = JSON.parse(value) as Omit<RecordedEvent, 'position' | 'shard'> & { readonly position: string };
    const texts = [stored.type, stored.eventId, stored.streamId].every((text) => typeof text === 'string');
    const counts = [stored.version, stored.schemaVersion].every((count) => Number.isSafeInteger(count));
    if (!texts || !counts || typeof stored.data !== 'object' || stored.data === null) return undefined;
    return { ...stored, position: BigInt(stored.position), shard: shardOf(stored.streamId) };
  } catch {
    return undefined;
  }
}
