import fc from 'fast-check';
import { InMemoryEventStore, type RecordedEvent } from '@fieldcase/eventsourcing';
import { contractEvent } from '@fieldcase/eventsourcing/testing';
import { DepotTopic } from './depot-topic';

const STREAM = 'depotfeed:harbin';

/** A depot's stream, and what came into its topic. */
class Feed {
  readonly store = new InMemoryEventStore();
  readonly inTopic: number[] = [];
  readonly failures: string[] = [];
  reads = 0;
  /** Of what is read from the stream, before it is handed out. */
  handedOut = (): void => undefined;
  sent = (): void => undefined;
  failsAt: number | undefined;
  private resting: (() => void)[] = [];

  async grow(events: number): Promise<readonly RecordedEvent[]> {
    const before = (await this.all()).length;
    const made = Array.from({ length: events }, () => contractEvent('PartRequestNoticed', {}));
    if (events > 0) await this.store.append({ writes: [{ streamId: STREAM, expected: 'any', events: made }] });
    return (await this.all()).slice(before);
  }

  async all(afterVersion = 0, limit?: number): Promise<readonly RecordedEvent[]> {
    const options = limit === undefined ? { afterVersion } : { afterVersion, limit };
    return (await this.store.readStreams([STREAM], options)).get(STREAM) ?? [];
  }

  topic(sequence = 0): DepotTopic {
    return new DepotTopic({
      sequence,
      read: async (after, limit) => {
        this.reads += 1;
        const events = await this.all(after, limit);
        this.handedOut();
        return events;
      },
      send: async (events) => {
        await new Promise(setImmediate);
        if (events.some(({ version }) => version === this.failsAt)) throw new Error('no leader');
        this.inTopic.push(...events.map(({ version }) => version));
        this.sent();
        for (const rest of this.resting) rest();
      },
      onFailure: (error) => void this.failures.push(error.message),
    });
  }

  /** Resolves when the topic has so many records. */
  async has(records: number): Promise<void> {
    while (this.inTopic.length < records) await new Promise<void>((resolve) => void this.resting.push(resolve));
  }
}

const numbers = (upTo: number): readonly number[] => Array.from({ length: upTo }, (_, index) => index + 1);

describe('a depot’s topic', () => {
  it('sends what follows on what is there, and looks nothing up', async () => {
    const feed = new Feed();
    const topic = feed.topic();
    for (const event of await feed.grow(5)) topic.notice(event);
    await feed.has(5);
    expect(feed.inTopic).toEqual(numbers(5));
    expect(feed.reads).toBe(0);
    expect(topic.sequence).toBe(5);
    expect(topic.waitsSince).toBeUndefined();
  });

  it('that is behind gets what it lacks from the stream, in many batches', async () => {
    const feed = new Feed();
    const events = await feed.grow(1_234);
    const topic = feed.topic(3);
    topic.notice(events.at(-1) as RecordedEvent);
    await feed.has(1_231);
    expect(feed.inTopic).toEqual(numbers(1_234).slice(3));
  });

  it('does not send what is there already', async () => {
    const feed = new Feed();
    const topic = feed.topic(5);
    for (const event of await feed.grow(5)) topic.notice(event);
    const [next] = await feed.grow(1);
    topic.notice(next as RecordedEvent);
    await feed.has(1);
    expect(feed.inTopic).toEqual([6]);
  });

  it('sends nothing twice that is noticed while it is read from the stream', async () => {
    const feed = new Feed();
    const events = await feed.grow(6);
    const topic = feed.topic();
    feed.handedOut = () => events.slice(0, 5).forEach((event) => topic.notice(event));
    topic.notice(events[3] as RecordedEvent);
    await feed.has(6);
    topic.notice((await feed.grow(1))[0] as RecordedEvent);
    await feed.has(7);
    expect(feed.inTopic).toEqual(numbers(7));
  });

  it('waits since the first that it lacks, until all of it is there', async () => {
    const feed = new Feed();
    const events = await feed.grow(1_200);
    const topic = feed.topic();
    const waiting: (bigint | undefined)[] = [];
    feed.sent = () => void waiting.push(topic.waitsSince);
    topic.notice(events.at(-1) as RecordedEvent);
    const since = topic.waitsSince;
    await feed.has(1_200);
    await new Promise(setImmediate);
    expect(waiting).toEqual([since, since, since]);
    expect(topic.waitsSince).toBeUndefined();
  });

  it('does no more after a failure: what the topic ends with is not known', async () => {
    const feed = new Feed();
    feed.failsAt = 2;
    const topic = feed.topic();
    const events = await feed.grow(2);
    topic.notice(events[0] as RecordedEvent);
    await feed.has(1);
    topic.notice(events[1] as RecordedEvent);
    while (feed.failures.length === 0) await new Promise(setImmediate);
    expect(feed.failures).toEqual(['no leader']);
    feed.failsAt = undefined;
    for (const event of await feed.grow(3)) topic.notice(event);
    await new Promise(setImmediate);
    expect(feed.inTopic).toEqual([1]);
    expect(topic.sequence).toBe(1);
    expect(topic.waitsSince).toBe(events[1]?.position);
  });

  it('has every sequence once and in order, whatever is noticed, as long as the last one is', async () => {
    const step = fc.record({ events: fc.integer({ min: 0, max: 700 }), noticed: fc.double({ min: 0, max: 1 }) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 20 }), fc.array(step, { maxLength: 8 }), async (begin, steps) => {
        const feed = new Feed();
        await feed.grow(begin);
        const topic = feed.topic(begin);
        for (const { events, noticed } of steps) {
          const grown = await feed.grow(events);
          grown.forEach((event, index) => {
            if ((index * 0.618) % 1 < noticed) topic.notice(event);
          });
        }
        const [last] = await feed.grow(1);
        topic.notice(last as RecordedEvent);
        await feed.has(((last as RecordedEvent).version as number) - begin);
        expect(feed.inTopic).toEqual(numbers((last as RecordedEvent).version).slice(begin));
      }),
      { numRuns: 20 },
    );
  });
});
