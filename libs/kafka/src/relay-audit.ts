import { SHARDS, type LogSource } from '@fieldcase/eventsourcing';
import { readRecord, type LogName } from './log-topic';
import type { Covered } from './relay';
import type { IncomingRecord, KafkaTransport } from './transport';

/** Going on would hide a loss or mix two logs: whoever runs the installation decides. Says what was found, and what to do. */
export class RelayHalted extends Error {
  override readonly name = 'RelayHalted';
}

export interface AuditOptions {
  readonly transport: KafkaTransport;
  readonly log: LogName;
  readonly topic: string;
  /** Asked whether what the topic ends with is what it has at that position. */
  readonly source?: Pick<LogSource, 'read'>;
}

/**
 * Compares what the topic ends with to what was noted as published. Behind the notes, records that were acknowledged are
 * lost: they are published again from there. Ahead of the notes, they were sent and not noted: nothing is to be done.
 * @returns from where each partition is to go on. Throws RelayHalted, ForeignRecord
 */
export async function auditTopic(
  { transport, log, topic, source }: AuditOptions,
  covered: Covered,
  head: bigint,
): Promise<Covered> {
  const [last, ends] = [await transport.lastRecords(topic), await transport.ends(topic)];
  const noted = covered.some((position) => position > 0n);
  if (noted && ends.every(({ next }) => next === 0n)) {
    throw new RelayHalted(
      `the topic ${topic} is empty, though the log was published to it: it was deleted and made again. ` +
        `"fieldcase relay restart" publishes the log anew, from its beginning`,
    );
  }
  if (source) await assertSameLog({ log, topic, source }, last, head);
  return Array.from({ length: SHARDS }, (_, partition) => {
    const record = last.get(partition);
    const ends = record ? readRecord(log, partition, record).position : 0n;
    if (ends > head) {
      throw new RelayHalted(
        `partition ${partition} of ${topic} ends with position ${ends}, and the log with ${head}: an older backup of the ` +
          `log was restored. Restore a newer one, or give the topics another KAFKA_PREFIX and run "fieldcase relay restart"`,
      );
    }
    const noted = covered[partition] ?? 0n;
    return ends < noted ? ends : noted;
  });
}

/** A restored backup that has grown past the topic's end has other events at the same positions. */
async function assertSameLog(
  { log, topic, source }: Required<Pick<AuditOptions, 'log' | 'topic' | 'source'>>,
  last: ReadonlyMap<number, IncomingRecord>,
  head: bigint,
): Promise<void> {
  for (const [partition, record] of last) {
    const { event, position } = readRecord(log, partition, record);
    if (!event || position > head) continue;
    const { events } = await source.read({ after: position - 1n, limit: 1, upTo: position });
    if (events[0]?.eventId === event.eventId) continue;
    throw new RelayHalted(
      `partition ${partition} of ${topic} ends with another event at position ${position} than the log has there: an older ` +
        `backup of the log was restored and has grown since. Restore a newer one, or give the topics ` +
        `another KAFKA_PREFIX and run "fieldcase relay restart"`,
    );
  }
}
