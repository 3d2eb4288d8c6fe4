import { randomUUID } from 'node:crypto';
import { casesTopic, depotTopic } from '@fieldcase/contracts';
import type { NewEvent } from '@fieldcase/eventsourcing';
import { CasesRelay, casesTopicSpec, DepotFeeds, depotFeedTopicSpec } from '@fieldcase/kafka';
import { feedItemOf } from '@fieldcase/read-models';
import { BenchReport } from './kit/bench-report';
import { delaysOf, round } from './kit/figures';
import { eventOf, fillLog, noteOf } from './kit/filled-log';
import { progressOf, withLogOnKafka, type LogOnKafka } from './kit/log-on-kafka';
import { sizesOf } from './kit/sizes';
import { evenly, until } from './kit/waiting';

/**
 * `npm run bench -- public-topics [--events 100000] [--depots 50] [--rate 200] [--seconds 10] [--smoke]`: public events of
 * cases into Kafka at full speed, of a log in which every second event is public; then notices to depots at a rate, with
 * the delay from the commit to the reader of the depot's topic. One broker, PostgreSQL and all of it on this machine.
 * There is no reference: what it holds is that nothing is left out, sent twice or out of order.
 */
const sizes = sizesOf({
  full: { events: 100_000, depots: 50, rate: 200, seconds: 10 },
  small: { events: 4_000, depots: 5, rate: 100, seconds: 1 },
});
const report = new BenchReport('public-topics');
const PREFIX = 'bench';
const LATEST_MS = 60_000;

const everySecondPublic = (n: number): NewEvent =>
  n % 2 === 0 ? eventOf('TechnicianArrived', { visitId: randomUUID() }) : noteOf(n);
const notice = (): NewEvent =>
  eventOf('PartRequestNoticed', {
    change: 'placed',
    partRequestId: `${randomUUID()}.1`,
    caseId: randomUUID(),
    caseNumber: '7KM-3RX-4',
    partNumber: 'BELT',
    quantity: 2,
    promisedAt: '2026-11-25T01:00:00.000Z',
    priority: 'season',
  });

async function main(bench: LogOnKafka): Promise<void> {
  await fillLog(bench.store, sizes.events, everySecondPublic);
  await cases(bench);
  await depots(bench);
}

async function cases({ pool, source, log, transport }: LogOnKafka): Promise<void> {
  await transport.ensureTopic(casesTopicSpec(PREFIX, 1));
  const publisher = await transport.publisher();
  const progress = await progressOf(pool, 'relay-cases');
  const noted = await progress.load();
  const options = { log, topic: casesTopic(PREFIX), source, progress };
  const relay = new CasesRelay(options, publisher, { noted, sent: noted });
  const read = Number(await source.head());
  const began = performance.now();
  while (await relay.step());
  const took = (performance.now() - began) / 1_000;
  const ends = await transport.ends(casesTopic(PREFIX));
  const sent = ends.reduce((sum, { next }) => sum + Number(next), 0);
  report.add({ part: 'cases', read, sent, sentPerSecond: round(sent / took), readPerSecond: round(read / took) });
  report.shape('every public event is sent once, and no other', sent === read / 2, sent);
  await publisher.close();
}

async function depots({ pool, store, source, log, transport }: LogOnKafka): Promise<void> {
  const names = Array.from({ length: sizes.depots }, (_, n) => `depot-${n}`);
  const topics = names.map((name) => depotTopic(PREFIX, name, 'part-requests'));
  for (const topic of topics) await transport.ensureTopic(depotFeedTopicSpec(topic, 1));
  const progress = await progressOf(pool, 'relay-depots');
  const complain = (_: string, message: string, fields: object): void => console.error(message, fields);
  const feeds = new DepotFeeds({
    ...{ log, transport, prefix: PREFIX, source, store, progress },
    itemOf: feedItemOf,
    report: complain,
  });
  const stopping = new AbortController();
  const began = performance.now();
  const running = feeds.run(stopping.signal);
  await until('every depot has begun', () => names.every((name) => feeds.sequenceOf(name) !== undefined), LATEST_MS);
  report.add({ part: 'depots begin', depots: sizes.depots, seconds: round((performance.now() - began) / 1_000) });
  const read = new Read();
  let onAssigned = (): void => undefined;
  const assigned = new Promise<void>((resolve) => (onAssigned = resolve));
  const reader = await transport.consume({
    topics,
    group: 'bench',
    onAssigned: () => onAssigned(),
    onRecords: (topic, _partition, records) => {
      for (const { headers } of records) read.note(topic, BigInt(headers['position'] ?? 0));
    },
    onCrash: (error) => console.error(error),
  });
  await assigned;
  const committed = await notices(store, names);
  await until('every notice is read', () => read.at.size >= committed.size, LATEST_MS);
  stopping.abort();
  await Promise.all([running, reader.close()]);
  const delays = [...committed].map(([position, at]) => Math.max(0, (read.at.get(position) ?? Infinity) - at));
  report.add({ part: 'commit to the depot', depots: sizes.depots, perSecond: sizes.rate, ...delaysOf(delays) });
  report.shape(
    'every notice arrives, in the order of its depot',
    read.inOrder && read.at.size === committed.size,
    read.at.size,
  );
}

/** @returns when each was committed, by its position */
async function notices(store: LogOnKafka['store'], names: readonly string[]): Promise<Map<bigint, number>> {
  const committed = new Map<bigint, number>();
  await evenly(sizes.rate * sizes.seconds, sizes.rate, async (n) => {
    const write = { streamId: `depotfeed:${names[n % names.length]}`, expected: 'any' as const, events: [notice()] };
    const result = await store.append({ writes: [write] });
    if (result.outcome === 'appended') committed.set(result.lastPosition, performance.now());
  });
  return committed;
}

/** What has come out of the depots' topics, when. */
class Read {
  readonly at = new Map<bigint, number>();
  inOrder = true;
  private readonly last = new Map<string, bigint>();

  note(topic: string, position: bigint): void {
    // The same once more is allowed: it is sent at least once.
    this.inOrder &&= position >= (this.last.get(topic) ?? 0n);
    this.last.set(topic, position);
    this.at.set(position, performance.now());
  }
}

withLogOnKafka('public-topics', main)
  .then(() => report.finish())
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
