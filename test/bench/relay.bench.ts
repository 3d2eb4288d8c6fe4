import { randomUUID } from 'node:crypto';
import { KafkaLogSource, logTopic, logTopicSpec, Relay, type Publisher } from '@fieldcase/kafka';
import { BenchReport } from './kit/bench-report';
import { delaysOf, interleaved, median, quantile, round } from './kit/figures';
import { fillLog, noteOf } from './kit/filled-log';
import { KafkaJsAlone, RecordingPublisher, type Step } from './kit/kafkajs-alone';
import { progressOf, withLogOnKafka, type LogOnKafka } from './kit/log-on-kafka';
import { sizesOf } from './kit/sizes';
import { evenly, until } from './kit/waiting';

/**
 * `npm run bench -- relay [--events 100000] [--runs 5] [--rate 500] [--seconds 10] [--smoke]`: the log into Kafka and out
 * of it again, one broker, PostgreSQL and all of it on this machine. First what lies in the log already, at full speed;
 * then at a rate, with the delay from the commit to the acknowledgement and to the reader. The reference is kafkajs
 * alone: the same records in the same sends, which lie ready in memory, in turns with the relay.
 */
const sizes = sizesOf({
  full: { events: 100_000, runs: 5, rate: 500, seconds: 10 },
  small: { events: 8_000, runs: 2, rate: 100, seconds: 1 },
});
const report = new BenchReport('relay');
const never = new AbortController().signal;
const FIRST = 'bench';

async function main(bench: LogOnKafka): Promise<void> {
  await fillLog(bench.store, sizes.events, noteOf);
  const publisher = await bench.transport.publisher();
  const recording = new RecordingPublisher(publisher);
  const relay = await relayTo(bench, FIRST, recording);
  await drain(relay, () => recording.nextStep());
  await intoKafka(bench, publisher, recording.take());
  await outOfKafka(bench, relay);
  await publisher.close();
}

async function relayTo(bench: LogOnKafka, prefix: string, publisher: Publisher): Promise<Relay> {
  const { pool, source, log, transport } = bench;
  const topic = logTopic(prefix);
  await transport.ensureTopic(logTopicSpec(prefix, 1));
  return new Relay({ log, topic, source, progress: await progressOf(pool, `relay-${prefix}`) }, publisher);
}

async function drain(relay: Relay, beforeStep?: () => void): Promise<void> {
  do beforeStep?.();
  while ((await relay.step()) > 0);
}

/** Each run into a topic of its own. */
async function intoKafka(bench: LogOnKafka, publisher: Publisher, steps: readonly Step[]): Promise<void> {
  const alone = await KafkaJsAlone.connect(bench.access);
  let topics = 0;
  const perSecond = async (sending: (prefix: string) => Promise<() => Promise<unknown>>): Promise<number> => {
    topics += 1;
    const send = await sending(`${FIRST}-${topics}`);
    const began = performance.now();
    await send();
    return sizes.events / ((performance.now() - began) / 1_000);
  };
  const results = await interleaved(sizes.runs, {
    relay: () =>
      perSecond(async (prefix) => {
        const relay = await relayTo(bench, prefix, publisher);
        return () => drain(relay);
      }),
    alone: () =>
      perSecond(async (prefix) => {
        await bench.transport.ensureTopic(logTopicSpec(prefix, 1));
        return () => alone.send(logTopic(prefix), steps);
      }),
  });
  await alone.close();
  const [relay, kafkajs] = [median(results.relay), median(results.alone)];
  const slower = round(kafkajs / relay);
  report.add({
    part: 'into Kafka',
    events: sizes.events,
    perSecond: round(relay),
    aloneSecond: round(kafkajs),
    slower,
  });
  report.shape('within 4 times of kafkajs alone', slower <= 4, slower);
  if (sizes.smoke) return;
  report.goal('20,000 events/s', relay >= 20_000, round(relay));
  report.goal('within 1.7 times of kafkajs alone', slower <= 1.7, slower);
}

