/** What the log's own topic carries: every event without its personal members, and how far an idle partition is. */
import { z } from 'zod';
import { countText } from './cloud-event';

const id = z.string().min(1);
const instant = z.int().describe('Epoch milliseconds, UTC');

export const logTopicHeadersSchema = z.object({
  log: z.string().describe('`<log id>/<epoch>`: a restored backup is another epoch'),
  from: countText.describe('Exclusive: nothing of this partition lies after it and up to `position` but this event'),
  position: countText.describe('Up to here the partition is told; of an event, its place in the log'),
});

export const logEventSchema = z.looseObject({
  type: id,
  data: z.looseObject({}).describe('Without personal members; by the type, see `data.<type>`'),
  schemaVersion: z.int().min(1),
  eventId: id,
  streamId: id.describe('`<category>:<root>[:<rest>]`, each percent-encoded; the root decides the partition'),
  version: z.int().min(1).describe('Within the stream, from 1'),
  position: countText,
  occurredAt: instant,
  recordedAt: instant,
  metadata: z.looseObject({
    correlationId: z.string(),
    causationId: z.string(),
    commandId: z.string().optional(),
    actor: z.string(),
    actorRole: z.string(),
    source: z.string().optional().describe('Of an import'),
    row: z.int().optional(),
    file: z.string().optional(),
  }),
});
