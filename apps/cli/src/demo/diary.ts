import { rootOf, type Fact, type RecordedEvent } from '@fieldcase/eventsourcing';
import { technicianWeekDecider, type TechnicianWeekState, type TimeWindow } from '@fieldcase/domain';
import type { TechnicianWeekEvent } from '@fieldcase/domain/events';

const QUARTER_MS = 15 * 60_000;

/** The weeks of a crew, as the log has them and as the sample visits fill them. */
export class Diary {
  private readonly weeks = new Map<string, TechnicianWeekState>();
  private readonly taken = new Map<string, TimeWindow[]>();

  constructor(known: ReadonlyMap<string, readonly RecordedEvent[]>) {
    for (const [stream, events] of known) {
      for (const event of events) this.note(stream, event as unknown as Fact<TechnicianWeekEvent>);
    }
  }

  week(stream: string): TechnicianWeekState {
    return this.weeks.get(stream) ?? technicianWeekDecider.initialState;
  }

  note(stream: string, event: Fact<TechnicianWeekEvent>): void {
    this.weeks.set(stream, technicianWeekDecider.evolve(this.week(stream), event));
    if (event.type !== 'WindowReserved') return;
    const window = { from: Date.parse(event.data.from), to: Date.parse(event.data.to) };
    this.taken.set(rootOf(stream), [...(this.taken.get(rootOf(stream)) ?? []), window]);
  }

  /**
   * The window, or the next one of its length that was never taken: cases are not written in the order of time, and
   * must not be in each other's way in any.
   */
  firstFree(technicianId: string, wanted: TimeWindow): TimeWindow {
    const taken = this.taken.get(technicianId) ?? [];
    let { from, to } = wanted;
    while (taken.some((other) => from < other.to && other.from < to)) {
      from += QUARTER_MS;
      to += QUARTER_MS;
    }
    return { from, to };
  }
}
