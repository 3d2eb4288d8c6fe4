export * from './transport';
export { KafkaJsTransport } from './kafkajs-transport';
export type { KafkaAccess } from './kafkajs-client';
export * from './log-topic';
export * from './relay';
export { KafkaLogSource, type KafkaLogSourceOptions } from './kafka-log-source';
export { auditTopic, RelayHalted } from './relay-audit';
export { isForOperators, runRelay, type RunRelayOptions } from './run-relay';
