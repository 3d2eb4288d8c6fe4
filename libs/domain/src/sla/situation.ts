import type { Instant } from '@fieldcase/eventsourcing';
import type { CaseType, PauseReason } from '../case/case.events';
import { CUSTOMER_PROMISE, NEVER_PAUSES } from './built-in-policy';
import type { PolicyChoice, SlaTarget, TargetSpec } from './policy.types';
import { comparePositions, type SlaFact, type SlaFactOf, type SlaFacts } from './sla-facts';

/** By business time; at the same instant in the order of recording. */
export function inOrderOfTime(facts: readonly SlaFact[]): readonly SlaFact[] {
  return facts
    .map((fact, index) => ({ fact, index }))
    .sort((a, b) => a.fact.at - b.fact.at || comparePositions(a.fact.position, b.fact.position) || a.index - b.index)
    .map(({ fact }) => fact);
}

/** Such a case takes no decision any more. */
export const isFinal = ({ type }: SlaFact): boolean => type === 'CaseCancelled' || type === 'CaseMerged';

export const visitTargets: ReadonlySet<SlaTarget> = new Set(['onSiteResponse', 'appointment', 'visitAfterNotice']);
const visitedCaseTypes: ReadonlySet<CaseType> = new Set(['fault', 'maintenance', 'upgrade']);
/** What an arrival ends without a CaseResumed. */
const endedByArrival: ReadonlySet<PauseReason> = new Set(['waiting-customer', 'weather', 'road']);

/** The customer's time that stands. */
export interface StandingTime {
  readonly fact: SlaFactOf<'CustomerTimeRequested'>;
  readonly from: Instant;
}

/** The case as far as its clocks depend on it, folded in order of business time. */
export class Situation {
  choice: PolicyChoice | null = null;
  caseType: CaseType = 'fault';
  cycle = 1;
  pauses: readonly SlaFactOf<'CasePaused'>[] = [];
  standing: StandingTime | null = null;
  /** Closed, cancelled or merged: nothing can be paused or promised any more. */
  ended: SlaFactOf<'CaseClosed' | 'CaseCancelled' | 'CaseMerged'> | null = null;

  apply(fact: SlaFact): void {
    switch (fact.type) {
      case 'FaultReported':
      case 'CaseTriaged':
        this.choice = fact.data.sla;
        this.caseType = fact.data.caseType;
        break;
      case 'CasePaused':
        if (this.ended === null) this.pauses = [...this.pauses, fact];
        break;
      case 'CaseResumed':
        this.resume(new Set(fact.data.reasons));
        break;
      case 'TechnicianArrived':
        this.resume(endedByArrival);
        this.standing = null;
        break;
      case 'CustomerTimeRequested':
        if (this.ended === null) this.standing = { fact, from: Date.parse(fact.data.from) };
        break;
      case 'CustomerTimeWithdrawn':
        if (this.standing?.fact.data.promise === fact.data.promise) this.standing = null;
        break;
      case 'CaseClosed':
      case 'CaseCancelled':
      case 'CaseMerged':
        // A pause or a promise of the closed case says nothing about a reopened one.
        this.pauses = [];
        this.standing = null;
        this.ended = fact;
        break;
      case 'CaseReopened':
        this.cycle += 1;
        this.ended = null;
        break;
    }
  }

  private resume(reasons: ReadonlySet<PauseReason>): void {
    this.pauses = this.pauses.filter(({ data }) => !reasons.has(data.reason));
  }
}

/** What is open in a case: the same for whoever decides, shows or judges it. */
export interface OpenDealings {
  readonly pauses: readonly { readonly reason: PauseReason; readonly from: Instant; readonly until: Instant | null }[];
  readonly promise: {
    readonly number: number;
    readonly from: Instant;
    readonly to: Instant;
    readonly namedAt: Instant;
  } | null;
}

/** As the facts stand at an instant of business time, whatever the order in which they were recorded. */
export function openDealings({ facts }: SlaFacts, at: Instant = Number.POSITIVE_INFINITY): OpenDealings {
  const situation = new Situation();
  for (const fact of inOrderOfTime(facts)) if (fact.at <= at) situation.apply(fact);
  const { pauses, standing } = situation;
  return {
    pauses: pauses.map(({ at: from, data: { reason, until } }) => ({
      reason,
      from,
      until: until === undefined ? null : Date.parse(until),
    })),
    promise: standing && {
      number: standing.fact.data.promise,
      from: standing.from,
      to: Date.parse(standing.fact.data.to),
      namedAt: standing.fact.at,
    },
  };
}

/** A target's content under one policy version; null: the policy or the kind of case does not know this target. */
export interface JudgedBy {
  readonly policy: PolicyChoice['policy'];
  readonly spec: TargetSpec;
}

export function judgedBy(choice: PolicyChoice | null, caseType: CaseType, target: SlaTarget): JudgedBy | null {
  if (choice === null) return null;
  if (visitTargets.has(target) && !visitedCaseTypes.has(caseType)) return null;
  const named = choice.targets.find((spec) => spec.target === target);
  if (target === 'customerPromise') return { policy: choice.policy, spec: named ?? CUSTOMER_PROMISE };
  return named === undefined || named.withinMs === null ? null : { policy: choice.policy, spec: named };
}

/** The oldest open pause that stops this target's time; all open ones are one united pause. */
export function effectivePause(pauses: Situation['pauses'], spec: TargetSpec): SlaFactOf<'CasePaused'> | undefined {
  return pauses.find(({ data }) => data.reason !== NEVER_PAUSES && spec.pausedBy.includes(data.reason));
}
