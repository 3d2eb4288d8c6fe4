import { Kafka, logLevel, PartitionAssigners, type PartitionAssigner } from 'kafkajs';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, type TestKafka } from '../../../test/support/kafka';
import { offsetsOf } from './kafkajs-offsets';
import { patiently } from './kafkajs-patiently';
import { LogOnKafka } from './log-on-kafka.fixture';
import { emptyRecord } from './log-topic';
import type { IncomingRecord } from './transport';

const LONG_MS = 60_000;
const IDLE_MS = 2_000;
const never = new AbortController().signal;

describeWith('kafka', kafkaHere() !== undefined, 'known faults of kafkajs', () => {
  jest.setTimeout(LONG_MS);
  let log: LogOnKafka;
  beforeEach(async () => {
    log = await LogOnKafka.open(kafkaHere() as TestKafka);
  });
  afterEach(() => log.close());

  it('idle connections warn of nothing, set no timer into the past, and leave the processor alone', async () => {
    await log.append(2);
    await log.publish();
    const producer = await log.transport.publisher();
    const source = await log.startSource('idle');
    await log.readAll(source);
    await producer.send(log.topic, 0, [emptyRecord(log.log, 0n, 4n)]);
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', onWarning);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    await source.waitForMore(await log.source.head(), IDLE_MS, never);
    const { user, system } = process.cpuUsage(cpu);
    const wallMs = performance.now() - began;
    const delays = timers.mock.calls.map(([, delay]) => delay ?? 0);
    timers.mockRestore();
    process.off('warning', onWarning);
    await producer.close();
    expect(warnings).toEqual([]);
    expect(delays.filter((delay) => delay < 0)).toEqual([]);
    // The loop would set one for each millisecond and connection.
    expect(delays.length).toBeLessThan(wallMs / 5);
    expect((user + system) / 1_000).toBeLessThan(wallMs / 2);
  });

  it('sends beside each other on one partition are all there, in order, at offsets of their own', async () => {
    const producer = await log.transport.publisher();
    const sends = Array.from({ length: 60 }, (_, n) =>
      producer.send(log.topic, n % 2, [emptyRecord(log.log, BigInt(n), BigInt(n + 1))]),
    );
    const offsets = await Promise.all(sends);
    await producer.close();
    const inOrder = Array.from({ length: 30 }, (_, n) => BigInt(n));
    expect(offsets.filter((_, n) => n % 2 === 0)).toEqual(inOrder);
    expect(offsets.filter((_, n) => n % 2 === 1)).toEqual(inOrder);
    const ends = await log.transport.ends(log.topic);
    expect(ends.slice(0, 2).map(({ next }) => next)).toEqual([30n, 30n]);
  });

  it('a send that is larger than what a broker takes goes in several, and each is answered', async () => {
    const record = { key: 'k', value: 'x'.repeat(30_000), headers: {} };
    const producer = await log.transport.publisher();
    expect(
      await producer.send(
        log.topic,
        5,
        Array.from({ length: 100 }, () => record),
      ),
    ).toBe(0n);
    await producer.close();
    expect((await log.transport.ends(log.topic))[5]?.next).toBe(100n);
  });

  const consume = async (group: string, wanted: number, onCrash: (error: Error) => void = () => undefined) => {
    const records: IncomingRecord[] = [];
    let enough = (): void => undefined;
    const complete = new Promise<void>((resolve) => (enough = resolve));
    const consumption = await log.transport.consume({
      ...{ group: `${log.prefix}.${group}`, topics: [log.topic], onCrash },
      onRecords: (_topic, _partition, some) => {
        records.push(...some);
        if (records.length >= wanted) enough();
      },
    });
    if (wanted > 0) await complete;
    return { records, close: () => consumption.close() };
  };

  it('what was delivered and not committed by hand is delivered again', async () => {
    await log.append(10);
    await log.publish();
    const ends = await log.transport.ends(log.topic);
    const total = ends.reduce((sum, { next }) => sum + Number(next), 0);
    const first = await consume('by-hand', total);
    await first.close();
    const second = await consume('by-hand', total);
    await second.close();
    expect(second.records).toHaveLength(total);
  });

  it('an error that the client does not get over is told, and not waited for in silence', async () => {
    const { brokers, admin } = kafkaHere() as TestKafka;
    const sasl = { mechanism: 'scram-sha-512' as const, ...admin };
    const kafka = new Kafka({ brokers: [...brokers], sasl, logLevel: logLevel.NOTHING });
    const groupId = `${log.prefix}.odd`;
    // A group of members that deal partitions out in another way takes no member that cannot.
    const other = kafka.consumer({ groupId, partitionAssigners: [assignedOtherwise] });
    await other.connect();
    await other.subscribe({ topic: log.topic });
    const joined = new Promise((resolve) => other.on(other.events.GROUP_JOIN, resolve));
    await other.run({ eachBatch: () => Promise.resolve() });
    await joined;
    let told: (error: Error) => void = () => undefined;
    const crash = new Promise<Error>((resolve) => (told = resolve));
    const refused = await consume('odd', 0, (error) => told(error));
    expect((await crash).message).toContain('incompatible');
    await refused.close();
    await other.disconnect();
  });

  it('a partition that is paused or resumed while the client has stopped does no harm', async () => {
    const options = { group: `${log.prefix}.stopped`, topics: [log.topic], onCrash: () => undefined };
    const consumption = await log.transport.consume({ ...options, onRecords: () => undefined });
    await consumption.close();
    expect(() => consumption.pause(log.topic, 0)).not.toThrow();
    expect(() => consumption.resume(log.topic, 0)).not.toThrow();
  });

  it('a topic that the client has lost sight of, while it was asked about others, is asked about again', async () => {
    const { brokers, admin } = kafkaHere() as TestKafka;
    const sasl = { mechanism: 'scram-sha-512' as const, ...admin };
    const kafka = new Kafka({ brokers: [...brokers], sasl, logLevel: logLevel.NOTHING });
    const clusters = clustersOf(kafka);
    const asking = kafka.admin();
    await asking.connect();
    // It was just made: its leaders may not know that they are.
    const whole = await patiently(() => offsetsOf(asking, log.topic));
    // As a question that was under way before would leave it: what the client knows is of other topics.
    const forgetsNow = (): void =>
      clusters.forEach((cluster) => {
        const known = cluster.refreshMetadataIfNecessary.bind(cluster);
        cluster.refreshMetadataIfNecessary = async () => {
          await known();
          cluster.brokerPool.metadata = { ...cluster.brokerPool.metadata, topicMetadata: [] };
          cluster.refreshMetadataIfNecessary = known;
        };
      });
    forgetsNow();
    await expect(asking.fetchTopicOffsets(log.topic)).rejects.toThrow(TypeError);
    forgetsNow();
    expect(await offsetsOf(asking, log.topic)).toEqual(whole);
    expect(whole).toHaveLength(16);
    await asking.disconnect();
  });
});

interface Cluster {
  readonly brokerPool: { metadata: object };
  refreshMetadataIfNecessary(): Promise<void>;
}

/** What a client is told of the cluster, one for each producer, consumer or admin that it makes from now on. */
function clustersOf(kafka: Kafka): readonly Cluster[] {
  const clusters: Cluster[] = [];
  const made = kafka as unknown as Record<symbol, (options: object) => Cluster>;
  const create = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  ) as symbol;
  const usual = made[create] as (options: object) => Cluster;
  made[create] = (options) => {
    const cluster = usual(options);
    clusters.push(cluster);
    return cluster;
  };
  return clusters;
}

/** As usual, under a name that nobody else knows. */
const assignedOtherwise: PartitionAssigner = (config) => {
  const usual = PartitionAssigners.roundRobin(config);
  const name = 'Otherwise';
  return { ...usual, name, protocol: (subscription) => ({ ...usual.protocol(subscription), name }) };
};
