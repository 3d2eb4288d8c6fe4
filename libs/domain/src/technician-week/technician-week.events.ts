/** Stream `technician-week:<technicianId>:<ISO week, e.g. 2026-W48>` (weeks in UTC): agreed windows of open visits. */
type E<Type extends string, Data> = { readonly type: Type; readonly data: Data };
export type WindowReserved = E<'WindowReserved', { visitId: string; caseId: string; from: string; to: string }>;
export type WindowReleased = E<'WindowReleased', { visitId: string }>;
export type TechnicianWeekEvent = WindowReserved | WindowReleased;
