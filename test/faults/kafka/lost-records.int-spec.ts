import { contractWrite } from '@fieldcase/eventsourcing/testing';
import type { KafkaTransport, OutgoingRecord, Publisher } from '@fieldcase/kafka';
import type { LogSource } from '@fieldcase/eventsourcing';
import { LogOnKafka } from '../../../libs/kafka/src/log-on-kafka.fixture';
import { describeWith } from '../../support/describe-with';
import { kafkaHere, type TestKafka } from '../../support/kafka';

const never = new AbortController().signal;

/** Acknowledges everything and stores nothing of what `drops` says. */
class ForgetfulPublisher implements Publisher {
  private offset = 1_000_000n;

  constructor(
    private readonly inner: Publisher,
    private readonly drops: () => boolean,
  ) {}

  send(topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint> {
    if (!this.drops()) return this.inner.send(topic, partition, records);
    this.offset += BigInt(records.length);
    return Promise.resolve(this.offset);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

/** A8: acknowledged, and not there. */
describeWith('kafka', kafkaHere() !== undefined, 'records that were acknowledged and are not there', () => {
  jest.setTimeout(60_000);
  let log: LogOnKafka;
  let dropping = false;
  beforeEach(async () => {
    dropping = false;
    log = await LogOnKafka.open(kafkaHere() as TestKafka);
  });
  afterEach(() => log.close());

  const forgetful = (): KafkaTransport =>
    new Proxy<KafkaTransport>(log.transport, {
      get: (transport, name) => {
        if (name === 'publisher') {
          return async () => new ForgetfulPublisher(await transport.publisher(), () => dropping);
        }
        const own: unknown = Reflect.get(transport, name);
        return typeof own === 'function' ? (own.bind(transport) as unknown) : own;
      },
    });
  const append = async (name: string): Promise<void> => {
    for (let n = 0; n < 20; n += 1)
      await log.store.append({ writes: [contractWrite(`case:${name}-${n}`, 'any', 'Odd')] });
  };
  const readAll = async (source: LogSource): Promise<readonly bigint[]> => {
    const head = await log.source.head();
    const positions: bigint[] = [];
    for (let after = 0n; after < head;) {
      await source.waitForMore(after, 60_000, never);
      const { events, upTo } = await source.read({ after, limit: 100 });
      positions.push(...events.map(({ position }) => position));
      after = upTo;
    }
    return positions;
  };
  const published = async (): Promise<void> => {
    const head = await log.source.head();
    while ((await log.progress.load()).some((position) => position < head))
      await log.pool.query('select pg_sleep(0.02)');
  };
  const whole = async (): Promise<readonly bigint[]> =>
    (await log.source.read({ after: 0n, limit: 1_000 })).events.map(({ position }) => position);

  it('are found by the consumer where others follow, and read from the log', async () => {
    log.startRelay({ transport: forgetful() });
    await append('first');
    await published();
    dropping = true;
    await append('lost');
    await published();
    dropping = false;
    await append('last');
    await published();
    expect(await readAll(await log.startSource('holes'))).toEqual(await whole());
  });

  it('are found by the audit at the tail too, and published again', async () => {
    await append('first');
    const stopping = log.startRelay({ transport: forgetful(), auditEveryMs: 500 });
    await published();
    dropping = true;
    await append('lost');
    await published();
    dropping = false;
    const again = 'error acknowledged records are missing from the log topic, publishing them again';
    while (!log.reports.includes(again)) await log.pool.query('select pg_sleep(0.02)');
    await published();
    // The topic alone is enough: the log is not asked.
    const topicOnly: LogSource = {
      head: () => log.source.head(),
      read: () => Promise.reject(new Error('the log was read')),
      waitForMore: () => Promise.resolve(),
    };
    expect(await readAll(await log.startSource('tail', { store: topicOnly }))).toEqual(await whole());
    return stopping;
  });
});
