import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { Grouped } from './grouped';

/** The version of each stream behind which it is wanted. */
export type Wanted = ReadonlyMap<string, number>;
export type StreamEvents = ReadonlyMap<string, readonly RecordedEvent[]>;

export interface GroupReadOptions {
  /** Reads all in one statement, each stream ordered by version. */
  readonly read: (wanted: Wanted) => Promise<StreamEvents>;
  /** Whether an error is about the server: then the members are not tried one by one. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Statements under way at once (2). */
  readonly lanes?: number;
  /** Streams of a statement, unless one read alone wants more (256). */
  readonly maxStreams?: number;
}

/**
 * Reads that wait at the same moment go down in one statement, as appends do: to plan a statement costs the server more
 * than to find the few events behind a version. 50 at once, of cases that had not moved: 43,500 reads/s instead of 4,300,
 * for 10 us of this process's CPU each instead of 90. A read sees all that was committed before it was asked for, since
 * its statement is sent after that.
 */
export class GroupRead {
  private readonly reads: Grouped<Wanted, StreamEvents>;

  constructor({ read, isUnavailable, lanes, maxStreams = 256 }: GroupReadOptions) {
    this.reads = new Grouped({
      take: (queue) => queue.splice(0, fitting(queue, maxStreams)),
      carryOut: async (all) => {
        const events = await read(wantedBy(all));
        return all.map((wanted) => shareOf(wanted, events));
      },
      isUnavailable,
      lanes,
    });
  }

  read(wanted: Wanted): Promise<StreamEvents> {
    return this.reads.add(wanted);
  }
}

/** How many of the first want no more streams together; at least one. */
function fitting(queue: readonly { readonly item: Wanted }[], maxStreams: number): number {
  let streams = 0;
  const end = queue.findIndex(({ item }, index) => {
    streams += item.size;
    return index > 0 && streams > maxStreams;
  });
  return end < 0 ? queue.length : end;
}

/** A stream that several want is read from where the first of them begins. */
function wantedBy(group: readonly Wanted[]): Wanted {
  const all = new Map<string, number>();
  for (const wanted of group) {
    for (const [id, after] of wanted) all.set(id, Math.min(after, all.get(id) ?? after));
  }
  return all;
}

function shareOf(wanted: Wanted, events: StreamEvents): StreamEvents {
  return new Map(
    [...wanted].map(([id, after]) => [id, (events.get(id) ?? []).filter(({ version }) => version > after)]),
  );
}
