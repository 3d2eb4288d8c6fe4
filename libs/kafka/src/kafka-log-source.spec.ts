import { InMemoryEventStore, InMemoryLogSource, SHARDS, type LogSource } from '@fieldcase/eventsourcing';
import { contractWrite } from '@fieldcase/eventsourcing/testing';
import { KafkaLogSource } from './kafka-log-source';
import { emptyRecord, eventRecord } from './log-topic';
import type { Consumption, ConsumeOptions, IncomingRecord, KafkaTransport } from './transport';

const log = { logId: 'log', epoch: 1 };
const topic = 'spec.log.v1';
const ALL = Array.from({ length: SHARDS }, (_, shard) => shard);

/** A log of two events, that can be made to answer late where it ends. */
async function slowLog() {
  const store = new InMemoryEventStore();
  await store.append({ writes: [contractWrite('case:one', 0, 'Odd', 'Even')] });
  const stored = new InMemoryLogSource(store);
  let answer: Promise<void> = Promise.resolve();
  const slow: LogSource = {
    read: (options) => stored.read(options),
    waitForMore: (after, ms, signal) => stored.waitForMore(after, ms, signal),
    head: () => answer.then(() => stored.head()),
  };
  const hold = (): (() => void) => {
    let release = (): void => undefined;
    answer = new Promise((resolve) => (release = resolve));
    return release;
  };
  return { stored, slow, hold };
}

async function opened({ commit = async () => undefined }: Partial<Consumption> = {}) {
  const { stored, slow, hold } = await slowLog();
  let group: ConsumeOptions | undefined;
  const closed: string[] = [];
  const consumption: Consumption = {
    commit,
    pause: () => undefined,
    resume: () => undefined,
    close: async () => void closed.push('closed'),
  };
  const transport = {
    consume: async (options: ConsumeOptions) => {
      group = options;
      return consumption;
    },
  } as unknown as KafkaTransport;
  const failures: Error[] = [];
  const source = new KafkaLogSource({
    ...{ transport, log, topic, group: 'spec', store: slow },
    onFailure: (error) => void failures.push(error),
  });
  await source.start();
  const deal = (share: readonly number[]) => group?.onAssigned?.(new Map([[topic, share]]));
  /** What the relay has sent of the log. */
  const deliver = async (): Promise<void> => {
    const { events } = await stored.read({ after: 0n, limit: 10 });
    for (const shard of ALL) {
      const own = events.filter((event) => event.shard === shard);
      const last = own.at(-1)?.position ?? 0n;
      const records = own.map((event, n) => eventRecord(log, own[n - 1]?.position ?? 0n, event));
      if (last < 2n) records.push(emptyRecord(log, last, 2n));
      const incoming = records.map((record, offset): IncomingRecord => ({ ...record, offset: BigInt(offset) }));
      void group?.onRecords(topic, shard, incoming as never, BigInt(incoming.length));
    }
  };
  const ahead = (from: bigint, position: bigint): void => {
    const record = { ...emptyRecord(log, from, position), offset: 9n };
    for (const shard of ALL) void group?.onRecords(topic, shard, [record] as never, 10n);
  };
  return { source, deal, deliver, ahead, hold, failures, closed };
}

describe('the log as Kafka delivers it', () => {
  it('says nothing of a share that was dealt out anew while it was read', async () => {
    const { source, deal, deliver, hold } = await opened();
    deal(ALL);
    await deliver();
    const share = source.share;
    const release = hold();
    const reading = source.read({ after: 0n, limit: 10 });
    deal(ALL.slice(0, 8));
    release();
    const { events, upTo, shards } = await reading;
    expect(shards).toBe(share);
    // Either all of it, or nothing: never the end of it without what lies before.
    expect(events.map(({ position }) => position)).toEqual(upTo === 0n ? [] : [1n, 2n]);
  });

  it('reads what is missing from the log, at once, and goes on with what was delivered behind it', async () => {
    const { source, deal, ahead, failures } = await opened();
    deal(ALL);
    ahead(1n, 2n);
    await source.waitForMore(0n, 60_000, new AbortController().signal);
    const { events, upTo } = await source.read({ after: 0n, limit: 1 });
    expect([events.map(({ position }) => position), upTo]).toEqual([[1n], 1n]);
    const rest = await source.read({ after: 1n, limit: 10 });
    // By the records, in which nothing lies there.
    expect([rest.events, rest.upTo, failures]).toEqual([[], 2n, []]);
  });

  it('says that the topic is ahead of the log where what is missing before it is not in the log either', async () => {
    const { source, deal, ahead, failures } = await opened();
    deal(ALL);
    ahead(5n, 7n);
    const end = await source.read({ after: 0n, limit: 10 });
    expect([end.upTo, failures]).toEqual([2n, []]);
    await source.waitForMore(2n, 60_000, new AbortController().signal);
    expect((await source.read({ after: 2n, limit: 10 })).upTo).toBe(2n);
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/has position 5, and the log ends with 2: an older backup of the log was restored/),
    ]);
  });

  it('is closed though a broker does not answer what is committed', async () => {
    const { source, deal, deliver, closed } = await opened({ commit: () => new Promise(() => undefined) });
    deal(ALL);
    await deliver();
    await source.read({ after: 0n, limit: 10 });
    await source.read({ after: 2n, limit: 10 });
    await source.close();
    expect(closed).toEqual(['closed']);
  });
});
