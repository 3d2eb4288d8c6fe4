import { Kafka, logLevel } from 'kafkajs';
import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { contractEvent } from '@fieldcase/eventsourcing/testing';
import { ProjectionRunner } from '@fieldcase/postgres';
import { counted, CountingProjection } from '../../../test/support/counting-projection';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, type TestKafka } from '../../../test/support/kafka';
import type { KafkaLogSource } from './kafka-log-source';
import { LogOnKafka } from './log-on-kafka.fixture';

const LONG_MS = 90_000;

describeWith('kafka', kafkaHere() !== undefined, 'members of a group', () => {
  jest.setTimeout(LONG_MS);
  let log: LogOnKafka;
  beforeEach(async () => {
    log = await LogOnKafka.open(kafkaHere() as TestKafka);
  });
  afterEach(() => log.close());

  const all = (shares: readonly (readonly number[])[]): boolean => shares.flat().length === 16;
  /** Asks the broker, as often as it takes. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await log.transport.ends(log.topic);
  };
  const follow = (source: KafkaLogSource) => {
    const stop = new AbortController();
    const running = new ProjectionRunner({ pool: log.pool, source, projection: new CountingProjection() }).run(
      stop.signal,
    );
    return async (): Promise<void> => {
      stop.abort();
      await running;
      await log.stopSource(source);
    };
  };
  const behind = async (): Promise<number> => {
    const { rows } = await log.pool.query<{ behind: number }>(
      `select count(*)::int as behind from fieldcase.checkpoints
       where subscription = 'counting' and position < (select max(position) from fieldcase.events)`,
    );
    return rows[0]?.behind ?? 0;
  };

  it('come and go while the log grows: no event is lost, none is applied twice', async () => {
    log.startRelay();
    const count = async (): Promise<void> => {
      for (let n = 0; n < 24; n += 1) await log.store.append({ writes: [counted(`r${n % 12}`, 1)] });
    };
    await count();
    const leave = follow(await log.startSource('members'));
    for (let round = 0; round < 3; round += 1) {
      const guest = follow(await log.startSource('members'));
      await count();
      await log.shares((shares) => shares.length === 2 && all(shares));
      await count();
      await guest();
      await count();
    }
    await log.shares((shares) => shares.length === 1 && all(shares));
    while ((await behind()) > 0) await log.transport.ends(log.topic);
    await leave();
    const { rows } = await log.pool.query<{ trail: string }>('select trail from read_models.counted');
    const { events } = await log.source.read({ after: 0n, limit: 1_000 });
    const positions = rows.flatMap(({ trail }) => trail.split(',').map(Number));
    expect(positions.toSorted((a, b) => a - b)).toEqual(events.map(({ position }) => Number(position)));
    expect(log.reports).toEqual([]);
  });

  it('records that are handed out late, of partitions that have passed on, are left alone', async () => {
    await log.append(20);
    await log.publish();
    let handOutAgain = (): void => undefined;
    const late: typeof log.transport.consume = (options) => {
      const handedOut: Parameters<typeof options.onRecords>[] = [];
      handOutAgain = () => {
        for (const one of handedOut) void options.onRecords(...one);
      };
      const onRecords: typeof options.onRecords = (...one) => {
        handedOut.push(one);
        void options.onRecords(...one);
      };
      return log.transport.consume({ ...options, onRecords });
    };
    const transport = Object.assign(Object.create(log.transport) as typeof log.transport, { consume: late });
    const first = await log.startSource('late', { transport });
    await until(() => first.queued >= 40);
    const second = await log.startSource('late');
    await log.shares((shares) => shares.length === 2 && all(shares) && shares.every((share) => share.length === 8));
    handOutAgain();
    const own = await log.readAll(first);
    expect(own.every(({ shard }) => first.share.includes(shard))).toBe(true);
    const together = [...own, ...(await log.readAll(second))];
    expect(together.map(({ position }) => Number(position)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
  });

  it('what was being read when another share was dealt out is whole as far as it says to be', async () => {
    await log.append(20);
    await log.publish();
    let goOn = (): void => undefined;
    const asked = new Promise<void>((resolve) => (goOn = resolve));
    const slow = Object.assign(Object.create(log.source) as typeof log.source, {
      head: () => asked.then(() => log.source.head()),
    });
    const first = await log.startSource('dealt-out', { store: slow });
    await until(() => first.coverage(0n) === 40n);
    const reading = first.read({ after: 0n, limit: 500 });
    await log.startSource('dealt-out');
    await log.shares((shares) => shares.length === 2 && all(shares));
    goOn();
    const { events, upTo, shards } = await reading;
    const { events: whole } = await log.source.read({ after: 0n, limit: 500, upTo });
    const theirs = whole.filter(({ shard }) => !shards || shards.includes(shard));
    expect(upTo).toBe(40n);
    expect(events.map(({ position }) => position)).toEqual(theirs.map(({ position }) => position));
  });

  /** So many events of one root, therefore of one partition. */
  const pile = async (events: number): Promise<void> => {
    for (let n = 0; n < events / 500; n += 1) {
      const some = Array.from({ length: 500 }, () => contractEvent('Odd', { filling: 'x'.repeat(100) }));
      await log.store.append({ writes: [{ streamId: 'case:pile', expected: 'any', events: some }] });
    }
  };

  it('a slow one holds little: its partition pauses, also across a new share, and goes on when it is read', async () => {
    await pile(12_000);
    await log.publish();
    const slow = await log.startSource('slow', { store: log.headOnly() });
    await until(() => slow.queued > 2_000);
    for (let n = 0; n < 20; n += 1) await log.transport.ends(log.topic);
    expect(slow.queued).toBeLessThan(8_000);
    const guest = await log.startSource('slow');
    await log.shares((shares) => shares.length === 2 && all(shares));
    await log.stopSource(guest);
    await log.shares((shares) => shares.length === 1 && all(shares));
    expect(await log.readAll(slow)).toHaveLength(12_000);
  });

  it('begin where the topic begins where retention has cut it, and read from the log what is gone', async () => {
    const { brokers, admin } = kafkaHere() as TestKafka;
    await log.append(20, 'cut');
    await log.publish();
    const first = await log.startSource('cut');
    const early = await first.read({ after: 0n, limit: 10 }).then(() => log.readAll(first));
    await log.stopSource(first);
    const ends = await log.transport.ends(log.topic);
    await log.append(20, 'cut');
    await log.publish();
    const sasl = { mechanism: 'scram-sha-512' as const, ...admin };
    const operator = new Kafka({ brokers: [...brokers], sasl, logLevel: logLevel.NOTHING }).admin();
    await operator.connect();
    // It knows the leaders of those topics only that it was asked for.
    await operator.fetchTopicOffsets(log.topic);
    const partitions = ends.map(({ next }, partition) => ({ partition, offset: String(next + 1n) }));
    await operator.deleteTopicRecords({ topic: log.topic, partitions });
    await operator.disconnect();
    const left = (await log.transport.ends(log.topic)).reduce((sum, { first: least, next }) => sum + next - least, 0n);
    const again = await log.startSource('cut');
    // From the earliest that is left, where it had been told an offset that is gone; never from the latest.
    await until(() => again.queued === Number(left));
    const whole: readonly RecordedEvent[] = await log.readAll(again);
    expect(early).toHaveLength(40);
    expect(whole.map(({ position }) => Number(position))).toEqual(Array.from({ length: 80 }, (_, n) => n + 1));
    expect(log.reports).toEqual([]);
  });
});
