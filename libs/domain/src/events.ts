/** Second public entry: the storage format only. */
export * from './case/case.events';
export * from './sla/clock.events';
export * from './technician-week/technician-week.events';
export * from './reference/reference.events';
