import {
  CLOUD_EVENT_CONTENT_TYPE,
  confirmationText,
  expectationText,
  needText,
  REPLY_TYPE,
  type Bilingual,
  type ConfirmationReply,
  type Expectation,
  type ReplyOutcome,
} from '@fieldcase/contracts';
import type { OutgoingRecord } from './transport';

/** The record that is answered, by its place and, where it could be read, its name. */
export interface Answered {
  readonly offset: bigint;
  readonly id: string | null;
  readonly source: string | null;
  readonly partRequestId?: string;
}

/** Before it has words. */
export interface Answer extends Answered {
  readonly outcome: ReplyOutcome;
  readonly code: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly errors?: Readonly<Record<string, Expectation | string>>;
  readonly position?: string;
  readonly dropped?: { readonly count: number; readonly last: bigint };
}

const MOST_ERRORS = 100;

/** In both languages: who reads it is not known here. */
export function replyRecord(topic: string, partition: number, answer: Answer, now: number): OutgoingRecord {
  const { offset, id, source, partRequestId, outcome, code, params = {}, errors, position, dropped } = answer;
  const reply: ConfirmationReply = {
    specversion: '1.0',
    id: `${partition}-${offset}${dropped ? `-${dropped.last}` : ''}`,
    source: topic,
    type: REPLY_TYPE,
    time: new Date(now).toISOString(),
    ...(id === null ? {} : { subject: id }),
    datacontenttype: 'application/json',
    data: {
      confirmation: { id, source, partition, offset: String(offset) },
      ...(partRequestId === undefined ? {} : { partRequestId }),
      outcome,
      code,
      detail: confirmationText(code, params),
      ...(errors ? { errors: inWords(errors) } : {}),
      ...(position === undefined ? {} : { position }),
      ...(dropped
        ? { dropped: { count: dropped.count, firstOffset: String(offset), lastOffset: String(dropped.last) } }
        : {}),
    },
  };
  const headers = { 'content-type': CLOUD_EVENT_CONTENT_TYPE };
  return { key: partRequestId ?? null, value: JSON.stringify(reply), headers };
}

function inWords(errors: Readonly<Record<string, Expectation | string>>): Readonly<Record<string, Bilingual>> {
  const words = (need: Expectation | string): Bilingual =>
    typeof need === 'string'
      ? { zh: needText(need, 'zh-CN'), en: needText(need, 'en') }
      : { zh: expectationText(need, 'zh-CN'), en: expectationText(need, 'en') };
  return Object.fromEntries(
    Object.entries(errors)
      .slice(0, MOST_ERRORS)
      .map(([field, need]) => [field, words(need)]),
  );
}
