export * from './policy.types';
export * from './clock.types';
export * from './clock.events';
