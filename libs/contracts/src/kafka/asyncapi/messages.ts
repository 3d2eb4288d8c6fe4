import { z } from 'zod';
import {
  acknowledgedSchema,
  CLOUD_EVENT_CONTENT_TYPE,
  confirmationReplySchema,
  declinedSchema,
  shippedSchema,
} from '../confirmations';
import logEvents from '../log-events.json';
import { logEventSchema, logTopicHeadersSchema } from '../log-records';
import { partRequestNoticeHeadersSchema, partRequestNoticeSchema } from '../part-request-notices';
import {
  publicCaseEventNames,
  publicCaseEventSchema,
  publicCaseHeadersSchema,
  publicCaseType,
} from '../public-case-events';
import {
  caseExample,
  confirmationExamples,
  idleExample,
  logExamples,
  noticeExample,
  replyExample,
  type Example,
} from './examples';

type Json = Readonly<Record<string, unknown>>;

export interface Message {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly contentType: string;
  readonly headers: Json;
  readonly payload: Json;
  readonly bindings: Json;
  readonly examples: readonly Example[];
}

export const KAFKA_BINDING = '0.5.0';

/** Draft 7, which AsyncAPI's own schemas are. */
export function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' });
  return rest;
}

const schemaRef = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const keyed = (description: string, type: unknown = 'string'): Json => ({
  kafka: { key: { type, description }, bindingVersion: KAFKA_BINDING },
});

const message = (of: Omit<Message, 'title' | 'contentType'> & { readonly contentType?: string }): Message => ({
  title: of.name,
  contentType: CLOUD_EVENT_CONTENT_TYPE,
  ...of,
});

export const caseMessages: Readonly<Record<string, Message>> = Object.fromEntries(
  publicCaseEventNames.map((name) => [
    `case.${name}`,
    message({
      name: publicCaseType(name),
      summary: `${name}, of a case`,
      headers: schemaRef('headers.cases'),
      payload: schemaRef(`case.${name}`),
      bindings: keyed('The case'),
      examples: [caseExample(name)],
    }),
  ]),
);

const ofRequest = (name: 'acknowledged' | 'shipped' | 'declined', summary: string): Message =>
  message({
    name,
    summary,
    headers: schemaRef('headers.confirmations'),
    payload: schemaRef(`confirmation.${name}`),
    bindings: keyed('The part request, so that what is said of one stays in order'),
    examples: [confirmationExamples[name]],
  });

export const confirmationMessages: Readonly<Record<string, Message>> = {
  'confirmation.acknowledged': ofRequest('acknowledged', 'The depot has seen the request and works on it'),
  'confirmation.shipped': ofRequest('shipped', 'The whole request has left the depot'),
  'confirmation.declined': ofRequest('declined', 'The depot cannot serve it'),
};

export const noticeMessage: Message = message({
  name: 'partRequestNoticed',
  summary: 'Something has happened to a part request that the depot has or had',
  headers: schemaRef('headers.part-requests'),
  payload: schemaRef('partRequestNoticed'),
  bindings: keyed('The part request'),
  examples: [noticeExample],
});

export const replyMessage = (prefix: string): Message =>
  message({
    name: 'confirmationAnswered',
    summary: 'What became of a confirmation',
    headers: schemaRef('headers.replies'),
    payload: schemaRef('confirmationAnswered'),
    bindings: keyed('The part request, where the confirmation could be read', ['string', 'null']),
    examples: [replyExample(prefix)],
  });

export const logMessages: Readonly<Record<string, Message>> = {
  'log.event': message({
    name: 'logEvent',
    summary: 'An event of the log',
    contentType: 'application/json',
    headers: schemaRef('headers.log'),
    payload: schemaRef('log.event'),
    bindings: keyed('The stream'),
    examples: logExamples,
  }),
  'log.idle': message({
    name: 'logIdle',
    summary: 'No event of this partition lies after `from` up to `position`; the value is null',
    contentType: 'application/json',
    headers: schemaRef('headers.log'),
    payload: schemaRef('log.idle'),
    bindings: keyed('It has none', 'null'),
    examples: [idleExample],
  }),
};

/** Of headers that others may add to. */
const anyHeaders = z.object({ 'content-type': z.string().optional() }).catchall(z.unknown());

export const schemas: Readonly<Record<string, Json>> = {
  'headers.log': open(jsonSchema(logTopicHeadersSchema)),
  'headers.cases': open(jsonSchema(publicCaseHeadersSchema)),
  'headers.part-requests': open(jsonSchema(partRequestNoticeHeadersSchema)),
  'headers.confirmations': jsonSchema(anyHeaders),
  'headers.replies': jsonSchema(anyHeaders),
  'log.idle': { type: 'null' },
  'log.event': {
    ...jsonSchema(logEventSchema),
    allOf: Object.keys(logEvents).map((type) => ({
      if: { properties: { type: { const: type } } },
      then: { properties: { data: schemaRef(`data.${type}`) } },
    })),
  },
  ...Object.fromEntries(Object.entries(logEvents).map(([type, schema]) => [`data.${type}`, schema])),
  ...Object.fromEntries(publicCaseEventNames.map((name) => [`case.${name}`, jsonSchema(publicCaseEventSchema(name))])),
  partRequestNoticed: jsonSchema(partRequestNoticeSchema),
  'confirmation.acknowledged': jsonSchema(acknowledgedSchema),
  'confirmation.shipped': jsonSchema(shippedSchema),
  'confirmation.declined': jsonSchema(declinedSchema),
  confirmationAnswered: jsonSchema(confirmationReplySchema),
};

/** Headers that a later release adds are no reason to refuse a record. */
function open(schema: Json): Json {
  const { additionalProperties: _, ...rest } = schema;
  return rest;
}
