import { casesTopic, publicCaseEventNames } from '@fieldcase/contracts';
import { SHARDS, shardOf } from '@fieldcase/eventsourcing';
import type { RelayCheckpoints } from '@fieldcase/postgres';
import { describeWith } from '../../../../test/support/describe-with';
import { kafkaHere, type TestKafka } from '../../../../test/support/kafka';
import type { IncomingRecord } from '../transport';
import { LogOnKafka } from '../log-on-kafka.fixture';
import { RelayHalted } from '../relay-audit';
import { ForeignRecord } from '../log-topic';
import { caseRecord, casesTopicSpec } from './case-records';
import { lastSent, mustHaveSent } from './cases-audit';
import { CasesRelay } from './cases-relay';
import { progressOf, PublicTopics } from './public-topics.fixture';

describeWith('kafka', kafkaHere() !== undefined, 'the topic of cases', () => {
  jest.setTimeout(60_000);
  let log: LogOnKafka;
  let topics: PublicTopics;
  let progress: RelayCheckpoints;
  let topic: string;
  beforeEach(async () => {
    log = await LogOnKafka.open(kafkaHere() as TestKafka);
    topics = new PublicTopics(log);
    progress = await progressOf(log.pool, 'relay-cases');
    topic = casesTopic(log.prefix);
  });
  afterEach(() => log.close());

  const publicEvents = async () =>
    (await log.source.read({ after: 0n, limit: 10_000, types: publicCaseEventNames })).events;
  const publishOnce = async (batchSize = 7): Promise<void> => {
    await log.transport.ensureTopic(casesTopicSpec(log.prefix, 1));
    const publisher = await log.transport.publisher();
    const noted = await progress.load();
    const { transport, source } = log;
    const sent = await lastSent({ transport, source, log: log.log, topic }, noted);
    const relay = new CasesRelay({ log: log.log, topic, source, progress, batchSize }, publisher, { noted, sent });
    while (await relay.step());
    await publisher.close();
  };
  const audited = () => ({ transport: log.transport, log: log.log, topic, source: log.source });

  it('has every public event once, in order, in the partition of its case, each saying what came before it', async () => {
    await topics.writeCases(12);
    const running = topics.runCases(progress);
    await topics.writeCases(12);
    const expected = await publicEvents();
    const records = await topics.read(topic, ({ length }) => length >= 48);
    await running.stop();
    expect(records).toHaveLength(48);
    for (let partition = 0; partition < SHARDS; partition += 1) {
      const own = records.filter((record) => record.partition === partition);
      const positions = own.map(({ headers }) => BigInt(headers['position'] ?? '0'));
      expect(positions).toEqual(expected.filter(({ shard }) => shard === partition).map(({ position }) => position));
      expect(own.map(({ headers }) => BigInt(headers['from'] ?? '-1'))).toEqual(
        [0n, ...positions].slice(0, own.length),
      );
      for (const { key } of own) expect(shardOf(`case:${key}`)).toBe(partition);
    }
    expect((await progress.load()).every((position) => position > 0n)).toBe(true);
    expect(topics.reports).toEqual([]);
  });

  it('goes on where it was, and sends nothing again', async () => {
    await topics.writeCases(5);
    await publishOnce();
    await topics.writeCases(5);
    await publishOnce();
    await publishOnce();
    const records = await topics.read(topic, ({ length }) => length >= 20);
    expect(records).toHaveLength(20);
  });

  it('that was sent and not noted is not sent again', async () => {
    await topics.writeCases(5);
    const before = await progress.load();
    await publishOnce();
    await progress.move(await progress.load(), before);
    await publishOnce();
    const ends = await log.transport.ends(topic);
    expect(ends.reduce((sum, { next }) => sum + Number(next), 0)).toBe(10);
  });

  it('publishes again what was noted and is not there', async () => {
    await topics.writeCases(5);
    await publishOnce();
    await topics.writeCases(10, 'lost');
    const head = await log.source.head();
    const noted = await progress.load();
    await progress.move(
      noted,
      noted.map(() => head),
    );
    const running = topics.runCases(progress);
    const records = await topics.read(topic, ({ length }) => length >= 30);
    await running.stop();
    expect(records).toHaveLength(30);
    expect(topics.reports.join()).toContain('acknowledged records are missing from the topic of cases');
  });

  it('takes nothing for lost where nothing public was to be sent', async () => {
    await topics.writeCases(3);
    await publishOnce();
    const noted = await progress.load();
    const sent = await lastSent(audited(), noted);
    expect(await mustHaveSent(log.source, sent, noted)).toEqual(sent);
    expect(sent).toContain(0n);
  });

  it('stands still where the topic was deleted and made again, is of another log, or ahead of this one', async () => {
    await topics.writeCases(3);
    await publishOnce();
    const noted = await progress.load();
    const [event] = (await publicEvents()).slice(-1);
    const another = { ...audited(), log: { ...log.log, epoch: 2 } };
    await expect(lastSent(another, noted)).rejects.toThrow(ForeignRecord);
    const empty = `${log.prefix}.again`;
    await log.transport.ensureTopic({ ...casesTopicSpec(log.prefix, 1), name: empty });
    await expect(lastSent({ ...audited(), topic: empty }, noted)).rejects.toThrow(RelayHalted);
    await expect(lastSent({ ...audited(), topic: empty }, noted)).rejects.toThrow('relay restart --topic cases');
    // At the first start there is nothing in it, and nothing noted.
    expect(await lastSent({ ...audited(), topic: empty }, Array<bigint>(SHARDS).fill(0n))).toContain(0n);
    const publisher = await log.transport.publisher();
    if (!event) throw new Error('nothing was published');
    await publisher.send(topic, event.shard, [caseRecord(log.log, event.position, { ...event, position: 9_999n })]);
    await publisher.close();
    const running = topics.runCases(progress);
    expect((await running.ended)?.message).toContain('an older backup of the log was restored');
  });

  it('two leaders do no harm: the stale one stops, and order holds', async () => {
    await topics.writeCases(6);
    await log.transport.ensureTopic(casesTopicSpec(log.prefix, 1));
    const publisher = await log.transport.publisher();
    const noted = await progress.load();
    const options = { log: log.log, topic, source: log.source, progress };
    const stale = new CasesRelay({ ...options, batchSize: 3 }, publisher, { noted, sent: noted });
    await stale.step();
    await publishOnce();
    await expect(
      (async () => {
        while (await stale.step());
      })(),
    ).rejects.toThrow('was moved by another owner');
    await publisher.close();
    const positions = (of: readonly IncomingRecord[]) => new Set(of.map(({ headers }) => headers['position']));
    const records = await topics.read(topic, (read) => positions(read).size >= 12);
    // A reader drops what it has: what is left is complete and in order.
    const seen = new Map<number, bigint>();
    const kept = records.filter(({ partition, headers }) => {
      const position = BigInt(headers['position'] ?? '0');
      if (position <= (seen.get(partition) ?? 0n)) return false;
      expect(BigInt(headers['from'] ?? '0')).toBeLessThanOrEqual(seen.get(partition) ?? 0n);
      seen.set(partition, position);
      return true;
    });
    expect(kept).toHaveLength(12);
  });
});
