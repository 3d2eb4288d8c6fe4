import type { Decided, DomainEvent, EventMetadata, Instant, NewEvent } from '@fieldcase/eventsourcing';
import { rootOf } from '@fieldcase/eventsourcing';
import { eventSchemaVersions } from '@fieldcase/domain';
import { personalFieldsOf } from '@fieldcase/domain/events';
import { newId } from './new-id';

const schemaVersions: Readonly<Record<string, number>> = eventSchemaVersions;

/**
 * A decided event as the store takes it: an id, the metadata, and its personal fields apart
 * (subject = the root of the stream, so that one erasure reaches everything of a case).
 */
export function newEvent(
  streamId: string,
  decided: Decided<DomainEvent>,
  occurredAt: Instant,
  metadata: EventMetadata,
): NewEvent {
  const fields = personalFieldsOf(decided.type);
  const entries = Object.entries(decided.data).filter(([, value]) => value !== undefined);
  const personal = entries.filter(([name]) => fields.includes(name));
  return {
    eventId: newId(),
    type: decided.type,
    data: Object.fromEntries(entries.filter(([name]) => !fields.includes(name))),
    schemaVersion: schemaVersions[decided.type] ?? 1,
    occurredAt: decided.occurredAt ?? occurredAt,
    metadata,
    ...(personal.length > 0 ? { personal: { subjectId: rootOf(streamId), data: Object.fromEntries(personal) } } : {}),
  };
}
