import type { EventStore } from '@fieldcase/eventsourcing';
import { keyOf, noteAdded, noteData, noteMetadata, streamsOf } from './case-notes';
import type { Client } from './closed-loop';
import { emmettHandler, type EmmettStore } from './emmett';

/** An append of a command: as many events, one idempotency key, an expected version. */
export interface Shape {
  readonly eventsPerAppend: number;
  readonly appendsPerStream: number;
}

export function storeClient(store: EventStore, { eventsPerAppend, appendsPerStream }: Shape): Client {
  const next = streamsOf('case:', appendsPerStream, eventsPerAppend);
  return async () => {
    const { streamId, version } = next();
    const metadata = noteMetadata();
    const events = Array.from({ length: eventsPerAppend }, (_, n) => noteAdded(version + n, metadata));
    const { outcome } = await store.append({
      writes: [{ streamId, expected: version, events }],
      key: keyOf(metadata.commandId, streamId, version + eventsPerAppend),
    });
    if (outcome !== 'appended') throw new Error(`unexpected ${outcome}`);
  };
}

/** The same events at the same versions; Emmett remembers no keys. */
export function emmettClient(store: EmmettStore, { eventsPerAppend, appendsPerStream }: Shape): Client {
  const next = streamsOf('case-', appendsPerStream, eventsPerAppend);
  return async () => {
    const { streamId, version } = next();
    const events = emmettNotes(version, eventsPerAppend);
    await store.appendToStream(streamId, events, { expectedStreamVersion: BigInt(version) });
  };
}

/** As its documentation has it: each command reads its stream first. */
export function emmettCommandClient(store: EmmettStore, { eventsPerAppend, appendsPerStream }: Shape): Client {
  const next = streamsOf('case-', appendsPerStream, eventsPerAppend);
  const handle = emmettHandler();
  return async () => {
    await handle(store, next().streamId, (notes) => emmettNotes(notes, eventsPerAppend));
  };
}

function emmettNotes(first: number, count: number) {
  const metadata = noteMetadata();
  return Array.from({ length: count }, (_, n) => ({ type: 'NoteAdded', data: noteData(first + n), metadata }));
}
