import { randomBytes } from 'node:crypto';
import { casesTopic } from '@fieldcase/contracts';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../test/support/kafka';
import {
  CLUSTER_OPERATIONS,
  DELETE_TOPIC,
  GROUP_OPERATIONS,
  TOPIC_OPERATIONS,
  type Operation,
  type Wanted,
} from './acl-cells.fixture';
import type { Acl } from './access-control';
import { DEPOT_QUOTAS, depotNames, grantDepot, revokeDepot } from './depot-grants';
import { KafkaJsAdmin } from './kafkajs-admin';
import { logTopic } from './log-topic';
import { rawConnection, saidOf, type RawConnection } from './raw-broker.fixture';
import { readerAcls, readerNames } from './reader-rights';
import { workerAcls } from './worker-rights';

/** What a broker answers to who may, where there was nothing to do or the request is not whole. */
const MAY_ALL_THE_SAME = new Set([
  'done',
  'TOPIC_ALREADY_EXISTS',
  'MEMBER_ID_REQUIRED',
  'NON_EMPTY_GROUP',
  'UNKNOWN_MEMBER_ID',
  'GROUP_ID_NOT_FOUND',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'RESOURCE_NOT_FOUND',
]);

type Kind = 'topic' | 'group' | 'cluster';
interface Resource {
  readonly kind: Kind;
  readonly label: string;
  readonly name: string;
}
interface Cell {
  readonly principal: string;
  readonly operation: Operation;
  readonly resource: Resource;
}

