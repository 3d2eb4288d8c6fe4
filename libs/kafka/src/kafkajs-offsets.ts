import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { PartitionEnds } from './transport';

const ATTEMPTS = 5;

/**
 * Where each partition of a topic begins and ends. Questions about several topics at once share what the client knows of
 * all of them, and one that was under way before a topic was asked about may put what it knew then in its place. The client
 * then reads an answer that it has not got, a TypeError; the next question finds the topic again.
 */
export async function offsetsOf(admin: Admin, topic: string): Promise<readonly PartitionEnds[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return endsIn(await admin.fetchTopicOffsets(topic));
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof TypeError)) throw error;
      await sleep(100 * attempt);
    }
  }
}

/** By partition, as kafkajs answers them in any order. */
function endsIn(
  offsets: readonly { readonly partition: number; readonly low: string; readonly high: string }[],
): readonly PartitionEnds[] {
  return offsets
    .toSorted((a, b) => a.partition - b.partition)
    .map(({ low, high }) => ({ first: BigInt(low), next: BigInt(high) }));
}
