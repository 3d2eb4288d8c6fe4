import type { Decided, Instant } from '@fieldcase/eventsourcing';
import type { ClockEvent } from './clock.events';
import { stepOf } from './clock-run';
import type { Calendars } from './judge';
import { judgedClocks, type KnownClock } from './judged-clocks';
import { recordOfStep } from './published';
import type { SlaFacts } from './sla-facts';

type ClockFact = Decided<ClockEvent> & { readonly occurredAt: Instant };

const iso = (at: Instant) => new Date(at).toISOString();

/**
 * Every clock fact that is due up to `now` and not yet recorded, in the order in which it happened: steps and breaches
 * with their true instant however late the call, then what late facts and approvals bring about, at `now`.
 * Called again after recording them it has nothing. Of imported history nothing is recorded.
 */
export function settle(facts: SlaFacts, now: Instant, calendars: Calendars = []): readonly Decided<ClockEvent>[] {
  const { importedUntil } = facts;
  const isNews = (at: Instant) => importedUntil === null || at > importedUntil;
  return judgedClocks(facts, now, calendars)
    .flatMap((clock) => [
      ...warnings(clock, isNews),
      ...breaches(clock, isNews),
      ...voidings(clock, now),
      ...exempted(clock),
    ])
    .sort((a, b) => a.occurredAt - b.occurredAt || order.indexOf(a.type) - order.indexOf(b.type));
}

const order: readonly ClockEvent['type'][] = [
  'SlaWarningRaised',
  'SlaBreached',
  'BreachVoided',
  'VoidingRequested',
  'VoidingRefused',
  'ClockExempted',
];

function ofClock({ clockId, key }: KnownClock) {
  return { clockId, target: key.target };
}

function warnings(clock: KnownClock, isNews: (at: Instant) => boolean): ClockFact[] {
  const { run, published } = clock;
  return run.warnings
    .filter((step) => isNews(step.at) && recordOfStep(step, published, run.rearmings) === undefined)
    .map(({ percent, at }) => ({
      type: 'SlaWarningRaised',
      data: { ...ofClock(clock), percent, at: iso(at) },
      occurredAt: at,
    }));
}

function breaches(clock: KnownClock, isNews: (at: Instant) => boolean): ClockFact[] {
  const { breach } = clock.run;
  if (breach === null || clock.published.breach !== null || !isNews(breach.at)) return [];
  const data = { ...ofClock(clock), dueAt: iso(breach.at), cause: breach.cause };
  return [{ type: 'SlaBreached', data, occurredAt: breach.at }];
}

function voidings(clock: KnownClock, now: Instant): ClockFact[] {
  const { run, published, contesting } = clock;
  const [fact] = contesting;
  if (run.breach === null) {
    // An exemption excuses a published breach, it does not say that it never happened.
    if (published.breach === null || run.override !== null) return [];
    const { dueAt } = published.breach.data;
    const shownBy = run.end === null ? {} : { factType: run.end.fact.type, factAt: iso(run.end.fact.at) };
    const data = { ...ofClock(clock), dueAt, by: 'late-fact' as const, ...shownBy };
    return [{ type: 'BreachVoided', data, occurredAt: now }];
  }
  if (fact === undefined || published.voidingRequested) return [];
  const dueAt = iso(run.breach.at);
  const data = { ...ofClock(clock), dueAt, factType: fact.type, factAt: iso(fact.at), factRecordedBy: fact.by };
  return [{ type: 'VoidingRequested', data, occurredAt: now }];
}

function exempted(clock: KnownClock): ClockFact[] {
  if (clock.run.override !== 'exempted' || clock.published.exempted) return [];
  const approved = clock.exemptions.find(({ type }) => type === 'ExemptionApproved');
  if (approved === undefined) return [];
  const data = { ...ofClock(clock), exemptionId: approved.data.exemptionId };
  return [{ type: 'ClockExempted', data, occurredAt: approved.at }];
}

/**
 * The earliest instant at which `settle` has something, epoch ms: a timer set to it fires neither early nor for
 * nothing. In the past when something is overdue; null when nothing lies ahead as the facts stand.
 */
export function nextStepAt(facts: SlaFacts, now: Instant, calendars: Calendars = []): Instant | null {
  const overdue = settle(facts, now, calendars);
  if (overdue.length > 0) return Math.min(...overdue.map((fact) => availableAt(fact as ClockFact)));
  // A device's clock may be ahead of ours: facts that have not happened yet change what is ahead.
  const happenings = [...new Set(facts.facts.map(({ at }) => at).filter((at) => at > now))].sort((a, b) => a - b);
  let instant = now;
  for (const happening of [...happenings, Number.POSITIVE_INFINITY]) {
    const step = earliestAhead(facts, instant, calendars);
    if (step !== null && step < happening) return step;
    if (happening === Number.POSITIVE_INFINITY) return null;
    if (settle(facts, happening, calendars).length > 0) return happening;
    instant = happening;
  }
  return null;
}

/** Breached is after the due instant, not at it. */
function availableAt({ type, occurredAt }: ClockFact): Instant {
  return type === 'SlaBreached' ? occurredAt + 1 : occurredAt;
}

function earliestAhead(facts: SlaFacts, now: Instant, calendars: Calendars): Instant | null {
  const instants = judgedClocks(facts, now, calendars).flatMap((clock) => ahead(clock, now));
  const news = instants.filter((at) => facts.importedUntil === null || at > facts.importedUntil);
  return news.length === 0 ? null : Math.min(...news);
}

function ahead({ run, published }: KnownClock, now: Instant): Instant[] {
  const { within, by, inForce } = run.verdict;
  if (run.end !== null || !inForce) return [];
  const steps = by.spec.warnAt.flatMap((percent) => {
    const at = within === 0 ? null : run.usedUpAt(stepOf(within, percent));
    if (at === null || at <= now || recordOfStep({ percent, at }, published, run.rearmings) !== undefined) return [];
    return [at];
  });
  const due = run.breach === null ? run.usedUpAt(within) : null;
  return due === null ? steps : [...steps, due + 1];
}
