import { CLOUD_EVENT_CONTENT_TYPE, CONFIRMATION_TYPES, REPLY_TYPE } from '../confirmations';
import { logHeaderOf, sourceOf } from '../cloud-event';
import { PART_REQUEST_NOTICE_TYPE } from '../part-request-notices';
import { publicCaseType, type PublicCaseEventName } from '../public-case-events';
import { depotTopic } from '../topics';
import { exampleData } from './example-data';

export interface Example {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: object | null;
}

const log = { logId: 'a7d2c1f0', epoch: 1 };
const caseId = '0199a1b2-0000-7000-8000-000000000001';
const partRequestId = `${caseId}.1`;
const [time, recordedtime] = ['2026-11-23T01:00:00.000Z', '2026-11-23T01:00:00.120Z'];
const attributes = {
  specversion: '1.0',
  id: '0199a1b2-0000-7000-8000-0000000000e1',
  source: sourceOf(log.logId),
  time,
  datacontenttype: 'application/json',
};
const place = { 'content-type': CLOUD_EVENT_CONTENT_TYPE, log: logHeaderOf(log), position: '4711' };

export const caseExample = (name: PublicCaseEventName): Example => ({
  name,
  headers: { ...place, from: '4698' },
  payload: {
    ...attributes,
    type: publicCaseType(name),
    subject: caseId,
    recordedtime,
    position: '4711',
    data: exampleData[name],
  },
});

export const noticeExample: Example = {
  name: 'placed',
  headers: { ...place, sequence: '17' },
  payload: {
    ...attributes,
    type: PART_REQUEST_NOTICE_TYPE,
    subject: partRequestId,
    recordedtime,
    position: '4711',
    sequence: '17',
    data: {
      sequence: 17,
      at: time,
      change: 'placed',
      partRequestId,
      caseId,
      caseNumber: '7KM-3RX-4',
      partNumber: 'BELT',
      quantity: 2,
      lines: [{ owner: 'own', quantity: 2 }],
      promisedAt: '2026-11-25T01:00:00.000Z',
      priority: 'season',
      technicianId: 'tech-li',
    },
  },
};

const confirmed = (type: keyof typeof CONFIRMATION_TYPES, more: object): Example => ({
  name: type,
  headers: { 'content-type': CLOUD_EVENT_CONTENT_TYPE },
  payload: {
    specversion: '1.0',
    id: `17-${type}`,
    source: 'urn:example:depot-program',
    type: CONFIRMATION_TYPES[type],
    time: '2026-11-23T09:05:00+08:00',
    datacontenttype: 'application/json',
    data: { partRequestId, ...more },
  },
});

export const confirmationExamples = {
  acknowledged: confirmed('acknowledged', {}),
  shipped: confirmed('shipped', { carrier: '顺丰速运', trackingNumber: 'SF1234567890' }),
  declined: confirmed('declined', { reason: '停电' }),
};

export const replyExample = (prefix: string): Example => ({
  name: 'accepted',
  headers: { 'content-type': CLOUD_EVENT_CONTENT_TYPE },
  payload: {
    specversion: '1.0',
    id: '0199a1b2-0000-7000-8000-0000000000f1',
    source: depotTopic(prefix, 'depot-harbin', 'confirmations'),
    type: REPLY_TYPE,
    time,
    subject: '17-shipped',
    datacontenttype: 'application/json',
    data: {
      confirmation: { id: '17-shipped', source: 'urn:example:depot-program', partition: 0, offset: '41' },
      partRequestId,
      outcome: 'accepted',
      code: 'accepted',
      detail: { zh: '已处理', en: 'Done' },
      position: '4712',
    },
  },
});

export const logExamples: readonly Example[] = [
  {
    name: 'PartAllocated',
    headers: { log: logHeaderOf(log), from: '4698', position: '4711' },
    payload: {
      type: 'PartAllocated',
      data: { partRequestId, depotId: 'depot-harbin', lines: [{ owner: 'own', quantity: 2 }] },
      schemaVersion: 1,
      eventId: attributes.id,
      streamId: `parts:${caseId}`,
      version: 2,
      position: '4711',
      occurredAt: Date.parse(time),
      recordedAt: Date.parse(recordedtime),
      metadata: { correlationId: 'c-1', causationId: 'c-1', actor: 'part-supply', actorRole: 'system' },
    },
  },
];

export const idleExample: Example = {
  name: 'idle',
  headers: { log: logHeaderOf(log), from: '4711', position: '4800' },
  payload: null,
};
