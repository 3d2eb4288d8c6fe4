import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../test/support/kafka';
import { examineKafka } from './examine-kafka';
import type { KafkaAccess } from './kafkajs-client';
import { KafkaJsTransport } from './kafkajs-transport';
import { logTopic, logTopicSpec } from './log-topic';
import { makeUser } from './scram-user.fixture';

const nobody = { username: 'nobody-here', password: 'not-the-password' };

/** A port of loopback on which nothing listens any more. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describeWith('kafka', kafkaHere() !== undefined, 'what keeps a start from its brokers is said in plain words', () => {
  jest.setTimeout(60_000);
  const { brokers, admin } = (kafkaHere() ?? { brokers: [], admin: nobody }) as TestKafka;
  const right = { brokers, clientId: 'spec', sasl: admin, retries: 2 };
  const open: KafkaJsTransport[] = [];
  const transportOf = (access: Partial<KafkaAccess> = {}): KafkaJsTransport => {
    const transport = new KafkaJsTransport({ ...right, ...access });
    open.push(transport);
    return transport;
  };
  afterAll(() => Promise.all(open.map((transport) => transport.close())));
  const examine = (access: Partial<KafkaAccess>, prefix: string, replicas = 1) =>
    examineKafka(transportOf(access), { brokers: access.brokers ?? brokers, prefix, replicas });

  it('no broker, and a host that nobody knows', async () => {
    const dead = `127.0.0.1:${await deadPort()}`;
    await expect(transportOf({ brokers: [dead] }).reach()).rejects.toMatchObject({
      name: 'BrokerProblem',
      kind: 'unreachable',
      waitingHelps: true,
      message: expect.stringContaining(`no broker answers at ${dead}: `),
    });
    await expect(transportOf({ brokers: ['broker.invalid:9092'] }).reach()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/broker\.invalid:9092.*KAFKA_BROKERS/),
    });
  });

  it('a wrong password, a user that is not there, and none at all', async () => {
    const sasl = { username: admin.username, password: 'not-the-password' };
    for (const wrong of [sasl, nobody]) {
      await expect(transportOf({ sasl: wrong }).reach()).rejects.toMatchObject({
        kind: 'credentials',
        waitingHelps: false,
        message: expect.stringMatching(/KAFKA_SASL_USERNAME.*KAFKA_SASL_PASSWORD/),
      });
    }
    const { sasl: _, ...without } = right;
    const anonymous = new KafkaJsTransport(without);
    open.push(anonymous);
    await expect(anonymous.reach()).rejects.toMatchObject({
      kind: expect.stringMatching(/closes|credentials/),
      message: expect.stringContaining('KAFKA_SASL_USERNAME'),
    });
  });

  it('no certificate where none is spoken', async () => {
    await expect(transportOf({ tls: true }).reach()).rejects.toMatchObject({
      message: expect.stringContaining('KAFKA_SSL_CA'),
    });
  });

  it('a topic with other partitions, with fewer copies, and more copies than brokers', async () => {
    const prefix = ownPrefix();
    const transport = transportOf();
    await transport.ensureTopic({ ...logTopicSpec(prefix, 1), partitions: 3 });
    await expect(transport.ensureTopic(logTopicSpec(prefix, 1))).rejects.toMatchObject({
      name: 'TopicUnfit',
      message: expect.stringMatching(/has 3 partitions, expected 16: .*delete the topic/),
    });
    const other = ownPrefix();
    await transport.ensureTopic(logTopicSpec(other, 1));
    await expect(transport.ensureTopic(logTopicSpec(other, 2))).rejects.toMatchObject({
      name: 'TopicUnfit',
      message: expect.stringMatching(/has 1 replicas, expected 2: .*KAFKA_REPLICAS=1/),
    });
    const third = ownPrefix();
    expect(await examine({}, third, 3)).toEqual([
      {
        check: 'Kafka',
        ok: false,
        found: `1 of 1 brokers lives (${brokers.join()}), fewer than KAFKA_REPLICAS (3)`,
        mend: expect.stringContaining('KAFKA_REPLICAS'),
      },
    ]);
    expect(await transport.checkTopic(logTopicSpec(third, 1))).toBe(false);
  });

  it('not enough rights, and who lacks them', async () => {
    const prefix = ownPrefix();
    const user = { username: `user-${prefix}`, password: 'secret-of-a-spec' };
    makeUser({ brokers, admin }, user.username, user.password);
    expect(await examine({ sasl: user }, prefix)).toEqual([
      expect.objectContaining({ check: 'Kafka', ok: true }),
      {
        check: 'log topic',
        ok: false,
        found: expect.stringContaining('the user of KAFKA_SASL_USERNAME may not do this'),
        mend: expect.stringContaining('kafka-acls.sh'),
      },
    ]);
  });

  it('nothing is wrong: before the topic is made, and when it is there', async () => {
    const prefix = ownPrefix();
    const name = logTopic(prefix);
    const before = await examine({}, prefix);
    expect(before.map(({ ok, found }) => [ok, found])).toEqual([
      [true, `${brokers.join()} answer`],
      [true, `${name} is not there yet: the relay makes it`],
    ]);
    await transportOf().ensureTopic(logTopicSpec(prefix, 1));
    const after = await examine({}, prefix);
    expect(after.map(({ check, found }) => [check, found])).toEqual([
      ['Kafka', `${brokers.join()} answer`],
      ['log topic', `${name}: 16 partitions, 1 replicas or more`],
      ['rights on the log topic', 'its user may publish and read'],
    ]);
  });
});
