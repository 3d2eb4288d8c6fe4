import type { Evidence, LoggedEvent, TopicRecord } from './evidence';
import { groupBy } from './group-by';

/** As if no other subscription existed: what must have read all of the log. */
const READERS = ['case-board', 'sla-facts', 'depot-stock', 'satisfaction', 'part-supply', 'timers'];

/** Every partition covers the log without a hole once copies are dropped, and says of each event what the log says. */
export function topicComplete({ topic, events, head }: Evidence): string[] {
  if (topic === undefined) return [];
  const byPartition = groupBy(events, ({ shard }) => shard);
  return topic.flatMap((records, partition) =>
    partitionComplete(partition, records, byPartition.get(partition) ?? [], head),
  );
}

function partitionComplete(
  partition: number,
  records: readonly TopicRecord[],
  events: readonly LoggedEvent[],
  head: bigint,
): string[] {
  const expected = new Map(events.map(({ position, digest }) => [position, digest]));
  const found: string[] = [];
  let covered = 0n;
  let next = 0;
  for (const { from, position, digest } of records) {
    if (digest !== undefined && expected.get(position) !== digest)
      found.push(`partition ${partition}: the record of ${position} is not what the log says`);
    // A copy, or what comes too late: a reader has passed it.
    if (position <= covered) continue;
    if (from > covered) found.push(`partition ${partition}: a hole between ${covered} and ${from}`);
    covered = position;
    for (; (events[next]?.position ?? covered + 1n) <= covered; next += 1) {
      const isHere = digest !== undefined && events[next]?.position === position;
      if (!isHere)
        found.push(`partition ${partition}: ${events[next]?.position} is passed over by ${from}-${position}`);
    }
  }
  if (covered < head) found.push(`partition ${partition}: ends with ${covered}, and the log with ${head}`);
  return found;
}

export function everybodyAtHead({ positions, head, topic }: Evidence): string[] {
  const wanted = new Set([...READERS, ...(topic ? ['relay'] : []), ...positions.keys()]);
  return [...wanted].flatMap((name) => {
    const at = positions.get(name);
    return at !== undefined && at >= head ? [] : [`${name} is at ${at ?? 'no position'}, and the log at ${head}`];
  });
}

export const nothingParked = ({ parked }: Evidence): readonly string[] => parked;

export function rebuiltEqualsLive({ readModels }: Evidence): string[] {
  return readModels.flatMap(({ table, live, rebuilt }) => {
    const at = rebuilt.findIndex((row, index) => row !== live[index]);
    const first = at < 0 && live.length > rebuilt.length ? rebuilt.length : at;
    if (first < 0) return [];
    const counts = `${live.length} rows live, ${rebuilt.length} rebuilt`;
    return [`${table}: ${counts}; the first that differs: ${live[first] ?? '(none)'} / ${rebuilt[first] ?? '(none)'}`];
  });
}
