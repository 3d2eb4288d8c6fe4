import { caseNumberEventTypes, type CaseNumbersReserved, type ImportStarted } from './case-numbers/case-numbers.events';
import type { BackorderEvent } from './backorders/backorders.events';
import type { CaseEvent } from './case/case.events';
import type { DepotFeedEvent } from './depot-feed/depot-feed.events';
import { personalFields } from './personal-fields';
import { referenceEventTypes, type ReferenceEvent } from './reference/reference.events';
import type { ClockEvent } from './sla/clock.events';
import type { AdjustmentEvent } from './stock/adjustment.events';
import type { SerialEvent } from './stock/serial.events';
import type { StockEvent } from './stock/stock.events';
import type { TransferEvent } from './stock/transfer.events';
import type { SurveyEvent } from './survey/survey.events';
import type { TechnicianWeekEvent } from './technician-week/technician-week.events';

export type FieldcaseEvent =
  | CaseEvent
  | ClockEvent
  | StockEvent
  | SerialEvent
  | TransferEvent
  | AdjustmentEvent
  | BackorderEvent
  | DepotFeedEvent
  | SurveyEvent
  | TechnicianWeekEvent
  | ReferenceEvent
  | CaseNumbersReserved
  | ImportStarted;
type EventType = FieldcaseEvent['type'];

const technicianWeekTypes = ['WindowReserved', 'WindowReleased'] as const satisfies TechnicianWeekEvent['type'][];
const types: readonly string[] = [
  ...Object.keys(personalFields),
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
