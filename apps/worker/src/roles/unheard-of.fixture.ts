import { randomUUID } from 'node:crypto';
import { streamId, type EventStore } from '@fieldcase/eventsourcing';

const HOUR = 3_600_000;

/**
 * For specs: a case reported as this one was, but so long ago, and nobody has looked at its clocks since. A command that
 * says so would itself record what is due by now.
 */
export async function unheardOf(store: EventStore, like: string, hoursAgo: number): Promise<string> {
  const template = streamId('case', like);
  const [reported] = (await store.readStreams([template])).get(template) ?? [];
  if (!reported) throw new Error(`${like} was not reported`);
  const { type, data, schemaVersion, metadata } = reported;
  const occurredAt = Date.now() - hoursAgo * HOUR;
  const event = { eventId: randomUUID(), type, data, schemaVersion, metadata, occurredAt };
  const id = randomUUID();
  await store.append({ writes: [{ streamId: streamId('case', id), expected: 0, events: [event] }] });
  return id;
}
