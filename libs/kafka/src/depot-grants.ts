import { depotGroup, depotTopic, depotUser, LARGEST_CONFIRMATION } from '@fieldcase/contracts';
import type { AccessControl, Acl, Quotas } from './access-control';
import { depotFeedTopicSpec } from './public/depot-records';
import type { TopicSpec } from './transport';
import { grantUser, revokeUser, type RevokedUser } from './user-grants';

const DAY_MS = 24 * 3_600_000;

/** Some hundred confirmations a second, and years of part requests in minutes. */
export const DEPOT_QUOTAS: Quotas = {
  producerBytesPerSecond: 256 * 1024,
  consumerBytesPerSecond: 2 * 1024 * 1024,
  requestPercentage: 25,
};

export interface DepotNames {
  readonly user: string;
  readonly group: string;
  readonly topics: { readonly partRequests: string; readonly confirmations: string; readonly replies: string };
}

/** Throws RangeError for an id that is too long for a topic's name. */
export function depotNames(prefix: string, depotId: string): DepotNames {
  return {
    user: depotUser(prefix, depotId),
    group: depotGroup(prefix, depotId),
    topics: {
      partRequests: depotTopic(prefix, depotId, 'part-requests'),
      confirmations: depotTopic(prefix, depotId, 'confirmations'),
      replies: depotTopic(prefix, depotId, 'replies'),
    },
  };
}

/**
 * One partition each: the order of a depot's records is theirs. Part requests stay for ever, so that a depot that comes
 * back after a year can still prove that it missed nothing. What is confirmed is stamped by the broker: how old it is must
 * not be the sender's to say. Its topic comes last: where it is seen, there is one to answer on.
 */
export function depotTopics({ topics }: DepotNames, replicas: number): readonly TopicSpec[] {
  const spec = { partitions: 1, replicas };
  return [
    depotFeedTopicSpec(topics.partRequests, replicas),
    { ...spec, name: topics.replies, config: { 'retention.ms': String(30 * DAY_MS) } },
    {
      ...spec,
      name: topics.confirmations,
      config: {
        'retention.ms': String(7 * DAY_MS),
        'max.message.bytes': String(LARGEST_CONFIRMATION),
        'message.timestamp.type': 'LogAppendTime',
      },
    },
  ];
}

/** Whoever may read or write a topic may describe it, and whoever may write to one may do so idempotently. */
export function depotAcls({ topics, group }: DepotNames): readonly Acl[] {
  const topic = (name: string, operation: Acl['operation']): Acl => ({
    resource: 'topic',
    name,
    pattern: 'literal',
    operation,
  });
  return [
    topic(topics.partRequests, 'read'),
    topic(topics.replies, 'read'),
    topic(topics.confirmations, 'write'),
    { resource: 'group', name: group, pattern: 'literal', operation: 'read' },
  ];
}

export interface Grant extends DepotNames {
  /** Absent where the user was there already: nobody knows it any more but its owner. */
  readonly password?: string;
}

/**
 * The user comes last, and its password is given out only when everything else is there: ended anywhere and begun again,
 * it ends the same. Ended after the user and before the password was read, `rotate` makes a new one.
 */
export async function grantDepot(
  control: AccessControl,
  names: DepotNames,
  options: { readonly replicas: number; readonly rotate: boolean; readonly quotas: Quotas },
): Promise<Grant> {
  const { replicas, rotate, quotas } = options;
  const topics = depotTopics(names, replicas);
  const password = await grantUser(control, { user: names.user, topics, acls: depotAcls(names), quotas, rotate });
  return password === undefined ? names : { ...names, password };
}

export interface Revoked extends RevokedUser {
  readonly topics: readonly string[];
}

export async function revokeDepot(control: AccessControl, names: DepotNames, deleteTopics: boolean): Promise<Revoked> {
  const revoked = await revokeUser(control, names.user);
  const topics = deleteTopics ? await control.deleteTopics(Object.values(names.topics)) : [];
  return { ...revoked, topics };
}
