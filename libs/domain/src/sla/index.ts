export * from './policy.types';
export * from './clock.types';
export * from './clock.events';
export * from './built-in-policy';
export * from './choose-policy';
export * from './duration';
export { initialSlaFacts, evolveSlaFacts, slaEventTypes, type SlaFacts } from './sla-facts';
export { judge, type Calendars } from './judge';
export { settle, nextStepAt } from './settle';
