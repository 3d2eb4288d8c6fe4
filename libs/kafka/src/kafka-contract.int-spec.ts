import type { LogSource, ReadLogOptions } from '@fieldcase/eventsourcing';
import { logSourceContract, sharedLogSourceContract } from '@fieldcase/eventsourcing/testing';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, type TestKafka } from '../../../test/support/kafka';
import type { KafkaLogSource } from './kafka-log-source';
import { LogOnKafka } from './log-on-kafka.fixture';

const LONG_MS = 60_000;
const never = new AbortController().signal;

/** Reads when Kafka has delivered what the log holds: the contract is about the order, not about the way there. */
const settled = (source: KafkaLogSource): LogSource => ({
  head: () => source.head(),
  waitForMore: (after, timeoutMs, signal) => source.waitForMore(after, timeoutMs, signal),
  async read(options: ReadLogOptions) {
    const head = await source.head();
    if (head > 0n) await source.waitForMore(head - 1n, LONG_MS, never);
    return source.read(options);
  },
});

describeWith('kafka', kafkaHere() !== undefined, 'the log on Kafka', () => {
  jest.setTimeout(LONG_MS);
  logSourceContract('Kafka', async () => {
    const log = await LogOnKafka.open(kafkaHere() as TestKafka);
    log.startRelay();
    const source = await log.startSource('contract');
    return { store: log.store, source: settled(source), close: () => log.close() };
  });

  sharedLogSourceContract('Kafka', async () => {
    const log = await LogOnKafka.open(kafkaHere() as TestKafka);
    log.startRelay();
    const sources = [await log.startSource('shared'), await log.startSource('shared')];
    await log.shares((shares) => shares.length === 2 && shares.every((share) => share.length === 8));
    return { store: log.store, sources, close: () => log.close() };
  });
});
