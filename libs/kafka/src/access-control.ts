/** Who may do what in Kafka, as this house asks it of a client. */
import type { TopicSpec } from './transport';

export type AclOperation = 'read' | 'write' | 'create' | 'delete';

export interface Acl {
  readonly resource: 'topic' | 'group';
  readonly name: string;
  /** `prefixed`: everything whose name begins so. */
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: AclOperation;
}

export interface Quotas {
  readonly producerBytesPerSecond: number;
  readonly consumerBytesPerSecond: number;
  /** Of one thread of a broker. */
  readonly requestPercentage: number;
}

/** What the brokers do not let this user do, or that they are not there; says how to mend it. */
export class KafkaRefused extends Error {
  override readonly name = 'KafkaRefused';
}

/** Every call may be repeated: what is there already is left, what is not there is not missed. Throws KafkaRefused. */
export interface AccessControl {
  allow(user: string, acls: readonly Acl[]): Promise<void>;
  /** @returns how many there were */
  forbidEverything(user: string): Promise<number>;
  hasUser(user: string): Promise<boolean>;
  /** SCRAM-SHA-512; the user is made where there is none. Only what the brokers check it by leaves this process. */
  setPassword(user: string, password: string): Promise<void>;
  /** @returns whether there was one */
  removeUser(user: string): Promise<boolean>;
  setQuotas(user: string, quotas: Quotas): Promise<void>;
  removeQuotas(user: string): Promise<void>;
  /** Throws TopicUnfit. */
  ensureTopic(spec: TopicSpec): Promise<void>;
  /** @returns those that were there */
  deleteTopics(names: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}
