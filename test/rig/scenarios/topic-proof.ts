import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { readRecord, type IncomingRecord, type KafkaTransport, type LogName } from '@fieldcase/kafka';
import { readTopic } from '../kafka/read-topic';

export interface TopicProof {
  readonly records: number;
  readonly events: number;
  /** Records that say what an earlier one has said: sent again where it was not known whether they had arrived. */
  readonly copies: number;
}

/**
 * Reads the whole topic as a consumer would: copies are dropped by their position, each interval must begin where the one
 * before it ends, and what is left must be the log, event by event.
 */
export async function proveTopic(
  transport: KafkaTransport,
  topic: string,
  log: LogName,
  pool: Pool,
): Promise<TopicProof> {
  const partitions = await readWhole(transport, topic);
  const { rows } = await pool.query<{ position: string; event_id: string; shard: number }>(
    'select e.position::text as position, event_id, shard from fieldcase.events e order by e.position',
  );
  const seen = new Map<string, string>();
  let [records, copies] = [0, 0];
  const covered = partitions.map((own, partition) => {
    let cp = 0n;
    for (const record of own) {
      const { from, position, event } = readRecord(log, partition, record);
      records += 1;
      if (position <= cp) {
        copies += 1;
        continue;
      }
      assert(from <= cp, `partition ${partition}, offset ${record.offset}: begins at ${from}, and ${cp} was before it`);
      cp = position;
      if (event) seen.set(String(position), event.eventId);
    }
    return cp;
  });
  for (const { position, event_id: id, shard } of rows) {
    if (BigInt(position) > (covered[shard] ?? 0n)) continue;
    assert.equal(seen.get(position), id, `position ${position} of partition ${shard} is not in the topic`);
  }
  const head = BigInt(rows.at(-1)?.position ?? 0);
  assert(seen.size <= rows.length, 'the topic has events that the log has not');
  for (const cp of covered) assert(cp <= head, `the topic is ahead of the log: ${cp}, ${head}`);
  return { records, events: seen.size, copies };
}

async function readWhole(transport: KafkaTransport, topic: string): Promise<readonly IncomingRecord[][]> {
  const found: IncomingRecord[][] = (await transport.ends(topic)).map(() => []);
  await readTopic(transport, topic, (partition, record) => void found[partition]?.push(record));
  return found;
}
