// The bus is all that others see of @nestjs/cqrs.
export { CommandBus } from '@nestjs/cqrs';
export * from './handle-case';
export * from './handle-reference';
export * from './handle-stock';
export * from './stock-commands';
export * from './survey-commands';
export * from './survey-links';
export * from './errors';
export * from './application.module';
export * from './case-commands';
export * from './reference-commands';
export * from './reference-data';
export { TIMERS } from './metadata';
export { CASE_NUMBERS_STREAM } from './number-allocator';
export { isKnownEvent, knownEventTypes } from './known-events';
export { PartSupply, PART_SUPPLY_ACTOR } from './part-supply';
export * from './depot-confirmations';
