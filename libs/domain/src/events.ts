/** Second public entry: the storage format only. */
export * from './case/case.events';
export * from './sla/clock.events';
export * from './technician-week/technician-week.events';
export * from './reference/reference.events';
/** What a signature was given for is part of the format: whoever shows a case computes it again. */
export * from './case/materials-digest';
export * from './case-numbers/case-numbers.events';
export * from './stock/stock.events';
export * from './stock/serial.events';
export * from './stock/transfer.events';
export * from './stock/adjustment.events';
export * from './backorders/backorders.events';
export * from './depot-feed/depot-feed.events';
export * from './survey/survey.events';
export { personalFieldsOf } from './personal-fields';