describeWith('kafka', kafkaHere() !== undefined, 'who may do what in Kafka', () => {
  jest.setTimeout(60_000);
  const kafka = kafkaHere() as TestKafka;
  const prefix = ownPrefix();
  const [a, b, gone] = [depotNames(prefix, 'a'), depotNames(prefix, 'b'), depotNames(prefix, 'gone')];
  const connections = new Map<string, RawConnection>();
  const access = (username: string, password: string) => ({
    brokers: kafka.brokers,
    clientId: 'matrix',
    sasl: { username, password },
  });
  const enter = async (name: string, username: string, password: string): Promise<void> => {
    connections.set(name, await rawConnection(access(username, password)));
  };

  beforeAll(async () => {
    const control = new KafkaJsAdmin(access(kafka.admin.username, kafka.admin.password));
    for (const name of [logTopic(prefix), casesTopic(prefix)]) {
      await control.ensureTopic({ name, partitions: 1, replicas: 1 });
    }
    const options = { replicas: 1, rotate: false, quotas: { ...DEPOT_QUOTAS, requestPercentage: 1_000 } };
    await enter('admin', kafka.admin.username, kafka.admin.password);
    const users = { 'depot a': a, 'depot b': b, 'a revoked depot': gone };
    for (const [name, names] of Object.entries(users)) {
      const { password } = await grantDepot(control, names, options);
      await enter(name, names.user, password ?? '');
    }
    // Its connections are open, that for reading as well, and stay so until they have to prove themselves again.
    const [fetch] = TOPIC_OPERATIONS;
    await fetch?.send(connections.get('a revoked depot') as RawConnection, gone.topics.replies);
    await revokeDepot(control, gone, false);
    const others: Readonly<Record<string, readonly Acl[]>> = {
      workers: workerAcls(prefix),
      'a reader': readerAcls(readerNames(prefix, 'r')),
      'a stranger': [],
    };
    for (const [name, acls] of Object.entries(others)) {
      const [user, password] = [`${prefix}.${name.replace(' ', '-')}`, randomBytes(12).toString('hex')];
      await control.setPassword(user, password);
      if (acls.length > 0) await control.allow(user, acls);
      await enter(name, user, password);
    }
    await control.close();
  });
  afterAll(async () => {
    for (const { wire } of connections.values()) await wire.close();
  });

  const resources: readonly Resource[] = [
    { kind: 'topic', label: 'the log', name: logTopic(prefix) },
    { kind: 'topic', label: 'cases', name: casesTopic(prefix) },
    ...Object.entries({ a, b }).flatMap(([id, { topics, group }]): Resource[] => [
      { kind: 'topic', label: `part requests of ${id}`, name: topics.partRequests },
      { kind: 'topic', label: `confirmations of ${id}`, name: topics.confirmations },
      { kind: 'topic', label: `replies of ${id}`, name: topics.replies },
      { kind: 'group', label: `group of ${id}`, name: group },
    ]),
    { kind: 'group', label: 'a group of the reader', name: `${readerNames(prefix, 'r').groups}report` },
    { kind: 'group', label: 'our own group', name: `${prefix}.confirmations` },
    { kind: 'group', label: 'a group of nobody', name: 'nobody' },
    { kind: 'cluster', label: 'the cluster', name: `nobody-${prefix}` },
  ];
  const principals = ['depot a', 'depot b', 'a revoked depot', 'a stranger', 'a reader', 'workers', 'admin'];
  const operationsOn: Record<Kind, readonly Operation[]> = {
    topic: [...TOPIC_OPERATIONS, DELETE_TOPIC],
    group: GROUP_OPERATIONS,
    cluster: CLUSTER_OPERATIONS,
  };
  /** The admin comes last, and what he deletes after everything else. */
  const cells: readonly Cell[] = principals
    .flatMap((principal) =>
      resources.flatMap((resource) =>
        operationsOn[resource.kind].map((operation) => ({ principal, operation, resource })),
      ),
    )
    .toSorted((one, other) => Number(one.operation === DELETE_TOPIC) - Number(other.operation === DELETE_TOPIC));

  /** The rule, said a second time: rights that are given, and what follows from them. */
  function isExpected({ principal, operation: { wants }, resource: { kind, label } }: Cell): boolean {
    const may = (...given: readonly Wanted[]): boolean => {
      const follows = given.some((right) => ['read', 'write', 'delete', 'alter'].includes(right));
      return given.includes(wants) || (wants === 'describe' && follows);
    };
    if (principal === 'admin') return true;
    if (principal === 'workers' && label !== 'a group of nobody') {
      if (kind === 'topic') return may('create', 'read', 'write');
      return kind === 'group' && may('read', 'delete');
    }
    if (principal === 'a reader') return ['cases', 'a group of the reader'].includes(label) && may('read');
    const id = /^depot (.)$/.exec(principal)?.[1];
    if (id === undefined || !label.endsWith(` of ${id}`)) return false;
    return label.startsWith('confirmations') ? may('write') : may('read');
  }

  it(`is decided by ACLs alone, in every one of ${cells.length} cells`, async () => {
    const wrong: string[] = [];
    let allowed = 0;
    for (const cell of cells) {
      const { principal, operation, resource } = cell;
      const said = await saidOf(operation.send(connections.get(principal) as RawConnection, resource.name));
      const isDenied = said.endsWith('AUTHORIZATION_FAILED');
      if (!isDenied && !MAY_ALL_THE_SAME.has(said))
        wrong.push(`${principal} | ${operation.name} | ${resource.label}: ${said}`);
      else if (isDenied === isExpected(cell)) {
        wrong.push(
          `${principal} | ${operation.name} | ${resource.label}: ${said}, expected ${isDenied ? 'yes' : 'no'}`,
        );
      }
      if (!isDenied) allowed += 1;
    }
    expect(wrong).toEqual([]);
    expect(cells.length).toBeGreaterThan(500);
  });

  it.each([
    ['no user at all', undefined],
    ['a wrong password', { username: a.user, password: 'wrong' }],
    ['a user that is not there', { username: 'nobody', password: 'wrong' }],
    ['the user of a revoked depot', { username: gone.user, password: 'wrong' }],
  ])('lets nobody in with %s', async (_, sasl) => {
    await expect(
      rawConnection({ brokers: kafka.brokers, clientId: 'matrix', ...(sasl ? { sasl } : {}) }),
    ).rejects.toThrow();
  });
});
