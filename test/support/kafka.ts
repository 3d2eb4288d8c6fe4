import { randomUUID } from 'node:crypto';

/** The broker that the test run has started, where it could. */
export interface TestKafka {
  readonly brokers: readonly string[];
  readonly admin: { readonly username: string; readonly password: string };
}

export function kafkaHere(): TestKafka | undefined {
  const given = process.env['FIELDCASE_TEST_KAFKA'];
  return given === undefined ? undefined : (JSON.parse(given) as TestKafka);
}

/** No two specs share a topic. */
export const ownPrefix = (): string => `test-${randomUUID().slice(0, 8)}`;
