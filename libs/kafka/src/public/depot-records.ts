import { PART_REQUEST_NOTICE_TYPE, type FeedItem, type PartRequestNotice } from '@fieldcase/contracts';
import type { RecordedEvent } from '@fieldcase/eventsourcing';
import type { LogName } from '../log-topic';
import type { OutgoingRecord, TopicSpec } from '../transport';
import { attributesOf, headersOf } from './case-records';

/** Of a depot's feed; the same as its HTTP feed shows. */
export type ItemOf = (event: RecordedEvent) => FeedItem;

/** One partition, since the sequence is of the whole. */
export const depotFeedTopicSpec = (name: string, replicas: number): TopicSpec => ({
  name,
  partitions: 1,
  replicas,
  config: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' },
});

export function depotRecord(log: LogName, event: RecordedEvent, item: FeedItem): OutgoingRecord {
  const sequence = String(item.sequence);
  const subject = item.partRequestId;
  const value: PartRequestNotice = {
    ...attributesOf(log, event),
    type: PART_REQUEST_NOTICE_TYPE,
    subject,
    sequence,
    data: item,
  };
  return { key: subject, value: JSON.stringify(value), headers: { ...headersOf(log, event), sequence } };
}
