import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent } from '@fieldcase/eventsourcing';
import { noteData } from './case-notes';

const PER_STREAM = 100;
const STREAMS_AT_ONCE = 20;

export function eventOf(type: string, data: object): NewEvent {
  return {
    eventId: randomUUID(),
    type,
    data,
    schemaVersion: 1,
    occurredAt: Date.now(),
    metadata: { correlationId: 'bench', causationId: 'bench', actor: 'ann', actorRole: 'agent' },
  };
}

export const noteOf = (n: number): NewEvent => eventOf('NoteAdded', noteData(n));

/** @param of the nth of its stream */
export async function fillLog(store: EventStore, events: number, of: (n: number) => NewEvent): Promise<void> {
  for (let done = 0; done < events; done += STREAMS_AT_ONCE * PER_STREAM) {
    const streams = Math.min(STREAMS_AT_ONCE, Math.ceil((events - done) / PER_STREAM));
    const writes = Array.from({ length: streams }, () => ({
      streamId: `case:${randomUUID()}`,
      expected: 0,
      events: Array.from({ length: PER_STREAM }, (_, n) => of(n)),
    }));
    await Promise.all(writes.map((write) => store.append({ writes: [write] })));
  }
}
