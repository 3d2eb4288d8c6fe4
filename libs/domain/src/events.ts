/** Second public entry: the storage format only. */
export * from './case/case.events';
export * from './sla/clock.events';
export * from './technician-week/technician-week.events';
export * from './reference/reference.events';
/** What a signature was given for is part of the format: whoever shows a case computes it again. */
export * from './case/materials-digest';
export * from './case-numbers/case-numbers.events';
