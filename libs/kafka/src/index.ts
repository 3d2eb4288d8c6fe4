export * from './transport';
export { KafkaJsTransport, type KafkaAccess } from './kafkajs-transport';
export * from './log-topic';
export * from './relay';
export { ConsumerStalled } from './delivery-watch';
export { KafkaLogSource, type KafkaLogSourceOptions } from './kafka-log-source';
export { auditTopic, RelayHalted } from './relay-audit';
export { isForOperators, runRelay, type RunRelayOptions } from './run-relay';
