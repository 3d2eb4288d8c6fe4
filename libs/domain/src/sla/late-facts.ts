/**
 * Rule 5, late facts. A fact that is dated up to a due instant but was recorded after it would take back a breach that
 * others may have acted on. Small lateness of what stops a clock is believed; all else waits for a supervisor. What is
 * doubtful depends on the facts' two times alone, so neither the order of recording nor a worker that was down for a
 * while makes a difference.
 */
import type { Instant } from '@fieldcase/eventsourcing';
import { endingBy } from './clock-ending';
import { clockIdOf, type ClockKey } from './clock-key';
import { ClockRun } from './clock-run';
import type { Calendar } from './clock.types';
import { inOrderOfTime, isFinal } from './situation';
import { comparePositions, type SlaFact, type SlaFacts, type StoredClockFact } from './sla-facts';

export interface JudgedClock {
  readonly key: ClockKey;
  readonly run: ClockRun;
  /** Facts that would take back the run's breach and that a supervisor has not decided on yet. */
  readonly contesting: readonly SlaFact[];
}

/** What a clock is judged within. */
export interface JudgingContext {
  /** In order of business time, none after `at`. */
  readonly facts: readonly SlaFact[];
  readonly at: Instant;
  readonly calendars: readonly Calendar[];
  readonly stored: SlaFacts['stored'];
  readonly importedUntil: Instant;
  readonly lateFactLimitMs: number;
}

/** These say themselves that the clock's work was done; believed when not too late. */
const believedWhenSoon: ReadonlySet<SlaFact['type']> = new Set<SlaFact['type']>([
  'TechnicianArrived',
  'AppointmentAgreed',
  'VisitCompleted',
  'PartReceived',
]);
/** The office's own decisions, no claims about what happened. */
const decisions: ReadonlySet<SlaFact['type']> = new Set<SlaFact['type']>([
  'CaseMerged',
  'CaseReopened',
  'ExemptionApproved',
]);
/** These give more time. */
const lenient: ReadonlySet<SlaFact['type']> = new Set<SlaFact['type']>([
  'CasePaused',
  'CustomerTimeRequested',
  'CaseTriaged',
]);

export function judgeClock(key: ClockKey, context: JudgingContext): JudgedClock {
  const run = play(key, context.facts, context);
  const doubtful = context.facts.filter((fact) => isDoubtful(fact, key, context));
  for (const { from, to, facts } of windowsOf(doubtful)) {
    const { breach } = play(key, withoutBelieving(facts, context), context);
    if (breach === null || breach.at < from || breach.at >= to || breach.at <= context.importedUntil) continue;
    if (wasBreachedBy(breach.at, key, context)) break;
    return contest(key, facts, breach.at, context);
  }
  return { key, run, contesting: [] };
}

/** With every fact believed the clock was breached by then all the same: what came afterwards has no say in it. */
function wasBreachedBy(due: Instant, key: ClockKey, context: JudgingContext): boolean {
  const at = due + 1;
  const facts = context.facts.filter((fact) => fact.at <= at);
  return play(key, facts, { ...context, at }).breach !== null;
}

/** Which of these facts take back the breach, and the clock without them. */
function contest(key: ClockKey, facts: readonly SlaFact[], due: Instant, context: JudgingContext): JudgedClock {
  const alone = facts.filter((fact) => {
    const others = facts.filter((other) => other !== fact);
    return play(key, withoutBelieving(others, context), context).breach?.at !== due;
  });
  const withoutThem = play(key, withoutBelieving(alone, context), context);
  // Doubting fewer may bring about another breach, at a time when these were known: no decision would ever cover it.
  const [contesting, run] =
    withoutThem.breach?.at === due
      ? [alone, withoutThem]
      : [facts, play(key, withoutBelieving(facts, context), context)];
  const refusals = decisionsOn(key, 'VoidingRefused', context);
  const final = context.facts.some(isFinal);
  const undecided = final ? [] : contesting.filter((fact) => !isDecided(fact, refusals));
  return { key, run, contesting: undecided };
}

function play(key: ClockKey, facts: readonly SlaFact[], { at, calendars }: JudgingContext): ClockRun {
  return new ClockRun(key, facts, at, calendars);
}

function isDoubtful(fact: SlaFact, key: ClockKey, context: JudgingContext): boolean {
  const lateness = fact.recordedAt - fact.at;
  if (lateness <= 0 || fact.imported || fact === key.start || fact.recordedAt <= key.start.at) return false;
  if (saysDone(fact, key) && lateness <= context.lateFactLimitMs) return false;
  if (!matters(fact, key)) return false;
  return !isDecided(fact, decisionsOn(key, 'BreachVoided', context));
}

/** A closing is what restoring ends with; any other clock it would only let go. */
function saysDone({ type }: SlaFact, { target }: ClockKey): boolean {
  return believedWhenSoon.has(type) || (type === 'CaseClosed' && target === 'restore');
}

function matters(fact: SlaFact, key: ClockKey): boolean {
  if (decisions.has(fact.type)) return false;
  if (lenient.has(fact.type) && (key.target !== 'customerPromise' || fact.type === 'CaseTriaged')) return true;
  const partsEnd = { fact, ending: 'stopped' } as const;
  return endingBy(fact, key, { suspended: false, restoreStop: fact, partsEnd }) !== null;
}

type DecisionOn = Extract<StoredClockFact, { type: 'BreachVoided' | 'VoidingRefused' }>;

function decisionsOn(key: ClockKey, type: DecisionOn['type'], { stored }: JudgingContext): readonly DecisionOn[] {
  const clockId = clockIdOf(key);
  return stored.filter(
    (fact): fact is DecisionOn =>
      fact.type === type &&
      fact.data.clockId === clockId &&
      (fact.type !== 'BreachVoided' || fact.data.by === 'approval'),
  );
}

/** A decision covers what was dated before the due instant, recorded after it and known when it was taken. */
function isDecided(fact: SlaFact, decisions: readonly DecisionOn[]): boolean {
  return decisions.some((decision) => {
    const due = Date.parse(decision.data.dueAt);
    return fact.at <= due && due < fact.recordedAt && wasKnown(fact, decision);
  });
}

function wasKnown(fact: SlaFact, decision: DecisionOn): boolean {
  if (fact.recordedAt !== decision.recordedAt) return fact.recordedAt < decision.recordedAt;
  return comparePositions(fact.position, decision.position) < 0;
}

/** Stretches of time, ascending, in each of which the same facts had happened but were not recorded yet. */
function windowsOf(facts: readonly SlaFact[]): { from: Instant; to: Instant; facts: readonly SlaFact[] }[] {
  const edges = [...new Set(facts.flatMap(({ at, recordedAt }) => [at, recordedAt]))].sort((a, b) => a - b);
  return edges.flatMap((from, index) => {
    const to = edges[index + 1];
    if (to === undefined) return [];
    const unrecorded = facts.filter(({ at, recordedAt }) => at <= from && to <= recordedAt);
    return unrecorded.length === 0 ? [] : [{ from, to, facts: unrecorded }];
  });
}

/** As if what ends a clock had happened only when it was recorded, and what gives more time had not happened. */
function withoutBelieving(doubted: readonly SlaFact[], { facts, at }: JudgingContext): readonly SlaFact[] {
  const believed = facts.filter((fact) => !doubted.includes(fact));
  const later = doubted
    .filter(({ type, recordedAt }) => !lenient.has(type) && recordedAt <= at)
    .map((fact) => ({ ...fact, at: fact.recordedAt, claimedAt: fact.at }));
  return inOrderOfTime([...believed, ...later]);
}
