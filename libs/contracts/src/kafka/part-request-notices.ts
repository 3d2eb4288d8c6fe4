/** What a depot reads in its topic of part requests: the items of its HTTP feed, one each, under the same sequence. */
import { z } from 'zod';
import type { FeedItem } from '../views/part-views';
import { countText, instantSchema, placeHeaders, publicAttributes } from './cloud-event';

export const PART_REQUEST_NOTICE_TYPE = 'fieldcase.depot.part-request-noticed.v1';

const id = z.string().min(1);
const pieces = z.int().min(1);

const feedItem = z.strictObject({
  sequence: pieces.describe('Of this depot, from 1, without gaps'),
  at: instantSchema,
  change: z
    .string()
    .min(1)
    .describe(
      'placed, backordered, acknowledged, moved (the depot has it no more), cancelled, shipped, received, shortage, ' +
        'return-announced, return-received; others may come',
    ),
  partRequestId: id,
  caseId: id,
  caseNumber: z.string(),
  partNumber: z.string(),
  quantity: z.int().min(0),
  lines: z
    .array(
      z.strictObject({
        owner: z.string().describe('`own`, or a maker’s id for consigned stock'),
        quantity: z.int().min(0),
        serials: z.array(z.string()).optional(),
      }),
    )
    .optional()
    .describe('Whose pieces, where the depot has promised or shipped some'),
  promisedAt: instantSchema,
  priority: z.string(),
  technicianId: id.optional().describe('Who receives it'),
});

/** Whom and where to send it is not in it: `GET /api/v1/part-requests/{partRequestId}` says so, while it is to be known. */
export const partRequestNoticeSchema = z.strictObject({
  ...publicAttributes(PART_REQUEST_NOTICE_TYPE, 'The part request; the key of the record', feedItem),
  sequence: countText.describe('As in the header'),
});

export type PartRequestNotice = Omit<z.infer<typeof partRequestNoticeSchema>, 'data'> & { readonly data: FeedItem };

export const partRequestNoticeHeadersSchema = z.object({
  ...placeHeaders,
  sequence: countText.describe('The sequence of the depot’s feed, the same as over HTTP: from 1, without gaps'),
});
