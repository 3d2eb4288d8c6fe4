import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent } from '@fieldcase/eventsourcing';
import type { LogRecord } from './log-topic';

interface Queued extends LogRecord {
  readonly offset: bigint;
}

/** Records of one partition that follow on each other: nothing of the partition lies between `from` and `to` but them. */
interface Run {
  readonly from: bigint;
  to: bigint;
  readonly records: Queued[];
}

/** What was delivered of one partition and is not applied yet. Copies are dropped; what is missing between is a hole. */
export class PartitionQueue {
  size = 0;
  /** Characters of what waits. */
  length = 0;
  /** The furthest position that was delivered, applied or not. */
  delivered = 0n;
  /** Of the record after the last that is applied: where to begin the next time. */
  nextOffset: bigint | undefined;
  private applied = 0n;
  private readonly runs: Run[] = [];
  private readonly waiting = new Map<bigint, Queued>();

  /** @returns false for a record that says of its position something else than one that waits here */
  add(record: LogRecord, offset: bigint): boolean {
    const last = this.runs.at(-1);
    if (record.position > this.delivered) this.delivered = record.position;
    if (record.position <= this.applied) {
      if (!last) this.nextOffset = offset + 1n;
      return true;
    }
    if (last && record.position <= last.to) return this.isCopy(record);
    const queued = { ...record, offset };
    this.size += 1;
    this.length += record.length;
    this.waiting.set(record.position, queued);
    if (last && record.from <= last.to) {
      last.records.push(queued);
      last.to = record.position;
    } else {
      this.runs.push({ from: record.from, to: record.position, records: [queued] });
    }
    return true;
  }

  /** What lies up to here is applied. */
  drop(applied: bigint): void {
    if (applied > this.applied) this.applied = applied;
    for (let run = this.runs[0]; run; run = this.runs[0]) {
      const kept = run.records.findIndex(({ position }) => position > applied);
      const gone = run.records.splice(0, kept < 0 ? run.records.length : kept);
      for (const { position, length } of gone) {
        this.size -= 1;
        this.length -= length;
        this.waiting.delete(position);
      }
      const last = gone.at(-1);
      if (last) this.nextOffset = last.offset + 1n;
      if (run.records.length > 0) return;
      this.runs.shift();
    }
  }

  /** From `after` on, up to where everything of the partition is here; `after` itself where nothing is. */
  coverage(after: bigint): bigint {
    const run = this.runs[0];
    return run && this.begin(run) <= after && run.to > after ? run.to : after;
  }

  /** Records are here, or were and are dropped; what comes before them is not: it lies between `after` and this. */
  hole(after: bigint): bigint | undefined {
    const run = this.runs[0];
    const begin = run ? this.begin(run) : this.applied;
    return begin > after ? begin : undefined;
  }

  *events(after: bigint, upTo: bigint): Generator<RecordedEvent> {
    for (const { position, event } of this.runs[0]?.records ?? []) {
      if (position > upTo) return;
      if (event && position > after) yield event;
    }
  }

  private begin(run: Run): bigint {
    return run.records[0]?.from ?? run.from;
  }

  /** A relay of another release may have written the same event in another shape of it. */
  private isCopy({ position, event }: LogRecord): boolean {
    const waits = this.waiting.get(position);
    if (!waits) return true;
    const other = waits.event;
    if (!event || !other) return event === other;
    const sameShape = event.schemaVersion === other.schemaVersion;
    return sameShape ? isDeepStrictEqual(event, other) : event.eventId === other.eventId;
  }
}

export function firstOf(
  events: Iterable<RecordedEvent>,
  limit: number,
  wanted: ReadonlySet<string> | undefined,
): readonly RecordedEvent[] {
  const first: RecordedEvent[] = [];
  for (const event of events) {
    if (wanted && !wanted.has(event.type)) continue;
    first.push(event);
    if (first.length === limit) break;
  }
  return first;
}
