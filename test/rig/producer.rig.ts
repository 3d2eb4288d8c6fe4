import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { KafkaJsTransport } from '@fieldcase/kafka';
import { countRecords, type Cluster } from './kafka/count-records';

/**
 * `npm run rig -- producer [--seconds 20]`: three brokers, one killed under load. The naive producer sends over many
 * partitions at once, and loses records that were acknowledged; ours sends one partition at a time, and loses none. So
 * the guard is kept as long as the first half of this holds.
 */
const PARTITIONS = 16;
const PER_PARTITION = 20;

interface Sent {
  /** Acknowledged, by what was sent. */
  readonly acknowledged: Set<string>;
}

type Send = (topic: string, batch: readonly (readonly string[])[]) => Promise<void>;

async function load(cluster: Cluster, topic: string, send: Send, seconds: number): Promise<Sent & { failed: number }> {
  const acknowledged = new Set<string>();
  const end = performance.now() + seconds * 1_000;
  const killAt = performance.now() + (seconds * 1_000) / 3;
  let failed = 0;
  let killed = false;
  for (let batch = 0; performance.now() < end; batch += 1) {
    const values = Array.from({ length: PARTITIONS }, (_, partition) =>
      Array.from({ length: PER_PARTITION }, (__, n) => `${batch}-${partition}-${n}`),
    );
    if (!killed && performance.now() > killAt) {
      killed = true;
      void cluster.brokers[0]?.kill();
    }
    try {
      await send(topic, values);
      for (const value of values.flat()) acknowledged.add(value);
    } catch {
      failed += 1;
    }
  }
  return { acknowledged, failed };
}

async function naive(cluster: Cluster): Promise<{ send: Send; close: () => Promise<void> }> {
  const kafka = new Kafka({
    brokers: [...cluster.addresses],
    clientId: 'naive',
    sasl: { mechanism: 'scram-sha-512', ...cluster.admin },
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  const send: Send = async (topic, batch) => {
    const messages = batch.flatMap((values, partition) => values.map((value) => ({ value, partition })));
    await producer.send({ topic, messages, acks: -1 });
  };
  return { send, close: () => producer.disconnect() };
}

async function checked(transport: KafkaJsTransport): Promise<{ send: Send; close: () => Promise<void> }> {
  const publisher = await transport.publisher();
  const send: Send = async (topic, batch) => {
    const sending = batch.map((values, partition) =>
      publisher.send(
        topic,
        partition,
        values.map((value) => ({ key: null, value, headers: {} })),
      ),
    );
    const failed = (await Promise.allSettled(sending)).find(({ status }) => status === 'rejected');
    if (failed) throw new Error('not all were acknowledged');
  };
  return { send, close: () => publisher.close() };
}

/** The first consumer of a cluster waits for its coordinators: not in the middle of a failure. */
async function warmUp(transport: KafkaJsTransport, topic: string): Promise<void> {
  const ignore = (): void => undefined;
  const group = `${topic}.warm-up`;
  const consumption = await transport.consume({ group, topics: [topic], onRecords: ignore, onCrash: ignore });
  await consumption.close();
}

async function comeBack({ brokers: [first] }: Cluster): Promise<void> {
  first?.launch();
  await first?.untilListening();
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });
  const seconds = Number(values.seconds);
  const { KafkaCluster } = await import('../../infra/kafka/cluster.mjs');
  const { brokerProblem } = await import('../../infra/kafka/install.mjs');
  const problem = brokerProblem();
  if (problem) throw new Error(problem);
  for (const kind of ['naive', 'checked'] as const) {
    const folder = mkdtempSync(path.join(tmpdir(), 'fieldcase-brokers-'));
    const cluster: Cluster = await KafkaCluster.start({ folder, count: 3 });
    const transport = new KafkaJsTransport({ brokers: cluster.addresses, clientId: 'rig', sasl: cluster.admin });
    try {
      await transport.ensureTopic({ name: kind, partitions: PARTITIONS, replicas: 3 });
      await warmUp(transport, kind);
      const producer = kind === 'naive' ? await naive(cluster) : await checked(transport);
      const { acknowledged, failed } = await load(cluster, kind, producer.send, seconds);
      await producer.close().catch(() => undefined);
      await comeBack(cluster);
      const found = await countRecords(transport, kind);
      const lost = [...acknowledged].filter((value) => !found.has(value)).length;
      const doubled = [...found.values()].filter((count) => count > 1).length;
      console.log(`ok ${kind} ${JSON.stringify({ acknowledged: acknowledged.size, failed, lost, doubled })}`);
      if (kind === 'checked' && lost > 0) throw new Error(`${lost} acknowledged records are lost`);
    } finally {
      await transport.close().catch(() => undefined);
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
