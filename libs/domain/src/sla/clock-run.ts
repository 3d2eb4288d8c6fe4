import type { Instant } from '@fieldcase/eventsourcing';
import { endingBy, partsEnd, restoreStop, type Ending, type EndingContext } from './clock-ending';
import { clockIdOf, type ClockKey } from './clock-key';
import type { Calendar, ClockState } from './clock.types';
import { effectivePause, judgedBy, Situation, visitTargets, type JudgedBy } from './situation';
import type { SlaFact } from './sla-facts';
import { Tally, type CountingStatus } from './tally';

/** Time during which one policy version judges the clock. */
interface Reign {
  readonly by: JudgedBy;
  readonly within: number;
  readonly from: Instant;
  /** false: this target was lost, or is not gained yet; time counts, nothing falls due. */
  readonly inForce: boolean;
}

export interface ClockBreach {
  readonly at: Instant;
  readonly cause: 'elapsed' | 'policy-change';
}

/** From here on steps fire again although they fired before. */
export interface Rearming {
  readonly at: Instant;
  readonly recordedAt: Instant;
}

const COUNTING = 'counting';
const CUSTOMER_TIME = 'customer-time';

/** One clock, played through the facts of its case in order of business time up to an instant. */
export class ClockRun {
  breach: ClockBreach | null = null;
  end: { readonly at: Instant; readonly fact: SlaFact; readonly ending: Ending } | null = null;
  /** Set apart from `end`: a stopped clock may still be exempted or voided. */
  override: 'exempted' | 'voided' | null = null;
  readonly warnings: { readonly percent: number; readonly at: Instant }[] = [];
  readonly rearmings: Rearming[] = [];
  private tally = new Tally(0);
  private reign: Reign | null = null;
  private latest: SlaFact;
  private readonly situation = new Situation();
  /** What of all facts together ends this clock. */
  private readonly stops: Omit<EndingContext, 'suspended'>;
  /** The standing customer's time binds this clock: it was not breached yet when the customer named it. */
  private givesWay = false;

  /** @param facts in order of business time, none after `at` */
  constructor(
    readonly key: ClockKey,
    private readonly facts: readonly SlaFact[],
    readonly at: Instant,
    private readonly calendars: readonly Calendar[],
  ) {
    this.latest = key.start;
    this.stops = {
      restoreStop: key.target === 'restore' ? restoreStop(facts, key.start) : null,
      partsEnd: partsEnd(facts, key),
    };
    facts.forEach((fact, index) => this.take(fact, index));
    if (this.reign !== null && this.end === null) {
      this.moveTo(at);
      this.raiseSteps(at + 1);
    }
  }

  /** The clock's policy knows this target. */
  get exists(): boolean {
    return this.reign !== null;
  }

  get verdict(): Reign {
    if (this.reign === null) throw new Error(`clock ${clockIdOf(this.key)} is not known to its policy`);
    return this.reign;
  }

  get intervals() {
    return this.tally.intervals;
  }

  get counted(): number {
    return this.tally.counted;
  }

  get suspended(): boolean {
    return this.givesWay && this.situation.standing !== null && visitTargets.has(this.key.target);
  }

  get status(): CountingStatus {
    return this.statusAt(this.tally.cursor);
  }

  get state(): ClockState {
    if (this.override !== null) return this.override;
    if (this.breach !== null) return 'breached';
    if (this.end !== null) return this.end.ending === 'stopped' ? 'met' : this.end.ending;
    // What begins at the due instant changes nothing any more.
    if (this.tally.usedUpAt(this.verdict.within) !== null) return 'running';
    if (this.suspended) return 'suspended';
    return this.status.counted ? 'running' : 'paused';
  }

  /** When this much time is used up, past or, as things stand, ahead; null: stopped before, or no end in sight. */
  usedUpAt(ms: number): Instant | null {
    const past = this.tally.usedUpAt(ms);
    return past === null && this.end === null ? this.ahead(ms) : past;
  }

  /** Due instant; of a stopped clock the one that it was held to. */
  get dueAt(): Instant | null {
    if (this.breach !== null) return this.breach.at;
    const { within } = this.verdict;
    if (this.end === null) return this.usedUpAt(within);
    const endedSuspended = this.end.ending === 'replaced' && visitTargets.has(this.key.target);
    return this.tally.usedUpAt(within) ?? (endedSuspended ? null : this.after(this.end.at, within - this.counted));
  }

  private take(fact: SlaFact, index: number): void {
    if (this.reign === null) {
      this.situation.apply(fact);
      if (fact === this.key.start) this.begin(index);
    } else if (this.end === null) {
      this.moveTo(fact.at);
      const ending = endingBy(fact, this.key, { suspended: this.suspended, ...this.stops });
      if (ending !== null) this.finish(fact, ending);
      else this.carryOn(fact, index);
    } else {
      this.afterEnd(fact);
    }
  }

  private begin(index: number): void {
    const { start } = this.key;
    const now = judgedBy(this.situation.choice, this.situation.caseType, this.key.target);
    const by = now ?? this.nextJudgement(index);
    if (by === null) return;
    this.tally = new Tally(start.at);
    this.rule(by, start.at, now !== null);
    this.givesWay = this.situation.standing !== null;
    // Recorded late: when it happened the case had ended already.
    const { ended } = this.situation;
    if (ended !== null) this.finish(ended, ended.type === 'CaseMerged' ? 'voided' : 'cancelled');
  }

  private carryOn(fact: SlaFact, index: number): void {
    this.situation.apply(fact);
    this.latest = fact;
    if (fact.type === 'CustomerTimeRequested') this.givesWay = this.breach === null;
    if (fact.type === 'CaseTriaged') this.swapPolicy(fact, index);
  }

