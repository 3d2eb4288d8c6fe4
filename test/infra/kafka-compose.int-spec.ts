import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, ResourcePatternTypes } from 'kafkajs';
import { examineKafka, KafkaJsTransport, logTopicSpec } from '@fieldcase/kafka';
import { freePort } from '../../libs/postgres/embedded/ports.mjs';
import { until } from '../../libs/postgres/embedded/processes.mjs';
import { describeWith } from '../support/describe-with';
import { kafkaHere } from '../support/kafka';

const infra = resolve(__dirname, '../../infra');
const [admin, fieldcase] = [
  { username: 'admin', password: 'admin-of-a-spec' },
  { username: 'fieldcase', password: 'app-of-a-spec' },
];

/** The scripts of the container, with the tools of the image played by the same classes, and ports of this machine. */
async function containerIn(folder: string) {
  const bin = join(folder, 'home', 'bin');
  mkdirSync(bin, { recursive: true });
  const classes: readonly [string, string][] = [
    ['kafka-storage.sh', `exec java -cp '${infra}/kafka/lib/*' kafka.tools.StorageTool "$@"`],
    ['kafka-server-start.sh', `exec java -Xmx400m -cp '${infra}/kafka/lib/*' kafka.Kafka "$@"`],
    ['kafka-acls.sh', `printf '%s ' "$@" >>'${folder}/rights'; echo >>'${folder}/rights'`],
  ];
  for (const [name, line] of classes) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${line}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  cpSync(join(infra, 'compose'), folder, { recursive: true });
  const [network, controller, host] = [await freePort(), await freePort(), await freePort()];
  const properties = readFileSync(join(folder, 'kafka.properties'), 'utf8')
    .replaceAll('9092', String(network))
    .replaceAll('9093', String(controller))
    .replaceAll('9094', String(host))
    .replaceAll('//:', '//127.0.0.1:')
    .replaceAll('//kafka:', '//127.0.0.1:')
    .replace('/var/lib/kafka/data', join(folder, 'data'));
  writeFileSync(join(folder, 'kafka.properties'), properties);
  return { host: `127.0.0.1:${host}`, network: `127.0.0.1:${network}` };
}

describeWith('kafka', kafkaHere() !== undefined, 'the broker of infra/compose.yaml', () => {
  jest.setTimeout(90_000);
  let folder: string;
  let broker: ChildProcess;
  let at: { readonly host: string; readonly network: string };
  const open: KafkaJsTransport[] = [];
  const as = (sasl: typeof admin, address: string): KafkaJsTransport => {
    const transport = new KafkaJsTransport({ brokers: [address], clientId: 'fieldcase', sasl });
    open.push(transport);
    return transport;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldcase-compose-'));
    at = await containerIn(folder);
    broker = spawn('bash', [join(folder, 'kafka-start.sh')], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        KAFKA_HOME: join(folder, 'home'),
        KAFKA_READY_FILE: join(folder, 'ready'),
        KAFKA_CLUSTER_ID: 'FieldcaseComposeSpecAA',
        KAFKA_PREFIX: 'fieldcase',
        KAFKA_ADMIN_PASSWORD: admin.password,
        KAFKA_APP_PASSWORD: fieldcase.password,
      },
    });
    const answers = async (): Promise<boolean> =>
      as(admin, at.network)
        .reach()
        .then(
          () => true,
          () => false,
        );
    while (broker.exitCode === null && !(await answers()));
    await until(() => existsSync(join(folder, 'ready')), 10_000);
  });
  afterAll(async () => {
    await Promise.all(open.map((transport) => transport.close()));
    if (broker.exitCode === null) {
      broker.kill('SIGTERM');
      await once(broker, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('knows both users from its first start on, on both listeners, and nobody without a password', async () => {
    for (const user of [admin, fieldcase]) {
      for (const address of [at.host, at.network]) await as(user, address).reach();
    }
    await expect(as({ ...admin, password: 'wrong' }, at.host).reach()).rejects.toMatchObject({ kind: 'credentials' });
  });

  it('lets the applications do what they must, with the rights of kafka-rights.sh, and no more', async () => {
    const before = await examineKafka(as(fieldcase, at.host), { brokers: [at.host], prefix: 'fieldcase', replicas: 1 });
    expect(before.map(({ ok }) => ok)).toEqual([true, false]);
    await giveRights();
    const transport = as(fieldcase, at.host);
    await transport.ensureTopic(logTopicSpec('fieldcase', 1));
    const publisher = await transport.publisher();
    await publisher.send('fieldcase.log.v1', 3, [{ key: 'one', value: null, headers: {} }]);
    await publisher.close();
    const read: number[] = [];
    const consumption = await transport.consume({
      topics: ['fieldcase.log.v1'],
      group: 'fieldcase.case-board',
      onAssigned: () => undefined,
      onRecords: (_topic, partition) => void read.push(partition),
      onCrash: () => undefined,
    });
    await until(() => read.length > 0, 30_000);
    await consumption.commit('fieldcase.log.v1', new Map([[3, 1n]]));
    await consumption.close();
    expect(read).toEqual([3]);
    const after = await examineKafka(transport, { brokers: [at.host], prefix: 'fieldcase', replicas: 1 });
    expect(after.map(({ ok }) => ok)).toEqual([true, true, true]);
    await expect(transport.ensureTopic(logTopicSpec('another', 1))).rejects.toMatchObject({
      errors: [{ type: 'TOPIC_AUTHORIZATION_FAILED' }],
    });
  });

  /** What the script has asked kafka-acls.sh for, in the client's words. */
  const giveRights = async (): Promise<void> => {
    const asked = readFileSync(join(folder, 'rights'), 'utf8').trimEnd().split('\n');
    expect(asked).toHaveLength(2);
    const acl = asked.flatMap((line) => {
      const [, kind = '', name = ''] = / --(topic|group) (\S+)/.exec(line) ?? [];
      expect(line).toContain('--add --allow-principal User:fieldcase --resource-pattern-type prefixed ');
      return [...line.matchAll(/--operation (\w+)/g)].map(([, operation = '']) => ({
        resourceType: kind === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
        resourceName: name,
        resourcePatternType: ResourcePatternTypes.PREFIXED,
        principal: 'User:fieldcase',
        host: '*',
        operation: AclOperationTypes[operation.toUpperCase() as keyof typeof AclOperationTypes],
        permissionType: AclPermissionTypes.ALLOW,
      }));
    });
    const sasl = { mechanism: 'scram-sha-512', ...admin } as const;
    const client = new Kafka({ brokers: [at.host], sasl, logLevel: 0 }).admin();
    await client.connect();
    await client.createAcls({ acl });
    await client.disconnect();
  };
});
