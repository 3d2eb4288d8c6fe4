export * from './events';
export * from './sla';
export * from './case/case.commands';
