import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent } from '@fieldcase/eventsourcing';

const PER_APPEND = 50;
const AT_ONCE = 8;

const note = (): NewEvent => ({
  eventId: randomUUID(),
  type: 'NoteAdded',
  data: { kind: 'note' },
  schemaVersion: 1,
  occurredAt: Date.now(),
  metadata: { correlationId: 'rig', causationId: 'rig', commandId: 'rig', actor: 'rig', actorRole: 'agent' },
});

/** Notes of cases that nobody has reported: the log and all who follow it take them as they are. */
export async function appendNotes(store: EventStore, events: number): Promise<void> {
  let left = events;
  const writer = async (): Promise<void> => {
    while (left > 0) {
      const size = Math.min(PER_APPEND, left);
      left -= size;
      const streamId = `case:rig-${randomUUID()}`;
      await store.append({ writes: [{ streamId, expected: 0, events: Array.from({ length: size }, note) }] });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writer));
}
