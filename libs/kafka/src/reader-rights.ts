import { casesTopic } from '@fieldcase/contracts';
import type { Acl, Quotas } from './access-control';

/** A million events in some minutes; he has nothing to write. */
export const READER_QUOTAS: Quotas = {
  producerBytesPerSecond: 64 * 1024,
  consumerBytesPerSecond: 8 * 1024 * 1024,
  requestPercentage: 50,
};

export interface ReaderNames {
  readonly user: string;
  /** His groups are named so, followed by whatever he likes: one for each of his programs. */
  readonly groups: string;
  readonly topic: string;
}

/** Kafka's own limit for names of groups leaves room for what follows. */
const NAME = /^[A-Za-z0-9-]{1,60}$/;

/** Throws RangeError where the name does not fit into one of Kafka. */
export function readerNames(prefix: string, name: string): ReaderNames {
  if (!NAME.test(name)) {
    throw new RangeError(`the name of a reader: expected 1 to 60 letters, digits and dashes, got "${name}"`);
  }
  const user = `${prefix}.reader.${name}`;
  return { user, groups: `${user}.`, topic: casesTopic(prefix) };
}

/** Whoever may read the public events of cases, and nothing else: neither the log nor what is a depot's. */
export function readerAcls({ groups, topic }: ReaderNames): readonly Acl[] {
  return [
    { resource: 'topic', name: topic, pattern: 'literal', operation: 'read' },
    { resource: 'group', name: groups, pattern: 'prefixed', operation: 'read' },
  ];
}
