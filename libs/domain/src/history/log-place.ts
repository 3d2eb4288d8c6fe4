import type { Instant, RecordedEvent } from '@fieldcase/eventsourcing';
import type { CaseEvent } from '../case/case.events';
import { advance, noProgress, type CaseProgress } from './case-progress';
import type { RowEvents } from './row-events';

/**
 * A place between a case's events in the log, and the case as it stood there. A file that comes again is followed by it:
 * what a row was when it came first is decided by what the log held then, not by all that it holds now.
 */
export class LogPlace {
  progress: CaseProgress = noProgress;
  /** Business time of the log's latest event. */
  readonly at: Instant;
  private index = 0;
  /** Folded once per place: a file may have many rows that leave nothing in the log. */
  private end: { readonly from: number; readonly progress: CaseProgress } | undefined;
  private readonly indexes: ReadonlyMap<string, number>;

  constructor(
    private readonly log: readonly RecordedEvent[],
    private readonly source: string,
    private readonly rowEvents: RowEvents,
  ) {
    this.at = log.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), Number.NEGATIVE_INFINITY);
    this.indexes = new Map(log.map(({ eventId }, index) => [eventId, index]));
  }

  get size(): number {
    return this.log.length;
  }

  has(eventId: string): boolean {
    return this.indexes.has(eventId);
  }

  /**
   * Behind everything that happened before an instant.
   * @param closing id of the closing that came after the file's last row, whatever its time: rows that follow were
   * there before it, unless others have gone on with the case since
   */
  passTo(at: Instant, closing?: string): void {
    for (let next = this.log[this.index]; next && next.occurredAt < at; next = this.log[this.index]) {
      if (next.eventId === closing && this.isOwnFromHere()) return;
      this.step();
    }
  }

  private isOwnFromHere(): boolean {
    return this.log.slice(this.index).every(({ metadata }) => metadata.source === this.source);
  }

  /**
   * Behind the events of one row.
   * @param idOf the id of its how-many-th event, from 0; @param pausesUntilNextRow what the row says of a pause
   */
  follow(idOf: (nth: number) => string, pausesUntilNextRow?: () => boolean): void {
    const first = this.indexes.get(idOf(0));
    if (first === undefined) return;
    while (this.index < first) this.step();
    for (let nth = 0; this.indexes.get(idOf(nth)) === first + nth; nth += 1) {
      if (this.index === first + nth) this.step(pausesUntilNextRow);
    }
  }

  /** The case as the log has it now. */
  atEnd(): CaseProgress {
    if (this.end?.from !== this.index) {
      const progress = this.log.slice(this.index).reduce((state, event) => this.after(state, event), this.progress);
      this.end = { from: this.index, progress };
    }
    return this.end.progress;
  }

  private step(pausesUntilNextRow?: () => boolean): void {
    const event = this.log[this.index];
    if (event) this.progress = this.after(this.progress, event, pausesUntilNextRow);
    this.index += 1;
  }

  /** @param pausesUntilNextRow of the event's own row; without it the mapping's rules tell as much as they can */
  private after(before: CaseProgress, event: RecordedEvent, pausesUntilNextRow?: () => boolean): CaseProgress {
    if (event.metadata.source !== this.source) return advance(before, event, event.occurredAt);
    const { type, data } = event as unknown as CaseEvent;
    const ends = type === 'CasePaused' && (pausesUntilNextRow?.() ?? this.rowEvents.mayEndAtNextRow(data.reason));
    const after = advance(before, event, event.occurredAt, ends);
    // A row of a second file happens with the one that it belongs to: it ends nothing.
    if (before.pauses.length === 0 || event.metadata.file !== undefined) return after;
    // What a later row has left open does not end with rows.
    const outlasted = new Set(before.pauses);
    const pauses = after.pauses.map((pause) => (outlasted.has(pause) ? { ...pause, untilNextRow: false } : pause));
    return { ...after, pauses };
  }
}
