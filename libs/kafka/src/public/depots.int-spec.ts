import type { RelayCheckpoints } from '@fieldcase/postgres';
import { describeWith } from '../../../../test/support/describe-with';
import { kafkaHere, type TestKafka } from '../../../../test/support/kafka';
import { LogOnKafka } from '../log-on-kafka.fixture';
import type { ConsumedRecord } from '../transport';
import { depotRecord } from './depot-records';
import { progressOf, PublicTopics } from './public-topics.fixture';

const numbers = (upTo: number): readonly number[] => Array.from({ length: upTo }, (_, index) => index + 1);
const sequences = (records: readonly ConsumedRecord[]) => records.map(({ headers }) => Number(headers['sequence']));

describeWith('kafka', kafkaHere() !== undefined, 'the topics of depots', () => {
  jest.setTimeout(60_000);
  let log: LogOnKafka;
  let topics: PublicTopics;
  let progress: RelayCheckpoints;
  beforeEach(async () => {
    log = await LogOnKafka.open(kafkaHere() as TestKafka);
    topics = new PublicTopics(log);
    progress = await progressOf(log.pool, 'relay-depots');
  });
  afterEach(() => log.close());

  it('have the whole feed under its own sequence, from the first on, and what comes later', async () => {
    await topics.notice('harbin', 3);
    const harbin = await topics.makeDepotTopic('harbin');
    const running = topics.runDepots(progress);
    expect(sequences(await topics.read(harbin, ({ length }) => length >= 3))).toEqual([1, 2, 3]);
    await topics.notice('harbin', 4);
    await topics.notice('without-a-topic', 2);
    const records = await topics.read(harbin, ({ length }) => length >= 7);
    expect(sequences(records)).toEqual(numbers(7));
    expect(records.every(({ partition, key }) => partition === 0 && key?.startsWith('request-'))).toBe(true);

    const odd = await topics.makeDepotTopic('双城 / 2');
    await topics.notice(encodeURIComponent('双城 / 2'), 1_203);
    expect(sequences(await topics.read(odd, ({ length }) => length >= 1_203))).toEqual(numbers(1_203));
    await running.stop();
    expect(topics.reports).toEqual([]);
  });

  it('go on where they end, whoever published before, and whether it was noted or not', async () => {
    const harbin = await topics.makeDepotTopic('harbin');
    await topics.notice('harbin', 5);
    const first = topics.runDepots(progress);
    await topics.read(harbin, ({ length }) => length >= 5);
    await first.stop();
    await topics.notice('harbin', 5);
    const second = topics.runDepots(progress);
    await topics.read(harbin, ({ length }) => length >= 10);
    await topics.notice('harbin', 1);
    expect(sequences(await topics.read(harbin, ({ length }) => length >= 11))).toEqual(numbers(11));
    await second.stop();
  });

  it('one that stands still says why, and holds no other up', async () => {
    const harbin = await topics.makeDepotTopic('harbin');
    const bad = await topics.makeDepotTopic('bad');
    const anew = await topics.makeDepotTopic('anew');
    const foreign = await topics.makeDepotTopic('foreign');
    await topics.notice('harbin', 2);
    await topics.notice('bad', 2);
    const [event] = (await log.store.readStreams(['depotfeed:bad'])).get('depotfeed:bad') ?? [];
    if (!event) throw new Error('no event');
    const item = (sequence: number) => ({ ...event.data, sequence, partRequestId: 'r' }) as never;
    const publisher = await log.transport.publisher();
    await publisher.send(
      bad,
      0,
      numbers(7).map((sequence) => depotRecord(log.log, event, item(sequence))),
    );
    await publisher.send(anew, 0, [depotRecord(log.log, event, item(2))]);
    await publisher.send(foreign, 0, [depotRecord({ ...log.log, epoch: 2 }, event, item(1))]);
    await publisher.close();
    await log.transport.ensureTopic({ name: `${log.prefix}.depot.wide.part-requests.v1`, partitions: 2, replicas: 1 });
    const running = topics.runDepots(progress);
    expect(sequences(await topics.read(harbin, ({ length }) => length >= 2))).toEqual([1, 2]);
    const said = async (text: string): Promise<void> => {
      while (!topics.reports.join().includes(text)) await log.pool.query('select pg_sleep(0.02)');
    };
    await said("ends with sequence 7, and the depot's feed with 2: an older backup of the log was restored");
    await said('a record of the log');
    await said('ends with sequence 2 and has 1 records: it was deleted and made again at once');
    await said('has 2 partitions, expected 1');
    await topics.notice('harbin', 1);
    expect(sequences(await topics.read(harbin, ({ length }) => length >= 3))).toEqual([1, 2, 3]);
    await running.stop();
    expect(topics.reports.filter((line) => line.includes('stands still'))).toHaveLength(4);
  });

  it('ask for no depot’s stream while they follow', async () => {
    const names = numbers(12).map((n) => `depot-${n}`);
    const made = await Promise.all(names.map((name) => topics.makeDepotTopic(name)));
    let asked = 0;
    const store = {
      readStreams: (...args: Parameters<typeof log.store.readStreams>) => {
        asked += 1;
        return log.store.readStreams(...args);
      },
    };
    const running = topics.runDepots(progress, { store });
    while (names.some((name) => running.feeds.sequenceOf(name) === undefined))
      await log.pool.query('select pg_sleep(0.02)');
    expect(asked).toBeGreaterThan(0);
    const before = asked;
    for (const name of names) for (let n = 0; n < 5; n += 1) await topics.notice(name, 1);
    for (const topic of made) {
      expect(sequences(await topics.read(topic, ({ length }) => length >= 5))).toEqual(numbers(5));
    }
    // A notice that came between the reading of a topic's end and of its stream's may cost one look.
    expect(asked - before).toBeLessThanOrEqual(1);
    await running.stop();
  });
});
