/** What every record of our public topics says about itself: CloudEvents 1.0 in structured JSON. */
import { z } from 'zod';
import { CLOUD_EVENT_CONTENT_TYPE } from './confirmations';

/** A position of the log, or a sequence of a depot: a decimal number as text, since it may exceed what JSON counts exactly. */
export const countText = z.string().regex(/^(0|[1-9]\d{0,18})$/);
export const instantSchema = z.string().meta({ format: 'date-time' });

/** Of the same event in every topic, and of every copy; after a restored backup as well: it is the same event. */
export const sourceOf = (logId: string): string => `urn:fieldcase:log:${logId}`;

/** What the header `log` says: a restored backup goes on as another epoch. */
export const logHeaderOf = ({ logId, epoch }: { readonly logId: string; readonly epoch: number }): string =>
  `${logId}/${epoch}`;

/** Attributes that every public event has; `subject` differs by topic. */
export const publicAttributes = <T extends string, D extends z.ZodType>(type: T, subject: string, data: D) => ({
  specversion: z.literal('1.0'),
  id: z.string().min(1).describe('Of the event in the log: every copy has the same. With `source` it is unique'),
  source: z.string().meta({ format: 'uri-reference' }).describe('Names the log: `urn:fieldcase:log:<log id>`'),
  type: z.literal(type),
  subject: z.string().min(1).describe(subject),
  time: instantSchema.describe('When it happened'),
  datacontenttype: z.literal('application/json'),
  recordedtime: instantSchema.describe('When it was written to the log; never decreases along `position`'),
  position: countText.describe('Place in the log'),
  data,
});

/** Headers that every record of our own has. */
export const placeHeaders = {
  'content-type': z.literal(CLOUD_EVENT_CONTENT_TYPE),
  log: z.string().describe('`<log id>/<epoch>`: a restored backup is another epoch'),
  position: countText.describe('Of the event in the log'),
};
