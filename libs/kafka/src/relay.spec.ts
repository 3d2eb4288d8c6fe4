import { SHARDS, shardOf, type LogSource } from '@fieldcase/eventsourcing';
import { InMemoryEventStore, InMemoryLogSource } from '@fieldcase/eventsourcing';
import { contractWrite } from '@fieldcase/eventsourcing/testing';
import { readRecord } from './log-topic';
import { Relay, type Covered, type RelayProgress } from './relay';
import type { OutgoingRecord, Publisher } from './transport';

const log = { logId: 'log-1', epoch: 1 };
const nothing: Covered = Array.from({ length: SHARDS }, () => 0n);

/** Keeps what it is given, and fails when told to. */
class Topic implements Publisher {
  readonly partitions: OutgoingRecord[][] = Array.from({ length: SHARDS }, () => []);
  failsAt: number | undefined;

  send(_topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<bigint> {
    if (this.failsAt === partition) return Promise.reject(new Error('no leader'));
    const of = this.partitions[partition] ?? [];
    of.push(...records);
    return Promise.resolve(BigInt(of.length - records.length));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** What a reader makes of it: intervals that follow on each other, copies left out. */
  read(partition: number) {
    let at = 0n;
    const events: bigint[] = [];
    for (const [offset, record] of (this.partitions[partition] ?? []).entries()) {
      const { from, position, event } = readRecord(log, partition, { ...record, offset: BigInt(offset) });
      if (position <= at) continue;
      expect(from).toBeLessThanOrEqual(at);
      if (event) events.push(event.position);
      at = position;
    }
    return { at, events };
  }
}

class Progress implements RelayProgress {
  covered = nothing;
  moves = 0;
  load(): Promise<Covered> {
    return Promise.resolve(this.covered);
  }
  move(from: Covered, to: Covered): Promise<void> {
    if (from.join() !== this.covered.join()) return Promise.reject(new Error('moved by another'));
    this.covered = [...to];
    this.moves += 1;
    return Promise.resolve();
  }
}

describe('the relay', () => {
  let store: InMemoryEventStore;
  let source: LogSource;
  let topic: Topic;
  let progress: Progress;
  let now: number;
  beforeEach(() => {
    store = new InMemoryEventStore();
    source = new InMemoryLogSource(store);
    topic = new Topic();
    progress = new Progress();
    now = 0;
  });
  const relay = (batchSize = 7): Relay =>
    new Relay({ log, topic: 'log', source, progress, batchSize, clock: () => now }, topic);
  const append = async (streams: number): Promise<void> => {
    for (let n = 0; n < streams; n += 1) {
      await store.append({ writes: [contractWrite(`case:relay-${n}`, 'any', 'Odd', 'Even')] });
    }
  };
  const drain = async (one: Relay): Promise<void> => {
    while ((await one.step()) > 0);
  };
  /** Every event of the log, each once, and every partition told of the head. */
  const expectComplete = async (): Promise<void> => {
    const head = await store.head();
    const { events } = await source.read({ after: 0n, limit: 10_000 });
    for (let partition = 0; partition < SHARDS; partition += 1) {
      const own = events.filter(({ shard }) => shard === partition).map(({ position }) => position);
      expect(topic.read(partition)).toEqual({ at: head, events: own });
    }
    expect(progress.covered).toEqual(nothing.map(() => head));
  };

  it('publishes every event to the partition of its shard, and tells idle ones how far the log is', async () => {
    await append(9);
    await drain(relay());
    await expectComplete();
    await append(1);
    await drain(relay());
    await expectComplete();
  });

  it('tells idle partitions now and then while the log moves, not with every batch', async () => {
    await append(40);
    const one = relay(2);
    await one.step();
    const told = () => topic.partitions.filter((records) => records.length > 0).length;
    expect(told()).toBe(SHARDS);
    const empties = () => topic.partitions.flat().filter(({ value }) => value === null).length;
    const before = empties();
    await one.step();
    expect(empties()).toBe(before);
    now += 100;
    await one.step();
    expect(empties()).toBeGreaterThan(before);
    await drain(one);
    await expectComplete();
  });

  it('notes nothing of a step that failed; the next leader sends it again, and copies are dropped', async () => {
    await append(9);
    const busy = shardOf('case:relay-3');
    topic.failsAt = busy;
    await expect(drain(relay())).rejects.toThrow('no leader');
    expect(progress.covered[busy]).toBe(0n);
    topic.failsAt = undefined;
    await drain(relay());
    await expectComplete();
  });

  it('a leader that was halted and wakes up does no harm', async () => {
    await append(5);
    const stale = relay(3);
    await stale.step();
    await drain(relay());
    await append(5);
    await expect(drain(stale)).rejects.toThrow('moved by another');
    await drain(relay());
    await expectComplete();
  });

  it('goes on where a partition was found to be short', async () => {
    await append(9);
    await drain(relay());
    const lost = shardOf('case:relay-2');
    const kept = topic.partitions[lost]?.splice(1) ?? [];
    expect(kept.length).toBeGreaterThan(0);
    progress.covered = progress.covered.map((position, shard) => (shard === lost ? topic.read(lost).at : position));
    await drain(relay());
    await expectComplete();
  });
});
