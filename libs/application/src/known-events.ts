import type { RecordedEvent } from '@fieldcase/eventsourcing';
import {
  casePersonalFields,
  clockPersonalFields,
  referenceEventTypes,
  type TechnicianWeekEvent,
} from '@fieldcase/domain/events';

const technicianWeek: Record<TechnicianWeekEvent['type'], true> = { WindowReserved: true, WindowReleased: true };

/** Current schema version per event type; raised together with an upcaster. */
const versions: ReadonlyMap<string, number> = new Map(
  [
    ...Object.keys(casePersonalFields),
    ...Object.keys(clockPersonalFields),
    ...Object.keys(technicianWeek),
    ...referenceEventTypes,
    'CaseNumbersReserved',
  ].map((type) => [type, 1]),
);

/** False for an event of a newer release: whoever follows the log parks it and does not guess. */
export function isKnownEvent(event: Pick<RecordedEvent, 'type' | 'schemaVersion'>): boolean {
  return event.schemaVersion <= (versions.get(event.type) ?? 0);
}
