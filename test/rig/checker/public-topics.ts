import type { Evidence, PublicPartition } from './evidence';

/** Once copies are dropped, a public topic is what the log says: all of it, in order, and nothing else. */
export const publicTopicsComplete = ({ publicTopics }: Evidence): string[] => publicTopics.flatMap(partitionComplete);

function partitionComplete({ name, expected, records }: PublicPartition): string[] {
  const digests = new Map(expected.map(({ place, digest }) => [place, digest]));
  const found: string[] = [];
  const kept: bigint[] = [];
  for (const { place, digest } of records) {
    if (digests.get(place) !== digest) found.push(`${name}: the record of ${place} is not what the log says`);
    // As a reader does: what it has, or has passed, is a copy.
    if (place > (kept.at(-1) ?? 0n)) kept.push(place);
  }
  const inOrder = new Set(kept);
  const missing = expected.filter(({ place }) => !inOrder.has(place));
  return [...found, ...missing.map(({ place }) => `${name}: ${place} is not there, or only behind what follows it`)];
}