async function outOfKafka(bench: LogOnKafka, relay: Relay): Promise<void> {
  const { log, transport, store } = bench;
  const onFailure = (error: Error): void => console.error(error);
  const reader = new KafkaLogSource({
    transport,
    log,
    topic: logTopic(FIRST),
    group: 'bench',
    store: bench.source,
    onFailure,
  });
  await reader.start();
  const order = new Order();
  const began = performance.now();
  const head = await store.head();
  while (order.upTo < head) await order.readOn(reader);
  const perSecond = Number(head) / ((performance.now() - began) / 1_000);
  report.add({ part: 'out of Kafka', events: Number(head), perSecond: round(perSecond) });
  await atRate(bench, relay, reader, order);
  report.shape('every event arrives once, in the order of the log', order.kept, String(order.upTo));
  await reader.close();
}

/** One event an append; when each was committed, acknowledged by Kafka and read. */
async function atRate(bench: LogOnKafka, relay: Relay, reader: KafkaLogSource, order: Order): Promise<void> {
  const { store, source } = bench;
  const committed = new Map<bigint, number>();
  const acknowledged = new Times(relay.position);
  const read = new Times(order.upTo);
  const stop = new AbortController();
  const publishing = (async () => {
    while (!stop.signal.aborted) {
      const sent = await relay.step();
      acknowledged.reach(relay.position);
      if (sent === 0) await source.waitForMore(relay.position, 1_000, stop.signal);
    }
  })();
  const reading = (async () => {
    while (!stop.signal.aborted) {
      await order.readOn(reader, stop.signal);
      read.reach(order.upTo);
    }
  })();
  await evenly(sizes.rate * sizes.seconds, sizes.rate, async (n) => {
    const write = { streamId: `case:${randomUUID()}`, expected: 0, events: [noteOf(n)] };
    const result = await store.append({ writes: [write] });
    if (result.outcome === 'appended') committed.set(result.lastPosition, performance.now());
  });
  const head = await store.head();
  await until('all of it read', () => order.upTo >= head && relay.position >= head, 30_000);
  stop.abort();
  await Promise.all([publishing, reading]);
  const toKafka = acknowledged.since(committed);
  const toReader = read.since(committed);
  report.add({ part: 'commit to Kafka', rate: sizes.rate, ...delaysOf(toKafka) });
  report.add({ part: 'commit to reader', rate: sizes.rate, ...delaysOf(toReader) });
  if (sizes.smoke) return;
  const [kafkaP99, readerP99] = [round(quantile(toKafka, 0.99)), round(quantile(toReader, 0.99))];
  report.goal('commit to Kafka, p99 at most 300 ms', kafkaP99 <= 300, kafkaP99);
  report.goal('commit to reader, p99 at most 1,000 ms', readerP99 <= 1_000, readerP99);
}

/** Whether what a reader gets is the log: every position once, each after the one before. */
class Order {
  upTo = 0n;
  kept = true;

  async readOn(reader: KafkaLogSource, signal = never): Promise<void> {
    const batch = await reader.read({ after: this.upTo, limit: 4_000 });
    if (batch.upTo === this.upTo) return reader.waitForMore(this.upTo, 1_000, signal);
    for (const { position } of batch.events) {
      this.kept &&= position === this.upTo + 1n;
      this.upTo = position;
    }
    this.kept &&= batch.upTo === this.upTo;
    this.upTo = batch.upTo;
  }
}

/** When each position after the first was reached. */
class Times {
  private readonly at = new Map<bigint, number>();

  constructor(private reached: bigint) {}

  reach(position: bigint): void {
    const now = performance.now();
    while (this.reached < position) this.at.set((this.reached += 1n), now);
  }

  since(begins: ReadonlyMap<bigint, number>): number[] {
    return [...begins].map(([position, began]) => Math.max(0, (this.at.get(position) ?? Infinity) - began));
  }
}

withLogOnKafka('relay', main)
  .then(() => report.finish())
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
