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
  /** Of the record after the last that is applied: where to begin the next time. */
  nextOffset: bigint | undefined;
  private readonly runs: Run[] = [];

  add(record: LogRecord, offset: bigint): void {
    const last = this.runs.at(-1);
    if (last && record.position <= last.to) return;
    this.size += 1;
    const queued = { ...record, offset };
    if (last && record.from <= last.to) {
      last.records.push(queued);
      last.to = record.position;
    } else {
      this.runs.push({ from: record.from, to: record.position, records: [queued] });
    }
  }

  /** What lies up to here is applied. */
  drop(applied: bigint): void {
    for (let run = this.runs[0]; run; run = this.runs[0]) {
      const kept = run.records.findIndex(({ position }) => position > applied);
      const gone = run.records.splice(0, kept < 0 ? run.records.length : kept);
      this.size -= gone.length;
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

  /** Records are here, but what comes before them is not: it lies between `after` and this. */
  hole(after: bigint): bigint | undefined {
    const run = this.runs[0];
    const begin = run && this.begin(run);
    return begin !== undefined && begin > after ? begin : undefined;
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
}
