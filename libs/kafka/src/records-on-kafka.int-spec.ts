import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { ParkedEvents, ProjectionRunner, type ProjectionRunnerOptions } from '@fieldcase/postgres';
import { counted, CountingProjection } from '../../../test/support/counting-projection';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, type TestKafka } from '../../../test/support/kafka';
import type { KafkaLogSource } from './kafka-log-source';
import { LogOnKafka } from './log-on-kafka.fixture';
import { eventRecord, logTopicSpec } from './log-topic';
import type { OutgoingRecord } from './transport';

const LONG_MS = 60_000;

describeWith('kafka', kafkaHere() !== undefined, 'records of the log topic', () => {
  jest.setTimeout(LONG_MS);
  let log: LogOnKafka;
  beforeEach(async () => {
    log = await LogOnKafka.open(kafkaHere() as TestKafka);
  });
  afterEach(() => log.close());

  const events = async (): Promise<readonly RecordedEvent[]> =>
    (await log.source.read({ after: 0n, limit: 10_000 })).events;
  /** Every record that the topic should have, by partition. */
  const records = async (): Promise<ReadonlyMap<number, readonly OutgoingRecord[]>> => {
    const found = new Map<number, { readonly at: bigint; readonly records: OutgoingRecord[] }>();
    for (const event of await events()) {
      const known = found.get(event.shard) ?? { at: 0n, records: [] };
      known.records.push(eventRecord(log.log, known.at, event));
      found.set(event.shard, { at: event.position, records: known.records });
    }
    return new Map([...found].map(([shard, one]) => [shard, one.records]));
  };
  const junk = (change: Partial<OutgoingRecord>): OutgoingRecord => ({
    key: null,
    value: null,
    headers: {},
    ...change,
  });
  const headers = (position: number) => ({ log: `${log.log.logId}/1`, from: '0', position: String(position) });
  /** Until the read model is at the head of the log. */
  const follow = async (source: KafkaLogSource, options: Partial<ProjectionRunnerOptions> = {}): Promise<void> => {
    const head = await log.source.head();
    const stop = new AbortController();
    const runner = new ProjectionRunner({
      pool: log.pool,
      source,
      projection: new CountingProjection(),
      onMoved: (_, position) => position >= head && stop.abort(),
      ...options,
    });
    await runner.run(stop.signal);
  };
  const trails = async (): Promise<readonly string[]> => {
    const { rows } = await log.pool.query<{ trail: string }>('select trail from read_models.counted order by root');
    return rows.map(({ trail }) => trail);
  };
  const expected = async (): Promise<readonly string[]> => {
    const byRoot = new Map<string, bigint[]>();
    for (const { streamId, position } of await events()) {
      byRoot.set(streamId, [...(byRoot.get(streamId) ?? []), position]);
    }
    return [...byRoot].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, positions]) => positions.join());
  };
  const count = async (each: number): Promise<void> => {
    for (let n = 0; n < each * 6; n += 1) await log.store.append({ writes: [counted(`r${n % 6}`, 1)] });
  };

  it('that cannot be read are left out and told, and what they should have said is read from the log', async () => {
    await log.append(6);
    const all = await records();
    for (const [partition, [first, second, ...rest]] of all) {
      if (!first || !second) throw new Error('every stream has two events');
      const garbled = { ...second, value: second.value?.slice(0, -5) ?? null };
      const bad = [
        junk({ value: 'not JSON', headers: headers(1) }),
        junk({ value: '{"position":"1"}', headers: headers(1) }),
        junk({ value: first.value, headers: headers(9_999) }),
        junk({ value: first.value }),
        junk({ value: first.value, headers: { ...headers(1), from: '-1' } }),
        junk({ value: first.value, headers: { ...headers(1), from: '1', position: '1' } }),
      ];
      await log.write(partition, ...bad, first, garbled, ...rest);
    }
    const told: string[] = [];
    const source = await log.startSource('unreadable', {
      onUnreadable: ({ message }, number) => told.push(`${number} ${message}`),
    });
    expect(await log.readAll(source)).toEqual(await events());
    expect(told[0]).toMatch(/^1 partition \d+, offset \d+: expected an event of position 1 and of shard \d+$/);
    expect(told.length).toBeLessThan(5);
    expect(log.reports).toEqual([]);
  });

  it('of two megabytes do not fit, and where an operator lets them in they are junk like any other', async () => {
    const huge = junk({ value: 'x'.repeat(2_000_000), headers: headers(1) });
    await expect(log.write(3, huge)).rejects.toThrow(/larger than/);
    const spec = logTopicSpec(log.prefix, 1);
    const topic = `${spec.name}.roomy`;
    await log.transport.ensureTopic({ ...spec, name: topic, config: { 'max.message.bytes': '4000000' } });
    await log.append(6);
    const publisher = await log.transport.publisher();
    for (const [partition, own] of await records()) await publisher.send(topic, partition, [huge, ...own]);
    await publisher.close();
    const source = await log.startSource('huge', { topic });
    expect(await log.readAll(source)).toEqual(await events());
    expect(log.reports).toEqual([]);
  });

  it('of a type or version that this release does not know are parked, and the rest goes on', async () => {
    await count(1);
    await log.store.append({ writes: [counted('r1', 1, 'FromTheFuture')] });
    await count(1);
    const isKnown = ({ type, position }: RecordedEvent): boolean => type === 'Counted' && position !== 1n;
    await log.publish();
    const projection = new CountingProjection();
    await follow(await log.startSource('unknown'), { isKnown, projection });
    const parked = await new ParkedEvents({ pool: log.pool, source: log.source, projections: [projection] }).list();
    expect(parked.map(({ position, error }) => [position, error])).toEqual([
      [1n, 'this release does not know Counted of schema version 1'],
      [7n, 'this release does not know FromTheFuture of schema version 1'],
      [8n, null],
      [9n, null],
    ]);
    expect(await trails()).toEqual(['2', '3,10', '4,11', '5,12', '6,13']);
  });

  it('repeated three times, out of order, and old ones after new ones have their effect once', async () => {
    await count(5);
    await log.publish();
    await log.publish();
    for (const [partition, own] of await records()) {
      await log.write(partition, ...own.toReversed(), ...own, ...own.filter((_, n) => n % 2 === 1));
    }
    const source = await log.startSource('copies');
    await follow(source);
    expect(await trails()).toEqual(await expected());
    await count(1);
    await log.publish();
    await follow(source);
    expect(await trails()).toEqual(await expected());
  });

  it('that say two things of one position stop the reader, and the log is read past them', async () => {
    await count(2);
    const all = await records();
    const forged = (value: string | null): string => (value ?? '').replace('"amount":1', '"amount":1000');
    for (const [partition, own] of all) {
      await log.write(partition, ...own, ...own.map((record) => ({ ...record, value: forged(record.value) })));
    }
    const failed = new Promise<Error>((resolve) => {
      void log.startSource('forged', { onFailure: resolve });
    });
    expect((await failed).message).toMatch(/the record of position \d+ is another one than was delivered before/);
    const { rows } = await log.pool.query('select 1 from fieldcase.subscriptions');
    expect(rows).toEqual([]);
  });
});