  /** Breached clocks keep the version that they were judged by. */
  private swapPolicy(fact: SlaFact, index: number): void {
    const { by: former, inForce } = this.verdict;
    const now = judgedBy(this.situation.choice, this.situation.caseType, this.key.target);
    if (now === null) {
      const next = this.breach === null ? this.nextJudgement(index) : null;
      if (next === null) return this.finish(fact, 'cancelled');
      this.raiseSteps(fact.at);
      return this.rule(next, fact.at, false);
    }
    if (this.breach !== null || (inForce && isSame(former, now))) return;
    this.raiseSteps(fact.at);
    this.rule(now, fact.at, true);
    this.rearmings.push({ at: fact.at, recordedAt: fact.recordedAt });
    this.judgeBreach(fact.at);
  }

  private finish(fact: SlaFact, ending: Ending): void {
    if (!this.verdict.inForce) {
      // Gained after it stopped: judged by what it was gained with.
      this.reign = { ...this.verdict, inForce: true, from: Number.POSITIVE_INFINITY };
      this.judgeBreach(fact.at);
    }
    this.raiseSteps(fact.at);
    this.end = { at: Math.max(fact.at, this.key.start.at), fact, ending };
    if (ending === 'exempted' || ending === 'voided') this.override = ending;
  }

  /** A breach may be excused afterwards; merging voids whatever there was. */
  private afterEnd(fact: SlaFact): void {
    if (fact.type === 'CaseMerged') this.override = 'voided';
    const excused = fact.type === 'ExemptionApproved' && fact.data.target === clockIdOf(this.key);
    if (excused && this.breach !== null && this.override === null) this.override = 'exempted';
  }

  private rule(by: JudgedBy, from: Instant, inForce: boolean): void {
    this.reign = { by, within: this.withinOf(by), from, inForce };
  }

  private withinOf({ spec }: JudgedBy): number {
    const { start } = this.key;
    if (start.type !== 'CustomerTimeRequested') return spec.withinMs ?? 0;
    return Math.max(0, Date.parse(start.data.to) - start.at);
  }

  /** What a later triage of the same cycle judges this clock by. */
  private nextJudgement(index: number): JudgedBy | null {
    for (const fact of this.facts.slice(index + 1)) {
      if (fact.type === 'CaseReopened') return null;
      if (fact.type !== 'CaseTriaged') continue;
      const by = judgedBy(fact.data.sla, fact.data.caseType, this.key.target);
      if (by !== null) return by;
    }
    return null;
  }

  private moveTo(to: Instant): void {
    const { standing } = this.situation;
    const from = standing?.from ?? to;
    if (this.key.target === 'restore' && this.tally.cursor < from && from < to) {
      this.tally.advance(from, this.status, this.calendar);
    }
    this.tally.advance(to, this.status, this.calendar);
    this.judgeBreach(to);
  }

  private judgeBreach(at: Instant): void {
    const { within, from, inForce } = this.verdict;
    if (this.breach !== null || !inForce) return;
    const due = this.tally.usedUpAt(within);
    if (due !== null && due < at) this.breach = { at: due, cause: due < from ? 'policy-change' : 'elapsed' };
  }

  /** Records the steps of the present reign that were used up before `until`. */
  private raiseSteps(until: Instant): void {
    const { by, within, from, inForce } = this.verdict;
    if (!inForce || within === 0) return;
    for (const percent of by.spec.warnAt) {
      const at = this.tally.usedUpAt(stepOf(within, percent));
      if (at !== null && from <= at && at < until) this.warnings.push({ percent, at });
    }
  }

  private statusAt(instant: Instant): CountingStatus {
    const { standing, pauses } = this.situation;
    // At the beginning of the customer's own time it counts again for what he named, not for what was last before.
    const named = this.givesWay && standing !== null && this.latest.at <= standing.from && standing.from <= instant;
    const counting = { counted: true, reason: COUNTING, since: named ? standing.fact : this.latest };
    const { target } = this.key;
    if (target === 'customerPromise') return counting;
    const held = visitTargets.has(target) || (target === 'restore' && standing !== null && instant < standing.from);
    if (this.givesWay && standing !== null && held) {
      return { counted: false, reason: CUSTOMER_TIME, since: standing.fact };
    }
    const pause = effectivePause(pauses, this.verdict.by.spec);
    return pause === undefined ? counting : { counted: false, reason: pause.data.reason, since: pause };
  }

  private ahead(ms: number): Instant | null {
    const { cursor } = this.tally;
    const { standing } = this.situation;
    const resumesAt = this.key.target === 'restore' && this.givesWay ? (standing?.from ?? cursor) : cursor;
    const from = Math.max(cursor, resumesAt);
    return this.statusAt(from).counted ? this.after(from, ms - this.counted) : null;
  }

  private after(from: Instant, ms: number): Instant {
    return this.calendar === undefined ? from + ms : this.calendar.addWorking(from, ms);
  }

  private get calendar(): Calendar | undefined {
    const named = this.verdict.by.spec.calendar;
    if (named === undefined || this.key.target === 'customerPromise') return undefined;
    const found = this.calendars.find(({ id, version }) => id === named.id && version === named.version);
    if (found === undefined) throw new Error(`calendar ${named.id} version ${named.version} was not given`);
    return found;
  }
}

/** Counted milliseconds at which a step is used up: never before its percentage is. */
export function stepOf(within: number, percent: number): number {
  return Math.ceil((within * percent) / 100);
}

function isSame(a: JudgedBy, b: JudgedBy): boolean {
  return (
    a.policy.id === b.policy.id &&
    a.policy.version === b.policy.version &&
    JSON.stringify(a.spec) === JSON.stringify(b.spec)
  );
}
