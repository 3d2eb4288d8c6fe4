/** A case told fact by fact, for specs: instants in hours after the report at 2026-11-23T09:00+08:00. */
import type { Decided, Fact, Instant } from '@fieldcase/eventsourcing';
import type { CaseEvent, CaseType } from '../case/case.events';
import { BUILT_IN_POLICY } from './built-in-policy';
import { choosePolicy } from './choose-policy';
import type { ClockEvent } from './clock.events';
import type { Calendar, Clock } from './clock.types';
import { judge } from './judge';
import type { PolicyChoice, SlaTarget, TargetSpec } from './policy.types';
import { nextStepAt, settle } from './settle';
import { evolveSlaFacts, initialSlaFacts, type SlaFacts } from './sla-facts';

export const REPORTED = Date.UTC(2026, 10, 23, 1);
export const hour = (hours: number): Instant => REPORTED + Math.round(hours * 3_600_000);
export const hoursOf = (ms: number): number => ms / 3_600_000;
export const iso = (at: Instant): string => new Date(at).toISOString();

type DataOf<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>['data'];
type Anything = Fact<CaseEvent | ClockEvent>;

export interface Recording {
  /** Hours; absent: as it happened. */
  readonly recorded?: number;
  readonly by?: string;
  /** Name of an import. */
  readonly source?: string;
}

/** A policy with only these targets, in hours; a list of reasons pauses all but the customer's time. */
export function policyOf(
  id: string,
  hours: Partial<Record<SlaTarget, number>>,
  change: Partial<TargetSpec> & { lateFactLimitMs?: number } = {},
): PolicyChoice {
  const { lateFactLimitMs = 7_200_000, ...spec } = change;
  const targets = Object.entries(hours).map(([target, within]) => ({
    target: target as SlaTarget,
    withinMs: within * 3_600_000,
    warnAt: [50, 75, 90],
    pausedBy: ['waiting-customer' as const],
    ...spec,
  }));
  return { policy: { id, version: 1 }, zone: BUILT_IN_POLICY.zone, targets, lateFactLimitMs };
}

export function builtIn(caseType: CaseType = 'fault'): PolicyChoice {
  return choosePolicy([], { caseType, priority: 'normal', region: 'R1' }, REPORTED);
}

export class Story {
  facts: SlaFacts = initialSlaFacts;
  readonly published: Decided<ClockEvent>[] = [];
  private position = 0;

  constructor(private readonly calendars: readonly Calendar[] = []) {}

  /** The usual beginning: reported at hour 0. */
  static of(sla: PolicyChoice = builtIn(), caseType: CaseType = 'fault', calendars: readonly Calendar[] = []): Story {
    const story = new Story(calendars);
    return story.tell('FaultReported', 0, { caseType, sla });
  }

  tell<T extends CaseEvent['type']>(type: T, at: number, data: Partial<DataOf<T>> = {}, how: Recording = {}): this {
    return this.fold({ type, data } as CaseEvent, hour(at), how);
  }

  customerTime(at: number, promise: number, from: number, to: number, how: Recording = {}): this {
    return this.tell('CustomerTimeRequested', at, { promise, from: iso(hour(from)), to: iso(hour(to)) }, how);
  }

  dispatch(at: number, visitId = 'V1', how: Recording = {}): this {
    return this.tell('TechnicianDispatched', at, { visitId, technicianId: 'T1', notice: true }, how);
  }

  arrive(at: number, visitId = 'V1', how: Recording = {}): this {
    return this.tell('TechnicianArrived', at, { visitId }, how);
  }

  complete(at: number, fixed = true, visitId = 'V1', how: Recording = {}): this {
    return this.tell('VisitCompleted', at, { visitId, fixed, materials: [] }, how);
  }

  pause(at: number, reason: DataOf<'CasePaused'>['reason'] = 'waiting-customer', how: Recording = {}): this {
    return this.tell('CasePaused', at, { reason }, how);
  }

  resume(at: number, reason: DataOf<'CasePaused'>['reason'] = 'waiting-customer', how: Recording = {}): this {
    return this.tell('CaseResumed', at, { reasons: [reason] }, how);
  }

  triage(at: number, sla: PolicyChoice, caseType: CaseType = 'fault', how: Recording = {}): this {
    return this.tell('CaseTriaged', at, { sla, caseType, priority: 'urgent', faultCode: 'F1' }, how);
  }

  approveExemption(at: number, target: string, how: Recording = {}): this {
    return this.tell('ExemptionApproved', at, { exemptionId: 'X1', target }, how);
  }

  /** A supervisor's decision on a pending voiding. */
  decide(at: number, type: 'BreachVoided' | 'VoidingRefused', clockId: string): this {
    const pending = this.clock(clockId, at).breach;
    const target = clockId.split(':')[0] as SlaTarget;
    const data = { clockId, target, dueAt: iso(pending?.at ?? Number.NaN) };
    const event = type === 'BreachVoided' ? { type, data: { ...data, by: 'approval' as const } } : { type, data };
    return this.fold(event, hour(at), { by: 'supervisor-1' });
  }

  /** What the worker records at that hour; it becomes part of the story. */
  work(at: number): readonly string[] {
    const decided = settle(this.facts, hour(at), this.calendars);
    for (const event of decided) this.fold(event, event.occurredAt ?? hour(at), { recorded: at, by: 'timers' });
    this.published.push(...decided);
    return decided.map(told);
  }

  clock(clockId: string, at: number): Clock {
    const clocks = this.clocks(at);
    const found = clocks.find((clock) => clock.clockId === clockId);
    if (found === undefined)
      throw new Error(`no clock ${clockId} among ${clocks.map((clock) => clock.clockId).join()}`);
    return found;
  }

  clocks(at: number): readonly Clock[] {
    return judge(this.facts, hour(at), this.calendars);
  }

  /** `target:state` of every clock. */
  states(at: number): readonly string[] {
    return this.clocks(at).map(({ clockId, state }) => `${clockId} ${state}`);
  }

  /** Hours. */
  next(at: number): number | null {
    const instant = nextStepAt(this.facts, hour(at), this.calendars);
    return instant === null ? null : hoursOf(instant - REPORTED);
  }

  private fold(event: CaseEvent | ClockEvent, at: Instant, { recorded, by = 'agent-1', source }: Recording): this {
    this.position += 1;
    const metadata = { correlationId: '', causationId: '', actor: by, actorRole: '' };
    const fact = {
      ...event,
      occurredAt: at,
      recordedAt: recorded === undefined ? at : hour(recorded),
      position: BigInt(this.position),
      metadata: source === undefined ? metadata : { ...metadata, source, row: this.position },
    };
    this.facts = evolveSlaFacts(this.facts, fact as Anything);
    return this;
  }
}

/** `12 SlaWarningRaised onSiteResponse:-:1 50`: hour, type, clock, detail. */
function told(event: Decided<ClockEvent>): string {
  const { type, data, occurredAt } = event;
  const detail = 'percent' in data ? ` ${data.percent}` : 'cause' in data ? ` ${data.cause}` : '';
  return `${hoursOf((occurredAt ?? Number.NaN) - REPORTED)} ${type} ${data.clockId}${detail}`;
}
