import fc from 'fast-check';
import type { RecordedEvent } from '@fieldcase/eventsourcing';
import type { LogRecord } from './log-topic';
import { PartitionQueue } from './partition-queue';

const event = (position: bigint): RecordedEvent => ({ position }) as RecordedEvent;
const record = (from: number, position: number, empty = false): LogRecord => ({
  from: BigInt(from),
  position: BigInt(position),
  event: empty ? undefined : event(BigInt(position)),
  length: empty ? 0 : 100,
});
const positions = (queue: PartitionQueue, after: bigint, upTo: bigint): bigint[] =>
  [...queue.events(after, upTo)].map(({ position }) => position);

describe('what was delivered of a partition', () => {
  it('covers what follows on each other, and is dropped when it is applied', () => {
    const queue = new PartitionQueue();
    queue.add(record(0, 3), 0n);
    queue.add(record(3, 9, true), 1n);
    queue.add(record(9, 12), 2n);
    expect(queue.coverage(0n)).toBe(12n);
    expect(positions(queue, 0n, 12n)).toEqual([3n, 12n]);
    expect(positions(queue, 3n, 9n)).toEqual([]);
    queue.drop(9n);
    expect([queue.size, queue.nextOffset]).toEqual([1, 2n]);
    expect(queue.coverage(9n)).toBe(12n);
    queue.drop(12n);
    expect([queue.size, queue.nextOffset, queue.coverage(12n)]).toEqual([0, 3n, 12n]);
  });

  it('drops copies, also of another leader with other intervals', () => {
    const queue = new PartitionQueue();
    for (const [offset, one] of [record(0, 3), record(0, 3), record(3, 9, true), record(3, 12), record(0, 3)].entries())
      queue.add(one, BigInt(offset));
    expect(queue.coverage(0n)).toBe(12n);
    expect(positions(queue, 0n, 12n)).toEqual([3n, 12n]);
  });

  it('counts what waits, and nothing that was applied already', () => {
    const queue = new PartitionQueue();
    queue.add(record(0, 3), 0n);
    queue.add(record(3, 5), 1n);
    expect([queue.size, queue.length, queue.delivered]).toEqual([2, 200, 5n]);
    queue.drop(5n);
    queue.add(record(3, 5), 2n);
    queue.add(record(5, 7, true), 3n);
    expect([queue.size, queue.length, queue.delivered, queue.nextOffset]).toEqual([1, 0, 7n, 3n]);
    // Whoever had applied up to 5, and did not commit it, asks again from 3: the log has it.
    queue.drop(7n);
    expect([queue.hole(3n), queue.coverage(3n)]).toEqual([7n, 3n]);
  });

  it('tells a copy from a record that says something else', () => {
    const queue = new PartitionQueue();
    const stored = { eventId: 'e', type: 'Odd', schemaVersion: 1, data: { n: 1 }, position: 3n };
    const saying = (change: object): LogRecord => ({
      ...record(0, 3),
      event: { ...stored, ...change } as unknown as RecordedEvent,
    });
    expect(queue.add(saying({}), 0n)).toBe(true);
    expect(queue.add({ ...saying({}), from: 2n }, 1n)).toBe(true);
    expect(queue.add(saying({ data: { n: 2 } }), 2n)).toBe(false);
    expect(queue.add(record(0, 3, true), 3n)).toBe(false);
    // Two releases of the relay may write the event in two shapes, and it is one event still.
    expect(queue.add(saying({ schemaVersion: 2, data: { m: 1 } }), 4n)).toBe(true);
    expect(queue.add(saying({ schemaVersion: 2, eventId: 'f' }), 5n)).toBe(false);
    queue.drop(3n);
    expect(queue.add(saying({ data: { n: 2 } }), 6n)).toBe(true);
  });

  it('shows a hole, and covers nothing beyond it', () => {
    const queue = new PartitionQueue();
    queue.add(record(0, 3), 0n);
    queue.add(record(7, 9), 1n);
    expect([queue.coverage(0n), queue.hole(0n)]).toEqual([3n, undefined]);
    queue.drop(3n);
    expect([queue.coverage(3n), queue.hole(3n)]).toEqual([3n, 7n]);
    expect([queue.coverage(7n), queue.hole(7n)]).toEqual([9n, undefined]);
  });

  it('hands out every event once, whatever is repeated and whatever is lost', () => {
    const deliveries = fc.array(fc.tuple(fc.nat(30), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(deliveries, fc.integer({ min: 1, max: 5 }), (order, step) => {
        const log = Array.from({ length: 31 }, (_, n) => record(n, n + 1, n % 3 === 0));
        const queue = new PartitionQueue();
        const seen: bigint[] = [];
        let after = 0n;
        const readStore = (upTo: bigint): void => {
          for (const { position, event: own } of log)
            if (position > after && position <= upTo && own) seen.push(position);
          after = upTo;
        };
        const take = (): void => {
          queue.drop(after);
          const hole = queue.hole(after);
          if (hole !== undefined) return readStore(hole);
          const end = queue.coverage(after);
          seen.push(...positions(queue, after, end));
          after = end;
        };
        for (const [n, [index, lost]] of order.entries()) {
          const one = log[index];
          if (one && !lost) queue.add(one, BigInt(n));
          if (n % step === 0) take();
        }
        readStore(31n);
        expect(seen).toEqual(log.flatMap(({ position, event: own }) => (own ? [position] : [])));
      }),
    );
  });
});
