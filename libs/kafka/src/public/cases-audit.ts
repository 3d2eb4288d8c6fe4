import { logHeaderOf, publicCaseEventNames } from '@fieldcase/contracts';
import { SHARDS, type LogSource } from '@fieldcase/eventsourcing';
import { ForeignRecord, type LogName } from '../log-topic';
import type { Covered } from '../relay';
import { RelayHalted } from '../relay-audit';
import type { IncomingRecord, KafkaTransport } from '../transport';

export interface CasesAuditOptions {
  readonly transport: Pick<KafkaTransport, 'lastRecords' | 'ends'>;
  readonly log: LogName;
  readonly topic: string;
  readonly source: LogSource;
}

const BATCH = 4_000;

/**
 * The position of the last record of each partition, 0 where there is none.
 * Throws RelayHalted, ForeignRecord: going on would hide a loss or mix two logs
 */
export async function lastSent(options: CasesAuditOptions, noted: Covered): Promise<Covered> {
  const { transport, log, topic, source } = options;
  const [last, ends, head] = [await transport.lastRecords(topic), await transport.ends(topic), await source.head()];
  const sent = Array.from({ length: SHARDS }, (_, partition) => {
    const record = last.get(partition);
    return record ? placeOf(log, `partition ${partition} of ${topic}`, record) : 0n;
  });
  const ahead = sent.findIndex((position) => position > head);
  if (ahead >= 0) {
    throw new RelayHalted(
      `partition ${ahead} of ${topic} ends with position ${sent[ahead]}, and the log with ${head}: an older backup of the ` +
        `log was restored. Restore a newer one, or give the topics another KAFKA_PREFIX and run "fieldcase relay restart"`,
    );
  }
  if (ends.every(({ next }) => next === 0n) && (await hasPublished(source, noted))) {
    throw new RelayHalted(
      `the topic ${topic} is empty, though the log was published to it: it was deleted and made again. ` +
        `"fieldcase relay restart --topic cases" publishes the log anew, from its beginning`,
    );
  }
  return sent;
}

/** What each partition must end with by what is noted; looks at the log from where a partition seems to be behind. */
export async function mustHaveSent(source: LogSource, sent: Covered, noted: Covered): Promise<Covered> {
  const expected = [...sent];
  const upTo = highest(noted);
  const behind = sent.filter((position, shard) => position < (noted[shard] ?? 0n));
  for (let after = behind.reduce((least, next) => (next < least ? next : least), upTo); after < upTo;) {
    const batch = await source.read({ after, limit: BATCH, types: publicCaseEventNames, upTo });
    for (const { position, shard } of batch.events) {
      if (position > (expected[shard] ?? 0n) && position <= (noted[shard] ?? 0n)) expected[shard] = position;
    }
    if (batch.upTo === after) break;
    after = batch.upTo;
  }
  return expected;
}

async function hasPublished(source: LogSource, noted: Covered): Promise<boolean> {
  const upTo = highest(noted);
  for (let after = 0n; after < upTo;) {
    const batch = await source.read({ after, limit: 1, types: publicCaseEventNames, upTo });
    if (batch.events.some(({ position, shard }) => position <= (noted[shard] ?? 0n))) return true;
    if (batch.upTo === after) return false;
    after = batch.upTo;
  }
  return false;
}

const highest = (positions: Covered): bigint => positions.reduce((most, next) => (next > most ? next : most), 0n);

/** Throws ForeignRecord. */
export function placeOf(log: LogName, place: string, { headers }: IncomingRecord): bigint {
  const { log: name, position } = headers;
  if (name !== logHeaderOf(log)) {
    throw new ForeignRecord(
      `${place}: a record of the log ${name ?? '(none)'}, expected ${logHeaderOf(log)}: was a backup restored, or is the ` +
        `topic another installation's? Give each its own KAFKA_PREFIX`,
    );
  }
  if (position !== undefined && /^[1-9]\d{0,18}$/.test(position)) return BigInt(position);
  throw new ForeignRecord(`${place}: expected a header position, found ${position}`);
}
