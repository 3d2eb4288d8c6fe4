import { caseNumberEventTypes, type CaseNumbersReserved, type ImportStarted } from './case-numbers/case-numbers.events';
import { casePersonalFields, type CaseEvent } from './case/case.events';
import { referenceEventTypes, type ReferenceEvent } from './reference/reference.events';
import { clockPersonalFields, type ClockEvent } from './sla/clock.events';
import type { TechnicianWeekEvent } from './technician-week/technician-week.events';

export type FieldcaseEvent =
  CaseEvent | ClockEvent | TechnicianWeekEvent | ReferenceEvent | CaseNumbersReserved | ImportStarted;
type EventType = FieldcaseEvent['type'];

const technicianWeekTypes = ['WindowReserved', 'WindowReleased'] as const satisfies TechnicianWeekEvent['type'][];
const types: readonly string[] = [
  ...Object.keys(casePersonalFields),
  ...Object.keys(clockPersonalFields),
  ...technicianWeekTypes,
  ...referenceEventTypes,
  ...caseNumberEventTypes,
];

/**
 * The schema version under which each event type is written now. A raised one comes with an upcaster and a golden
 * file `libs/domain/golden/<type>.v<version>.json`.
 */
export const eventSchemaVersions = Object.fromEntries(types.map((type) => [type, 1])) as Readonly<
  Record<EventType, number>
>;
