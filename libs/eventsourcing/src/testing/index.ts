export * from './decider-spec';
export * from './contract-events';
export * from './event-store.contract';
export * from './log-source.contract';
export * from './upcaster.contract';
export * from './shared-log-source.contract';
