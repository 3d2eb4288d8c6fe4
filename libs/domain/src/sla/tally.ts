import type { Instant } from '@fieldcase/eventsourcing';
import type { Calendar } from './clock.types';
import type { SlaFact } from './sla-facts';

/** Why time counts or does not, and the fact since which. */
export interface CountingStatus {
  readonly counted: boolean;
  readonly reason: string;
  readonly since: SlaFact;
}

export interface TalliedInterval extends CountingStatus {
  readonly from: Instant;
  readonly to: Instant;
}

/** Reason of an interval outside a calendar's working time. */
export const OUTSIDE_HOURS = 'outside-hours';

/**
 * The counted time of one clock, built up in order of business time. Intervals are half-open and tile the time from
 * the start to the cursor; what once counted is never taken back, so a swap of policy keeps starts and pauses.
 */
export class Tally {
  readonly intervals: TalliedInterval[] = [];
  counted = 0;
  cursor: Instant;
  private readonly spans: { readonly from: Instant; readonly to: Instant; readonly before: number }[] = [];

  constructor(readonly start: Instant) {
    this.cursor = start;
  }

  /** Moves the cursor; an instant before it changes nothing. */
  advance(to: Instant, status: CountingStatus, calendar?: Calendar): void {
    if (to <= this.cursor) return;
    if (status.counted && calendar !== undefined) {
      for (const span of calendar.spansBetween(this.cursor, to)) {
        const from = Math.max(span.from, this.cursor);
        this.add(from, { ...status, counted: false, reason: OUTSIDE_HOURS });
        this.add(Math.min(span.to, to), status);
      }
      this.add(to, { ...status, counted: false, reason: OUTSIDE_HOURS });
    } else {
      this.add(to, status);
    }
  }

  /** The first instant at which this much time was counted; null when it is not used up by the cursor. */
  usedUpAt(ms: number): Instant | null {
    if (ms <= 0) return this.start;
    const span = this.spans.find(({ from, to, before }) => before + (to - from) >= ms);
    return span === undefined ? null : span.from + (ms - span.before);
  }

  private add(to: Instant, status: CountingStatus): void {
    if (to <= this.cursor) return;
    const from = this.cursor;
    const last = this.intervals.at(-1);
    if (last !== undefined && isSameStatus(last, status)) {
      this.intervals[this.intervals.length - 1] = { ...last, to };
    } else {
      this.intervals.push({ ...status, from, to });
    }
    if (status.counted) {
      this.spans.push({ from, to, before: this.counted });
      this.counted += to - from;
    }
    this.cursor = to;
  }
}

/** Counted time goes on whatever happened in it; an uncounted interval belongs to the fact that caused it. */
export function isSameStatus(last: CountingStatus, next: CountingStatus): boolean {
  return last.counted === next.counted && last.reason === next.reason && (last.counted || last.since === next.since);
}
