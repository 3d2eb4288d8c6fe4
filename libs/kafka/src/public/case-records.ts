import {
  casesTopic,
  CLOUD_EVENT_CONTENT_TYPE,
  logHeaderOf,
  publicCaseType,
  sourceOf,
  type PublicCaseEvent,
} from '@fieldcase/contracts';
import { rootOf, SHARDS, type RecordedEvent } from '@fieldcase/eventsourcing';
import type { LogName } from '../log-topic';
import type { OutgoingRecord, RecordHeaders, TopicSpec } from '../transport';
import { isPublic, publicDataOf } from './case-event-data';

/** Kept for ever: whoever begins to read has every case. */
export function casesTopicSpec(prefix: string, replicas: number): TopicSpec {
  return {
    name: casesTopic(prefix),
    partitions: SHARDS,
    replicas,
    config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' },
  };
}

/** What CloudEvents says of any event of the log; `subject` is said by the topic's own. */
export const attributesOf = ({ logId }: LogName, event: RecordedEvent) => ({
  specversion: '1.0' as const,
  id: event.eventId,
  source: sourceOf(logId),
  time: new Date(event.occurredAt).toISOString(),
  datacontenttype: 'application/json' as const,
  recordedtime: new Date(event.recordedAt).toISOString(),
  position: String(event.position),
});

export const headersOf = (log: LogName, { position }: RecordedEvent): RecordHeaders => ({
  'content-type': CLOUD_EVENT_CONTENT_TYPE,
  log: logHeaderOf(log),
  position: String(position),
});

/**
 * @param from position of the record before it in its partition
 * @param event of a type that is published
 */
export function caseRecord(log: LogName, from: bigint, event: RecordedEvent): OutgoingRecord {
  const { type: name } = event;
  if (!isPublic(name)) throw new TypeError(`${name} is not published`);
  const subject = rootOf(event.streamId);
  const value: PublicCaseEvent = {
    ...attributesOf(log, event),
    type: publicCaseType(name),
    subject,
    data: publicDataOf(name, event.data),
  };
  return {
    key: subject,
    value: JSON.stringify(value),
    headers: { ...headersOf(log, event), from: String(from) },
  };
}
