/** Random but plausible cases for properties: every fact at its own millisecond, in an order that a case may take. */
import fc from 'fast-check';
import type { CaseEvent, PauseReason } from '../case/case.events';
import { hour, hoursOf, iso, policyOf, REPORTED, Story, type Recording } from './story.testing';

export interface PlotFact {
  readonly type: CaseEvent['type'];
  readonly data: object;
  /** Hours after the report. */
  readonly at: number;
  /** Hours between happening and recording. */
  readonly lateness: number;
}

interface Turn {
  readonly gap: number;
  readonly move: number;
  readonly detail: number;
  readonly lateness: number;
}

/** Differ in times, in targets and in what pauses them. */
export const policies = [
  policyOf('day', { onSiteResponse: 24, appointment: 24, visitAfterNotice: 24, restore: 72 }),
  policyOf('half', { onSiteResponse: 12, appointment: 6, visitAfterNotice: 12, restore: 36 }, { warnAt: [50, 90] }),
  policyOf('weather', { onSiteResponse: 30, restore: 50 }, { pausedBy: ['waiting-customer', 'weather'] }),
  policyOf('restore-only', { restore: 60 }, { warnAt: [33, 66] }),
] as const;

const reasons: readonly PauseReason[] = ['waiting-customer', 'weather', 'waiting-part'];
const endedByArrival: readonly PauseReason[] = ['waiting-customer', 'weather'];

const HOUR_MS = 3_600_000;
const turns = (lateness: fc.Arbitrary<number>) =>
  fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 15 * HOUR_MS }),
      move: fc.nat(997),
      detail: fc.nat(997),
      lateness,
    }),
    { maxLength: 14 },
  );

/** Facts recorded as they happen. */
export const timely: fc.Arbitrary<readonly PlotFact[]> = turns(fc.constant(0)).map(play);
/** Some facts recorded up to three days late. */
export const belated: fc.Arbitrary<readonly PlotFact[]> = turns(
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: HOUR_MS }), fc.integer({ min: HOUR_MS, max: 72 * HOUR_MS })),
).map(play);

/** Tells facts in the given order, as recorded at their own time or, with `late`, with their lateness. */
export function tellAll(story: Story, facts: readonly PlotFact[], late = false): Story {
  for (const { type, data, at, lateness } of facts) {
    const how: Recording = late ? { recorded: at + lateness } : {};
    story.tell(type, at, data, how);
  }
  return story;
}

class Play {
  readonly facts: PlotFact[] = [];
  private visit: { readonly id: string; readonly arrived: boolean } | null = null;
  private visits = 0;
  private promises = 0;
  private standing = false;
  private closed = false;
  private pauses: readonly PauseReason[] = [];

  turn(at: number, { move, detail, lateness }: Turn): void {
    const options = this.options(at, detail);
    const [type, data] = options[move % options.length] ?? ['NoteAdded', {}];
    this.facts.push({ type, data, at, lateness: hoursOf(lateness) });
    this.remember(type, data);
  }

  private options(at: number, detail: number): (readonly [CaseEvent['type'], object])[] {
    if (this.closed) return [['CaseReopened', {}]];
    const reason = reasons[detail % reasons.length] ?? 'weather';
    const [from, to] = [at + 1 + (detail % 40), at + 2 + (detail % 50)].sort((a, b) => a - b) as [number, number];
    const sla = policies[detail % policies.length];
    return [
      ['CaseTriaged', { sla, caseType: detail % 7 === 0 ? 'complaint' : 'fault' }],
      ['CustomerTimeRequested', { promise: this.promises + 1, from: iso(hour(from)), to: iso(hour(to)) }],
      ...(this.standing ? [['CustomerTimeWithdrawn', { promise: this.promises }] as const] : []),
      this.pauses.includes(reason) ? ['CaseResumed', { reasons: [reason] }] : ['CasePaused', { reason }],
      ...this.visitOptions(detail),
    ];
  }

  private visitOptions(detail: number): (readonly [CaseEvent['type'], object])[] {
    const visitId = this.visit?.id ?? `V${this.visits + 1}`;
    if (this.visit === null) {
      return [
        ['TechnicianDispatched', { visitId, technicianId: 'T1', notice: detail % 5 > 0 }],
        ...(detail % 3 > 0 ? [] : [['CaseClosed', {}] as const]),
      ];
    }
    if (this.visit.arrived) return [['VisitCompleted', { visitId, fixed: detail % 3 > 0, materials: [] }]];
    return [
      ['AppointmentAgreed', { visitId }],
      ['TechnicianArrived', { visitId }],
      ['DispatchDeclined', { visitId }],
    ];
  }

  private remember(type: CaseEvent['type'], data: object): void {
    const of = <T>(name: string) => (data as Record<string, T>)[name] as T;
    if (type === 'TechnicianDispatched') {
      this.visits += 1;
      this.visit = { id: of('visitId'), arrived: false };
    }
    if (type === 'VisitCompleted' || type === 'DispatchDeclined') this.visit = null;
    if (type === 'TechnicianArrived') {
      this.visit = { id: of('visitId'), arrived: true };
      this.pauses = this.pauses.filter((reason) => !endedByArrival.includes(reason));
      this.standing = false;
    }
    if (type === 'CustomerTimeRequested') [this.promises, this.standing] = [this.promises + 1, true];
    if (type === 'CustomerTimeWithdrawn') this.standing = false;
    if (type === 'CasePaused') this.pauses = [...this.pauses, of('reason')];
    if (type === 'CaseResumed') this.pauses = this.pauses.filter((reason) => !of<string[]>('reasons').includes(reason));
    if (type === 'CaseClosed') [this.closed, this.pauses, this.standing] = [true, [], false];
    if (type === 'CaseReopened') this.closed = false;
  }
}

function play(plot: readonly Turn[]): readonly PlotFact[] {
  const first = policies[plot[0]?.detail ?? 0] ?? policies[0];
  const told = new Play();
  told.facts.push({ type: 'FaultReported', data: { caseType: 'fault', sla: first }, at: 0, lateness: 0 });
  let now = 0;
  for (const turn of plot) {
    now += turn.gap;
    told.turn(hoursOf(hour(hoursOf(now)) - REPORTED), turn);
  }
  return told.facts;
}

/** After everything that a plot may tell, and after every clock has run out. */
export const THE_END = 600;
