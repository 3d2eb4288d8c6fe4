import { createHash, randomUUID } from 'node:crypto';
import type { CommandKey, EventMetadata, NewEvent } from '@fieldcase/eventsourcing';

/** The events that stores are measured with: what a note of a case weighs. */
export const noteData = (n: number) => ({
  kind: 'call',
  at: 'depot-17',
  about: 'combine harvester, header drive',
  n,
});

export function noteMetadata(): EventMetadata & { readonly commandId: string } {
  const commandId = randomUUID();
  return { correlationId: commandId, causationId: commandId, commandId, actor: 'ann', actorRole: 'agent' };
}

export const noteAdded = (n: number, metadata: EventMetadata): NewEvent => ({
  eventId: randomUUID(),
  type: 'NoteAdded',
  data: noteData(n),
  schemaVersion: 1,
  occurredAt: Date.now(),
  metadata,
});

/** As the command runner makes it of a client's key. */
export function keyOf(commandId: string, streamId: string, version: number): CommandKey {
  return {
    hash: createHash('sha256').update(commandId).digest().subarray(0, 16),
    request: createHash('sha256').update(streamId).digest(),
    answer: { id: streamId, version, made: {}, created: false },
  };
}

/** One stream after another, each of so many events: what a client writes to next. */
export function streamsOf(prefix: string, appends: number, eventsPerAppend = 1) {
  let streamId = '';
  let done = appends;
  return (): { readonly streamId: string; readonly version: number } => {
    if (done === appends) [streamId, done] = [`${prefix}${randomUUID()}`, 0];
    done += 1;
    return { streamId, version: (done - 1) * eventsPerAppend };
  };
}
