import { casesTopic, depotOfTopic } from '@fieldcase/contracts';
import { SHARDS, type RecordedEvent } from '@fieldcase/eventsourcing';
import {
  caseRecord,
  depotRecord,
  isPublic,
  type KafkaTransport,
  type LogName,
  type OutgoingRecord,
} from '@fieldcase/kafka';
import { feedItemOf } from '@fieldcase/read-models';
import { readTopic } from '../kafka/read-topic';
import { digestOf } from './digest';
import type { PublicPartition, PublicRecord } from './evidence';

const PLACES = { cases: 'position', depot: 'sequence' } as const;

/** The topics of cases and of every depot that has one, beside what the log says of them. */
export async function publicTopicsOf(
  transport: KafkaTransport,
  prefix: string,
  log: LogName,
  events: readonly RecordedEvent[],
): Promise<PublicPartition[]> {
  const topics = await transport.topics();
  const depots = topics.flatMap((topic) => {
    const of = depotOfTopic(prefix, topic);
    return of?.topic === 'part-requests' ? [{ topic, depotId: of.depotId }] : [];
  });
  const cases = topics.includes(casesTopic(prefix)) ? casesOf(transport, casesTopic(prefix), log, events) : [];
  const all = await Promise.all([
    cases,
    ...depots.map(async ({ topic, depotId }) => {
      const feed = events.filter(({ streamId }) => streamId === `depotfeed:${depotId}`);
      const [records = []] = await partitionsOf(transport, topic, PLACES.depot, 1);
      const expected = feed.map((event) =>
        placed(depotRecord(log, event, feedItemOf(event)), BigInt(feedItemOf(event).sequence)),
      );
      return [{ name: topic, expected, records }];
    }),
  ]);
  return all.flat();
}

async function casesOf(
  transport: KafkaTransport,
  topic: string,
  log: LogName,
  events: readonly RecordedEvent[],
): Promise<PublicPartition[]> {
  const partitions = await partitionsOf(transport, topic, PLACES.cases, SHARDS);
  return partitions.map((records, partition) => {
    const own = events.filter(({ type, shard }) => shard === partition && isPublic(type));
    const expected = own.map((event) => placed(caseRecord(log, 0n, event), event.position));
    return { name: `${topic}, partition ${partition}`, expected, records };
  });
}

async function partitionsOf(
  transport: KafkaTransport,
  topic: string,
  place: string,
  count: number,
): Promise<PublicRecord[][]> {
  const partitions: PublicRecord[][] = Array.from({ length: count }, () => []);
  await readTopic(transport, topic, (partition, record) => {
    partitions[partition]?.push(placed(record, BigInt(record.headers[place] ?? 0)));
  });
  return partitions;
}

const placed = (record: Pick<OutgoingRecord, 'key' | 'value'>, place: bigint): PublicRecord => ({
  place,
  digest: digestOf(record),
});
