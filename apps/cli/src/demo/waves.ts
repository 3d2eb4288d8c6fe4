import { categoryOf, rootOf, type NewEvent } from '@fieldcase/eventsourcing';

/** One append: events by stream. The first stream is a case's own. */
export type Wave = Map<string, NewEvent[]>;

interface Course {
  wave: number;
  /** Whether the wave has clock facts of the case: in an append they come after its other events. */
  clocks: boolean;
}

/** Events of some cases in as few appends as keep every case's own order, from its report to its end. */
export class Waves {
  /** In the order of their appends. */
  readonly all: Wave[] = [];
  private readonly courses = new Map<string, Course>();

  /** @param caseId the case whose command it was */
  add(streamId: string, event: NewEvent, caseId: string): void {
    const wave = (this.all[this.waveOf(streamId, caseId)] ??= new Map());
    const events = wave.get(streamId);
    if (events) events.push(event);
    else wave.set(streamId, [event]);
  }

  private waveOf(streamId: string, caseId: string): number {
    const category = categoryOf(streamId);
    const own = category === 'case' || category === 'clocks' ? rootOf(streamId) : caseId;
    const course = this.courses.get(own) ?? { wave: 0, clocks: false };
    this.courses.set(own, course);
    if (category === 'case' && course.clocks) course.wave += 1;
    if (own === rootOf(streamId)) course.clocks = category === 'clocks';
    return course.wave;
  }
}
