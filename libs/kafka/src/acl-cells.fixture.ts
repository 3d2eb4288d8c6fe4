import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ConfigResourceTypes,
  ResourcePatternTypes,
} from 'kafkajs';
import type { RawConnection } from './raw-broker.fixture';
import { describeUserRequest, quotasRequest, removalRequest } from './user-requests';

/** What Kafka wants of who sends a request: an operation on the resource that it names. */
export type Wanted =
  'read' | 'write' | 'create' | 'delete' | 'describe' | 'alter' | 'describe-configs' | 'alter-configs';

export interface Operation {
  readonly name: string;
  readonly wants: Wanted;
  readonly send: (connection: RawConnection, resource: string) => Promise<unknown>;
}

const partition = 0;
const config = (type: ConfigResourceTypes, name: string) => ({
  resources: [
    { type, name, configNames: ['retention.ms'], configEntries: [{ name: 'retention.ms', value: '86400000' }] },
  ],
  validateOnly: true,
});
const aclOf = (name: string) => ({
  resourceType: AclResourceTypes.TOPIC,
  resourceName: name,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:nobody',
  host: '*',
  operation: AclOperationTypes.READ,
  permissionType: AclPermissionTypes.ALLOW,
});

export const TOPIC_OPERATIONS: readonly Operation[] = [
  {
    name: 'fetch',
    wants: 'read',
    send: ({ broker }, topic) =>
      call(broker, 'fetch', {
        maxWaitTime: 0,
        topics: [{ topic, partitions: [{ partition, fetchOffset: '0', maxBytes: 1_024 }] }],
      }),
  },
  {
    name: 'produce',
    wants: 'write',
    send: ({ broker }, topic) =>
      call(broker, 'produce', {
        topicData: [{ topic, partitions: [{ partition, firstSequence: -1, messages: [{ key: 'k', value: '{}' }] }] }],
        timeout: 5_000,
      }),
  },
  {
    name: 'list offsets',
    wants: 'describe',
    send: ({ broker }, topic) =>
      call(broker, 'listOffsets', { topics: [{ topic, partitions: [{ partition, timestamp: -1 }] }] }),
  },
  { name: 'metadata', wants: 'describe', send: ({ broker }, topic) => call(broker, 'metadata', [topic]) },
  {
    name: 'create',
    wants: 'create',
    send: ({ broker }, topic) =>
      call(broker, 'createTopics', {
        topics: [{ topic, numPartitions: 1, replicationFactor: 1, configEntries: [] }],
        validateOnly: true,
      }),
  },
  {
    name: 'add partitions',
    wants: 'alter',
    send: ({ broker }, topic) =>
      call(broker, 'createPartitions', { topicPartitions: [{ topic, count: 2 }], validateOnly: true }),
  },
  {
    name: 'describe configs',
    wants: 'describe-configs',
    send: ({ broker }, topic) => call(broker, 'describeConfigs', config(ConfigResourceTypes.TOPIC, topic)),
  },
  {
    name: 'alter configs',
    wants: 'alter-configs',
    send: ({ broker }, topic) => call(broker, 'alterConfigs', config(ConfigResourceTypes.TOPIC, topic)),
  },
  {
    name: 'delete records',
    wants: 'delete',
    send: ({ broker }, topic) =>
      call(broker, 'deleteRecords', { topics: [{ topic, partitions: [{ partition, offset: '0' }] }] }),
  },
];

/** Last, since who may do it does it. */
export const DELETE_TOPIC: Operation = {
  name: 'delete',
  wants: 'delete',
  send: ({ broker }, topic) => call(broker, 'deleteTopics', { topics: [topic] }),
};

export const GROUP_OPERATIONS: readonly Operation[] = [
  { name: 'describe', wants: 'describe', send: ({ broker }, id) => call(broker, 'describeGroups', { groupIds: [id] }) },
  {
    name: 'fetch offsets',
    wants: 'describe',
    send: ({ broker }, groupId) => call(broker, 'offsetFetch', { groupId, topics: [] }),
  },
  {
    name: 'join',
    wants: 'read',
    send: ({ broker }, groupId) =>
      call(broker, 'joinGroup', {
        groupId,
        sessionTimeout: 6_000,
        rebalanceTimeout: 6_000,
        memberId: '',
        protocolType: 'consumer',
        groupProtocols: [{ name: 'RoundRobinAssigner', metadata: Buffer.alloc(0) }],
      }),
  },
  {
    name: 'commit',
    wants: 'read',
    send: async ({ broker }, groupId) => {
      const topics = [{ topic: 'nobody', partitions: [{ partition, offset: '0' }] }];
      try {
        await call(broker, 'offsetCommit', { groupId, groupGenerationId: -1, memberId: '', topics });
      } catch (error) {
        // The group is asked for first; whoever is told of the topic may commit in the group.
        if (!['TOPIC_AUTHORIZATION_FAILED', 'UNKNOWN_TOPIC_OR_PARTITION'].includes(typeOf(error))) throw error;
      }
    },
  },
  {
    name: 'heartbeat',
    wants: 'read',
    send: ({ broker }, groupId) => call(broker, 'heartbeat', { groupId, groupGenerationId: 1, memberId: 'x' }),
  },
  { name: 'delete', wants: 'delete', send: ({ broker }, id) => call(broker, 'deleteGroups', [id]) },
];

const typeOf = (error: unknown): string => (error as { readonly type?: string }).type ?? '';

/** Of the cluster; `resource` is a name beneath which nobody was given anything. */
export const CLUSTER_OPERATIONS: readonly Operation[] = [
  {
    name: 'create a topic',
    wants: 'create',
    send: ({ broker }, topic) =>
      call(broker, 'createTopics', {
        topics: [{ topic, numPartitions: 1, replicationFactor: 1, configEntries: [] }],
        validateOnly: true,
      }),
  },
  {
    name: 'create an ACL',
    wants: 'alter',
    send: ({ broker }, name) => call(broker, 'createAcls', { acl: [aclOf(name)] }),
  },
  { name: 'describe ACLs', wants: 'describe', send: ({ broker }, name) => call(broker, 'describeAcls', aclOf(name)) },
  {
    name: 'delete ACLs',
    wants: 'alter',
    send: ({ broker }, name) => call(broker, 'deleteAcls', { filters: [aclOf(name)] }),
  },
  { name: 'describe users', wants: 'describe', send: ({ wire }, name) => wire.send(describeUserRequest(name)) },
  { name: 'remove a user', wants: 'alter', send: ({ wire }, name) => wire.send(removalRequest(name)) },
  { name: 'alter quotas', wants: 'alter-configs', send: ({ wire }, name) => wire.send(quotasRequest(name)) },
  {
    name: 'describe a broker',
    wants: 'describe-configs',
    send: ({ broker }) => call(broker, 'describeConfigs', config(ConfigResourceTypes.BROKER, '1')),
  },
];

function call(broker: RawConnection['broker'], name: string, request: unknown): Promise<unknown> {
  const method = broker[name];
  if (!method) throw new Error(`kafkajs knows no ${name}`);
  return method.call(broker, request);
}
