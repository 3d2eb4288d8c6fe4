import { ForeignRecord, type LogName } from '../log-topic';
import { RelayHalted } from '../relay-audit';
import { TopicUnfit, type PartitionEnds, type TopicTail } from '../transport';
import { placeOf } from './cases-audit';

/**
 * The sequence that the topic of a depot ends with, 0 where it is empty: then it gets the whole feed.
 * Throws TopicUnfit, ForeignRecord, RelayHalted
 */
export function sequenceAtEnd(log: LogName, topic: string, { ends, last }: TopicTail): number {
  if (ends.length !== 1) {
    throw new TopicUnfit(
      `the topic ${topic} has ${ends.length} partitions, expected 1: the sequence is of the whole. Delete it and make it ` +
        `anew: it is filled from its beginning`,
    );
  }
  const record = last.get(0);
  if (!record) return 0;
  placeOf(log, topic, record);
  const { sequence = '' } = record.headers;
  if (/^[1-9]\d{0,14}$/.test(sequence)) {
    requireBeginning(topic, ends[0], sequence);
    return Number(sequence);
  }
  throw new ForeignRecord(`${topic}, offset ${record.offset}: expected a header sequence, found ${sequence || 'none'}`);
}

/** Nothing was deleted by age, and there are fewer records than there must be: they begin in the middle. Throws RelayHalted. */
function requireBeginning(topic: string, end: PartitionEnds | undefined, sequence: string): void {
  if (!end || end.first > 0n || end.next >= BigInt(sequence)) return;
  throw new RelayHalted(
    `the topic ${topic} ends with sequence ${sequence} and has ${end.next} records: it was deleted and made again at once. ` +
      `Delete it, and make it again half a minute later: it is filled from its beginning`,
  );
}

/** Throws RelayHalted. */
export function requireNotAhead(topic: string, sequence: number, head: number): void {
  if (sequence <= head) return;
  throw new RelayHalted(
    `the topic ${topic} ends with sequence ${sequence}, and the depot's feed with ${head}: an older backup of the log was ` +
      `restored. Restore a newer one, or delete the topic and make it anew: it is filled from its beginning, and the depot ` +
      `begins to read it anew`,
  );
}
