import type { Instant } from '@fieldcase/eventsourcing';
import type { ClockRun } from './clock-run';
import { stepOf } from './clock-run';
import type { Calendar, Clock, ClockInterval } from './clock.types';
import { judgedClocks, type KnownClock } from './judged-clocks';
import { recordOfStep } from './published';
import { isSameStatus } from './tally';
import type { SlaFact, SlaFacts } from './sla-facts';

/** Every calendar version that a policy names. */
export type Calendars = readonly Calendar[];

/**
 * Every clock of the case as it stands at an instant, in order of its start. Pure: facts that happened after `at` are
 * not looked at. For `asOf` give the facts folded up to that position.
 */
export function judge(facts: SlaFacts, at: Instant, calendars: Calendars = []): readonly Clock[] {
  return judgedClocks(facts, at, calendars).map(describe);
}

function describe(known: KnownClock): Clock {
  const { key, run, clockId } = known;
  const { within, by } = run.verdict;
  const { start, target, subject, cycle } = key;
  const stop = run.end;
  return {
    clockId,
    target,
    subject,
    cycle,
    state: run.state,
    startedAt: start.at,
    dueAt: run.dueAt,
    stoppedAt: stop?.at ?? null,
    within,
    counted: run.counted,
    remaining: Math.max(0, within - run.counted),
    policy: by.policy,
    steps: stepsOf(known),
    intervals: intervalsOf(run),
    breach: breachOf(known),
    exemption: exemptionOf(known),
    early: isEarly(known),
    stoppedBy: stop === null ? null : stopOf(stop.fact),
    startedBy: reference(start),
    ...(start.type === 'CustomerTimeRequested'
      ? { promised: { from: Date.parse(start.data.from), to: Date.parse(start.data.to) } }
      : {}),
  };
}

function stopOf(fact: SlaFact): Clock['stoppedBy'] {
  const { claimedAt } = fact;
  return { ...reference(fact), ...(claimedAt === undefined ? {} : { claimedAt }) };
}

function reference({ position, type }: SlaFact) {
  return { position, type };
}

function stepsOf({ run, published }: KnownClock): Clock['steps'] {
  const { within, by } = run.verdict;
  return by.spec.warnAt.map((percent) => {
    const at = run.usedUpAt(stepOf(within, percent));
    const record = at === null ? undefined : recordOfStep({ percent, at }, published, run.rearmings);
    return { percent, at, raisedAt: record?.recordedAt ?? null };
  });
}

/** They tile the time from the start to the stop, or to the judged instant. */
function intervalsOf({ intervals, end, key, at, status }: ClockRun): readonly ClockInterval[] {
  const told = intervals.map(({ from, to, counted, reason, since }) => ({
    from,
    to,
    counted,
    reason,
    event: reference(since),
  }));
  if (end !== null) return told;
  const last = told.at(-1);
  const before = intervals.at(-1);
  const goesOn = before !== undefined && isSameStatus(before, status);
  if (last !== undefined && goesOn) return [...told.slice(0, -1), { ...last, to: null }];
  // What begins at this very instant.
  const { counted, reason, since } = status;
  return [
    ...told,
    { from: last?.to ?? Math.max(key.start.at, at), to: null, counted, reason, event: reference(since) },
  ];
}

function breachOf({ run, published, contesting }: KnownClock): Clock['breach'] {
  if (run.breach !== null) {
    const recordedAt = published.breach?.recordedAt ?? null;
    return { ...run.breach, recordedAt, ...(contesting.length > 0 ? contested(contesting) : {}) };
  }
  const earlier = published.breach ?? published.voided?.breach;
  if (earlier === undefined) return null;
  const { dueAt, cause } = earlier.data;
  const told = { at: Date.parse(dueAt), recordedAt: earlier.recordedAt, cause };
  if (published.breach !== null || published.voided === null) return told;
  const { by } = published.voided;
  return { ...told, voided: { by: by.data.by, recordedAt: by.recordedAt } };
}

function contested(contesting: readonly SlaFact[]) {
  const contestedBy = contesting.map((fact) => ({ ...reference(fact), at: fact.at, recordedBy: fact.by }));
  return { pendingVoiding: true, contestedBy };
}

/** An approval outlasts later requests, since the clock stays exempted. */
function exemptionOf({ exemptions }: KnownClock): Clock['exemption'] {
  const approved = exemptions.find(({ type }) => type === 'ExemptionApproved');
  const told = approved ?? exemptions.at(-1);
  if (told === undefined) return null;
  const states = { ExemptionRequested: 'pending', ExemptionApproved: 'approved', ExemptionRefused: 'refused' } as const;
  return { exemptionId: told.data.exemptionId, state: states[told.type] };
}

function isEarly({ key, run }: KnownClock): boolean {
  if (key.start.type !== 'CustomerTimeRequested' || run.end?.ending !== 'stopped') return false;
  return run.end.at < Date.parse(key.start.data.from);
}
