import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
  type Admin,
  type Kafka,
} from 'kafkajs';
import type { AccessControl, Acl, Quotas } from './access-control';
import { KafkaRefused } from './access-control';
import { kafkaClient, type KafkaAccess } from './kafkajs-client';
import { WireConnection, type WireRequest } from './kafkajs-connection';
import { KafkaJsTransport } from './kafkajs-transport';
import { missing, refusalIn, type Errand } from './kafkajs-refusals';
import type { TopicSpec } from './transport';
import { describeUserRequest, passwordRequest, quotasRequest, removalRequest, type Result } from './user-requests';

/** People wait for the answer. */
const RETRIES = 3;
/** RESOURCE_NOT_FOUND */
const NO_SUCH_USER = 91;
/** CLUSTER_AUTHORIZATION_FAILED */
const FORBIDDEN = 31;

const NEW_TOPICS: Errand = { what: 'make topics', right: 'CREATE on the cluster' };
const TOPICS: Errand = { what: 'delete topics', right: 'DELETE on them' };
const ACLS: Errand = { what: 'change ACLs', right: 'ALTER on the cluster' };
const LOOK: Errand = { what: 'look users up', right: 'DESCRIBE on the cluster' };
const USERS: Errand = { what: 'make or remove users', right: 'ALTER on the cluster' };
const QUOTAS: Errand = { what: 'set quotas', right: 'ALTER_CONFIGS on the cluster' };

const OPERATIONS: Record<Acl['operation'], AclOperationTypes> = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  create: AclOperationTypes.CREATE,
  delete: AclOperationTypes.DELETE,
};
const RESOURCES: Record<Acl['resource'], AclResourceTypes> = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
};

const KNOWN_WITHIN_MS = 10_000;

export class KafkaJsAdmin implements AccessControl {
  private readonly kafka: Kafka;
  private admin: Admin | undefined;
  private wire: WireConnection | undefined;
  private transport: KafkaJsTransport | undefined;

  constructor(private readonly access: KafkaAccess) {
    this.kafka = kafkaClient({ ...access, retries: RETRIES });
  }

  async allow(user: string, acls: readonly Acl[]): Promise<void> {
    const acl = acls.map(({ resource, name, pattern, operation }) => ({
      resourceType: RESOURCES[resource],
      resourceName: name,
      resourcePatternType: pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
      principal: `User:${user}`,
      host: '*',
      operation: OPERATIONS[operation],
      permissionType: AclPermissionTypes.ALLOW,
    }));
    await this.told(ACLS, async () => (await this.connected()).createAcls({ acl }));
  }

  async forbidEverything(user: string): Promise<number> {
    const filter = {
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.ANY,
      principal: `User:${user}`,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
    };
    const { filterResponses } = await this.told(ACLS, async () =>
      (await this.connected()).deleteAcls({ filters: [filter] }),
    );
    return filterResponses.reduce((sum, { matchingAcls }) => sum + matchingAcls.length, 0);
  }

  async hasUser(user: string): Promise<boolean> {
    return (await this.sent(LOOK, describeUserRequest(user))).code !== NO_SUCH_USER;
  }

  /** Brokers learn of a password a moment after it is set: whoever is given it may use it at once. */
  async setPassword(user: string, password: string): Promise<void> {
    await this.sent(USERS, await passwordRequest(user, password));
    const access = { ...this.access, sasl: { username: user, password }, retries: 0 };
    const until = performance.now() + KNOWN_WITHIN_MS;
    for (;;) {
      try {
        return await (await WireConnection.open(kafkaClient(access))).close();
      } catch (error) {
        if (performance.now() > until) throw error;
      }
    }
  }

  async removeUser(user: string): Promise<boolean> {
    return (await this.sent(USERS, removalRequest(user))).code !== NO_SUCH_USER;
  }

  async setQuotas(user: string, quotas: Quotas): Promise<void> {
    await this.sent(QUOTAS, quotasRequest(user, quotas));
  }

  async removeQuotas(user: string): Promise<void> {
    await this.sent(QUOTAS, quotasRequest(user));
  }

  async ensureTopic(spec: TopicSpec): Promise<void> {
    this.transport ??= new KafkaJsTransport(this.access);
    const { transport } = this;
    await this.told(NEW_TOPICS, () => transport.ensureTopic(spec));
  }

  async deleteTopics(names: readonly string[]): Promise<readonly string[]> {
    return this.told(TOPICS, async () => {
      const admin = await this.connected();
      const all = new Set(await admin.listTopics());
      const topics = names.filter((name) => all.has(name));
      if (topics.length > 0) await admin.deleteTopics({ topics });
      return topics;
    });
  }

  async close(): Promise<void> {
    await this.admin?.disconnect();
    await this.wire?.close();
    await this.transport?.close();
  }

  private async connected(): Promise<Admin> {
    if (!this.admin) {
      const admin = this.kafka.admin({ retry: { retries: RETRIES } });
      await admin.connect();
      this.admin = admin;
    }
    return this.admin;
  }

  /** Throws KafkaRefused for every answer but "done" and "no such user". */
  private async sent(errand: Errand, request: WireRequest<Result>): Promise<Result> {
    const result = await this.told(errand, async () => {
      this.wire ??= await WireConnection.open(this.kafka);
      return this.wire.send(request);
    });
    if (result.code === FORBIDDEN) throw missing(this.access.sasl?.username ?? 'ANONYMOUS', errand);
    if (result.code === 0 || result.code === NO_SUCH_USER) return result;
    throw new KafkaRefused(`The brokers refuse to ${errand.what}: ${result.message ?? `error ${result.code}`}.`);
  }

  private async told<T>(errand: Errand, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw refusalIn(error, this.access, errand);
    }
  }
}
