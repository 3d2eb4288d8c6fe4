export * from './message';
export * from './decider';
export * from './rejection';
export * from './stream-id';
export * from './event-store';
export * from './log-source';
export * from './projection';
