import type { Acl } from './access-control';

/**
 * What the user of our own workers and of the API needs, and no more: everything beneath the prefix, and nothing of the
 * cluster. Depots are granted by another user, who may alter it.
 */
export function workerAcls(prefix: string): readonly Acl[] {
  const of = (resource: Acl['resource'], operation: Acl['operation']): Acl => ({
    resource,
    name: `${prefix}.`,
    pattern: 'prefixed',
    operation,
  });
  return [
    of('topic', 'create'),
    of('topic', 'read'),
    of('topic', 'write'),
    of('group', 'read'),
    // A tail of a topic is read in a group of its own, which is deleted afterwards.
    of('group', 'delete'),
  ];
}
