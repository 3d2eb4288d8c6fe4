import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { eventSchemaVersions } from '@fieldcase/domain';

export const knownEventTypes: readonly string[] = Object.keys(eventSchemaVersions);

const versions = new Map<string, number>(Object.entries(eventSchemaVersions));

/** False for an event of a newer release: whoever follows the log parks it and does not guess. */
export function isKnownEvent(event: Pick<RecordedEvent, 'type' | 'schemaVersion'>): boolean {
  return event.schemaVersion <= (versions.get(event.type) ?? 0);
}
