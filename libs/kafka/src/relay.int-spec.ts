import type { LogSource, RecordedEvent } from '@fieldcase/eventsourcing';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, type TestKafka } from '../../../test/support/kafka';
import { LogOnKafka } from './log-on-kafka.fixture';
import { emptyRecord, ForeignRecord, logTopicSpec } from './log-topic';
import { auditTopic, RelayHalted } from './relay-audit';
import { runRelay } from './run-relay';
import { TopicUnfit } from './transport';

const never = new AbortController().signal;
const LONG_MS = 60_000;

describeWith('kafka', kafkaHere() !== undefined, 'the relay on a broker', () => {
  jest.setTimeout(LONG_MS);
  let log: LogOnKafka;
  beforeEach(async () => {
    log = await LogOnKafka.open(kafkaHere() as TestKafka);
  });
  afterEach(() => log.close());

  const append = (streams: number): Promise<void> => log.append(streams);
  const publish = (): Promise<void> => log.publish();
  const headOnly = (): { store: LogSource } => ({ store: log.headOnly() });
  const readAll = async (source: LogSource): Promise<readonly RecordedEvent[]> => {
    const head = await source.head();
    const events: RecordedEvent[] = [];
    for (let after = 0n; after < head;) {
      await source.waitForMore(after, LONG_MS, never);
      const batch = await source.read({ after, limit: 5 });
      events.push(...batch.events);
      after = batch.upTo;
    }
    return events;
  };

  it('brings the log to who reads the topic alone: every event once, in order, as it is in the log', async () => {
    await append(20);
    await publish();
    await publish();
    const source = await log.startSource('pure', headOnly());
    expect(await readAll(source)).toEqual((await log.source.read({ after: 0n, limit: 1_000 })).events);
  });

  it('publishes again what was acknowledged and is not there', async () => {
    await append(10);
    await publish();
    const covered = await log.progress.load();
    const audited = { transport: log.transport, log: log.log, topic: log.topic };
    expect(await auditTopic(audited, covered, await log.source.head())).toEqual(covered);
    // As if these had been acknowledged and lost: noted, and not in the topic.
    await append(10);
    const head = await log.source.head();
    await log.progress.move(
      covered,
      covered.map(() => head),
    );
    log.startRelay();
    const source = await log.startSource('repaired', headOnly());
    expect(await readAll(source)).toHaveLength(Number(head));
    expect(log.reports).toContain('error acknowledged records are missing from the log topic, publishing them again');
  });

  it('goes on when the log grows, and a source that is behind reads the log itself', async () => {
    log.startRelay();
    const source = await log.startSource('live');
    await append(5);
    expect(await readAll(source)).toHaveLength(10);
    const late = await log.startSource('late');
    await append(5);
    expect(await readAll(late)).toHaveLength(20);
  });

  it('stops where the topic was deleted and made again, is of another log, or ahead of this one', async () => {
    await append(3);
    await publish();
    const covered = await log.progress.load();
    const head = await log.source.head();
    const other = { transport: log.transport, log: { ...log.log, epoch: 2 }, topic: log.topic };
    await expect(auditTopic(other, covered, head)).rejects.toThrow(ForeignRecord);
    const own = { ...other, log: log.log };
    await expect(auditTopic(own, covered, head - 1n)).rejects.toThrow(/an older backup of the log was restored/);
    const empty = `${log.prefix}.again`;
    await log.transport.ensureTopic({ ...logTopicSpec(log.prefix, 1), name: empty });
    await expect(auditTopic({ ...own, topic: empty }, covered, head)).rejects.toThrow(RelayHalted);
  });

  it('stops where a restored log has grown past the end of the topic, and reads nothing that the log does not have', async () => {
    await append(3);
    await publish();
    const covered = await log.progress.load();
    const restored: LogSource = {
      head: () => Promise.resolve(100n),
      read: async (options) => {
        const batch = await log.source.read(options);
        return { ...batch, events: batch.events.map((event) => ({ ...event, eventId: 'of another time' })) };
      },
      waitForMore: () => Promise.resolve(),
    };
    const audited = { transport: log.transport, log: log.log, topic: log.topic };
    await expect(auditTopic({ ...audited, source: log.source }, covered, 100n)).resolves.toEqual(covered);
    await expect(auditTopic({ ...audited, source: restored }, covered, 100n)).rejects.toThrow(/has grown since/);

    let failed: (error: Error) => void = () => undefined;
    const failure = new Promise<Error>((resolve) => (failed = resolve));
    const older = { ...log.headOnly(), head: () => Promise.resolve(2n) };
    const source = await log.startSource('older', { store: older, onFailure: failed });
    await source.waitForMore(2n, LONG_MS, never);
    expect((await source.read({ after: 2n, limit: 100 })).events).toEqual([]);
    expect((await failure).message).toMatch(/an older backup of the log was restored/);
  });

  it('refuses a topic that has too few partitions or replicas, and says how to mend it', async () => {
    const few = { ...logTopicSpec(log.prefix, 1), name: `${log.prefix}.few`, partitions: 3 };
    await log.transport.ensureTopic(few);
    await expect(log.transport.ensureTopic({ ...few, partitions: 16 })).rejects.toThrow(TopicUnfit);
    await expect(log.transport.ensureTopic({ ...few, partitions: 16 })).rejects.toThrow(
      'has 3 partitions, expected 16',
    );
    await expect(log.transport.ensureTopic({ ...few, replicas: 3 })).rejects.toThrow('has 1 replicas, expected 3');
    const running = runRelay({ ...log.options(), replicas: 3 }, never);
    await expect(running).rejects.toThrow('KAFKA_REPLICAS=1');
  });

  it('a record of another log ends the source, and nothing of it is handed out', async () => {
    await append(2);
    const publisher = await log.transport.publisher();
    await publisher.send(log.topic, 0, [emptyRecord({ logId: 'another', epoch: 1 }, 0n, 4n)]);
    await publisher.close();
    const failure = new Promise<Error>(
      (resolve) => void log.startSource('foreign', { ...headOnly(), onFailure: resolve }),
    );
    expect((await failure).message).toContain('a record of the log another/1');
  });
});
