/**
 * What will become of a case's clocks if no further fact arrives. Rows must not depend on the moment at which they are
 * written, so clocks are judged at the end of time, and a query derives the state at its own `now` from a few instants.
 */
import type { Instant } from '@fieldcase/eventsourcing';
import { judge, type Clock, type ClockState } from '@fieldcase/domain/sla';
import type { CaseFold } from './case-fold';

const END_OF_TIME = Date.UTC(9000, 0, 1);
/** Part of the counted time after which a clock shows as due soon. */
const SOON_PERCENT = 75;

/** A judged clock with the instants at which it changes by itself. */
export interface ClockOutlook {
  readonly clock: Clock;
  /** It counts, or will without a further fact: running until `dueAt`, breached after it. Null for all others. */
  readonly ticking: {
    readonly dueAt: Instant;
    /** Before it the clock is held (until the customer's own time begins). */
    readonly runsFrom: Instant;
    readonly soonAt: Instant;
  } | null;
}

export function outlookOf(fold: CaseFold): ClockOutlook[] {
  return judge(fold.facts, END_OF_TIME).map((clock) => ({ clock, ticking: tickingOf(clock) }));
}

/** Without a stop, and not ended by an exemption, a replacement, a cancellation or a merge. */
function isLive(clock: Clock): boolean {
  return (
    clock.stoppedAt === null &&
    (clock.state === 'running' || clock.state === 'paused' || clock.state === 'suspended' || clock.state === 'breached')
  );
}

function tickingOf(clock: Clock): ClockOutlook['ticking'] {
  if (!isLive(clock) || clock.dueAt === null) return null;
  if (clock.state === 'paused' || clock.state === 'suspended') return null;
  const { dueAt } = clock;
  const counting = clock.intervals.findLast((interval) => interval.counted && interval.from <= dueAt);
  const runsFrom = counting?.from ?? clock.startedAt;
  return { dueAt, runsFrom, soonAt: Math.max(soonAt(clock), runsFrom) };
}

function soonAt(clock: Clock): Instant {
  const at = clock.steps.find((step) => step.percent === SOON_PERCENT)?.at ?? null;
  if (at !== null) return at;
  let left = (clock.within * SOON_PERCENT) / 100;
  for (const interval of clock.intervals) {
    if (!interval.counted) continue;
    const length = (interval.to ?? Infinity) - interval.from;
    if (length >= left) return interval.from + left;
    left -= length;
  }
  return clock.dueAt ?? clock.startedAt;
}

/** A clock as a board row keeps it: enough for its state at any later moment. */
export interface BoardClock {
  readonly clockId: string;
  readonly target: string;
  /** Null: held with an open end. */
  readonly dueAt: Instant | null;
  readonly runsFrom: Instant | null;
  /** Its state while it is held. */
  readonly held: 'paused' | 'suspended';
}

/** Clocks that can still become somebody's concern; none once the case has ended. */
export function boardClocksOf(fold: CaseFold, outlook: readonly ClockOutlook[]): BoardClock[] {
  if (fold.ended) return [];
  return outlook
    .filter(({ clock }) => isLive(clock))
    .map(({ clock, ticking }) => ({
      clockId: clock.clockId,
      target: clock.target,
      dueAt: ticking?.dueAt ?? null,
      runsFrom: ticking?.runsFrom ?? null,
      held: clock.state === 'suspended' ? 'suspended' : 'paused',
    }));
}

export interface NextClock {
  readonly clockId: string;
  readonly target: string;
  readonly state: ClockState;
  readonly dueAt: Instant | null;
}

/** The earliest due among running and breached but unstopped clocks, else a paused one, else a suspended one. */
export function nextClockAt(clocks: readonly BoardClock[], now: Instant): NextClock | null {
  const running = clocks
    .flatMap(({ clockId, target, dueAt, runsFrom }) =>
      dueAt !== null && runsFrom !== null && runsFrom <= now ? [{ clockId, target, dueAt }] : [],
    )
    .sort((a, b) => a.dueAt - b.dueAt || (a.clockId < b.clockId ? -1 : 1))[0];
  if (running) return { ...running, state: now > running.dueAt ? 'breached' : 'running' };
  const held = clocks.find((clock) => clock.held === 'paused') ?? clocks[0];
  return held ? { clockId: held.clockId, target: held.target, state: held.held, dueAt: null } : null;
}
