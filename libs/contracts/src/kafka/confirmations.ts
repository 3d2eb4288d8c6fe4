/**
 * What a depot writes to its `confirmations` topic, and what it is answered on `replies`: CloudEvents 1.0 in structured
 * JSON. Who the depot is says the topic, which only its own user may write to; nothing in a record says it.
 */
import { z } from 'zod';
import { parseInstant } from '../http/rfc3339';

/** Of one record, in bytes; the topic itself takes no more. */
export const LARGEST_CONFIRMATION = 65_536;
export const CLOUD_EVENT_CONTENT_TYPE = 'application/cloudevents+json; charset=UTF-8';

export const CONFIRMATION_TYPES = {
  acknowledged: 'fieldcase.part-request.acknowledged.v1',
  shipped: 'fieldcase.part-request.shipped.v1',
  declined: 'fieldcase.part-request.declined.v1',
} as const;
export type ConfirmationType = (typeof CONFIRMATION_TYPES)[keyof typeof CONFIRMATION_TYPES];
export const REPLY_TYPE = 'fieldcase.confirmation.answered.v1';

// No control characters, no half of a surrogate pair, and not blank; counted in characters as people count them.
const line = (most: number) =>
  z.string().regex(new RegExp(`^(?=.*\\S)[^\\p{Cc}\\p{Cs}\\u2028\\u2029]{1,${most}}$`, 'u'));
const prose = (most: number) =>
  z.string().regex(new RegExp(`^(?=[^]*\\S)(?:[^\\p{Cc}\\p{Cs}]|[\\n\\r\\t]){1,${most}}$`, 'u'));

const partRequestId = z
  .string()
  .regex(/^[!-~]{1,200}$/)
  .describe('As the part request names it');
const serial = z.string().regex(/^[^\p{Cc}\p{Cs}\s]{1,100}$/u);

const occurredAt = z
  .string()
  .max(35)
  .refine((text) => parseInstant(text) !== undefined)
  .meta({ format: 'date-time' })
  .describe('When it happened, RFC 3339 with an offset; absent: when it is read');

/** Attributes that are not named here are the sender's own, and are not looked at. */
const cloudEvent = <T extends ConfirmationType, D extends z.ZodType>(type: T, data: D) =>
  z.looseObject({
    specversion: z.literal('1.0'),
    id: line(200).describe('With `source` it names this confirmation: sent again, it changes nothing'),
    source: line(200).describe('The program that sends, a URI reference of its own choice'),
    type: z.literal(type),
    time: occurredAt.optional(),
    datacontenttype: z.literal('application/json').optional(),
    data,
  });

export const acknowledgedSchema = cloudEvent(
  CONFIRMATION_TYPES.acknowledged,
  z.strictObject({ partRequestId }),
).describe('The depot has seen the request and works on it');

export const shippedSchema = cloudEvent(
  CONFIRMATION_TYPES.shipped,
  z.strictObject({
    partRequestId,
    carrier: line(100).optional(),
    trackingNumber: line(100).optional(),
    serials: z.array(serial).max(1_000).optional().describe('Of parts with serial numbers: one per piece, each once'),
  }),
).describe('The whole request has left the depot');

export const declinedSchema = cloudEvent(
  CONFIRMATION_TYPES.declined,
  z.strictObject({ partRequestId, reason: prose(2_000).describe('Why; personal data') }),
).describe('The depot cannot serve it: it moves on to the next source');

export const confirmationSchema = z.discriminatedUnion('type', [acknowledgedSchema, shippedSchema, declinedSchema]);
export type Confirmation = z.infer<typeof confirmationSchema>;

/**
 * `accepted`: done; `refused`: understood, and not possible; `parked`: not understood, kept for people to look at;
 * `dropped`: not understood, and too many of these are kept already.
 */
export const REPLY_OUTCOMES = ['accepted', 'refused', 'parked', 'dropped'] as const;
export type ReplyOutcome = (typeof REPLY_OUTCOMES)[number];

const offset = z.string().regex(/^\d{1,19}$/);
const bilingual = z.strictObject({ zh: z.string(), en: z.string() });

export const confirmationReplySchema = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z.string().describe('The same in every copy of a reply'),
    source: z.string().describe('The topic of the confirmation'),
    type: z.literal(REPLY_TYPE),
    time: z.string().meta({ format: 'date-time' }),
    subject: z.string().optional().describe('The id of the confirmation, where it could be read'),
    datacontenttype: z.literal('application/json'),
    data: z.strictObject({
      confirmation: z
        .strictObject({
          id: z.string().nullable(),
          source: z.string().nullable(),
          partition: z.int().min(0),
          offset,
        })
        .describe('Which record is answered; `id` and `source` are null where they could not be read'),
      partRequestId: z.string().optional(),
      outcome: z.enum(REPLY_OUTCOMES),
      code: z.string().describe('Stable; programs decide by it'),
      detail: bilingual.describe('For people'),
      errors: z.record(z.string(), bilingual).optional().describe('By field: what was expected there'),
      position: z
        .string()
        .regex(/^\d{1,19}$/)
        .optional()
        .describe('Of an accepted one, in the log'),
      dropped: z
        .strictObject({ count: z.int().min(1), firstOffset: offset, lastOffset: offset })
        .optional()
        .describe('Of `dropped`: this reply is for all of them'),
    }),
  })
  .describe('What became of a confirmation');
export type Bilingual = z.infer<typeof bilingual>;
export type ConfirmationReply = z.infer<typeof confirmationReplySchema>;
