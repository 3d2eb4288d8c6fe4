import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../test/support/kafka';
import { KafkaJsTransport } from './kafkajs-transport';

const root = path.resolve(__dirname, '../../..');
const loader = path.join(root, 'test/rig/load-typescript.cjs');

/** Joins a group and hangs as soon as it is asked to wait for the others: what it was about to do, it never does. */
const JOINER = `
const { KafkaJsTransport } = require(${JSON.stringify(path.join(root, 'libs/kafka/src/index.ts'))});
const { access, topic, group } = JSON.parse(process.env.JOIN);
const nothing = () => undefined;
new KafkaJsTransport(access).consume({ group, topic, onAssigned: nothing, onRecords: nothing, onCrash: nothing });
setTimeout(() => process.stdout.write('joining'), Number(process.env.AFTER_MS));
`;

describeWith('kafka', kafkaHere() !== undefined, 'a group whose members have died while they joined', () => {
  jest.setTimeout(90_000);

  it('is joined, though each of them is waited for', async () => {
    const { brokers, admin: sasl } = kafkaHere() as TestKafka;
    const [topic, clientId] = [ownPrefix(), 'spec'];
    const transport = new KafkaJsTransport({ brokers, clientId, sasl });
    await transport.ensureTopic({ name: topic, partitions: 2, replicas: 1 });
    const join = JSON.stringify({ access: { brokers, clientId, sasl }, topic, group: `${topic}.group` });
    // Each comes while the one before it is waited for, and ends in the middle of its own joining.
    for (const afterMs of [1_500, 1_000, 700]) {
      const env = { ...process.env, JOIN: join, AFTER_MS: String(afterMs) };
      const child = spawn(process.execPath, ['-r', loader, '-e', JOINER], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    let assigned: readonly number[] = [];
    const ignore = (): void => undefined;
    let shared = ignore;
    const allShared = new Promise<void>((resolve) => (shared = resolve));
    const onAssigned = (partitions: readonly number[]): void => {
      assigned = partitions;
      if (partitions.length === 2) shared();
    };
    const group = `${topic}.group`;
    const consumption = await transport.consume({ group, topic, onAssigned, onRecords: ignore, onCrash: ignore });
    await allShared;
    await consumption.close();
    expect(assigned).toEqual([0, 1]);
    await transport.close();
  });
});
