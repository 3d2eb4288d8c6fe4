export * from './handle-case';
export * from './handle-reference';
