/** A judged clock as callers read it. */
import type { Instant } from '@fieldcase/eventsourcing';
import type { Clock, ClockInterval } from '@fieldcase/domain/sla';
import { clockSentence, type ClockView, type Language, type SpokenClock, type SpokenGap } from '@fieldcase/contracts';
import { durationText, instantText, spokenDuration, spokenInstant } from '../formatting';

/** More gaps than this are summed up: the sentence is read aloud. */
const SPOKEN_GAPS = 3;

/** @param at the judged instant; @param zone the policy's */
export function clockViewOf(clock: Clock, at: Instant, zone: string, language: Language): ClockView {
  const text = (instant: Instant): string => instantText(instant, zone);
  const textOrNull = (instant: Instant | null): string | null => (instant === null ? null : text(instant));
  return {
    clockId: clock.clockId,
    target: clock.target,
    subject: clock.subject,
    cycle: clock.cycle,
    state: clock.state,
    startedAt: text(clock.startedAt),
    dueAt: textOrNull(clock.dueAt),
    stoppedAt: textOrNull(clock.stoppedAt),
    within: durationText(clock.within),
    counted: durationText(clock.counted),
    remaining: durationText(clock.remaining),
    policy: { id: clock.policy.id, version: clock.policy.version },
    steps: clock.steps.map((step) => ({
      percent: step.percent,
      at: textOrNull(step.at),
      raisedAt: textOrNull(step.raisedAt),
    })),
    intervals: clock.intervals.map((interval) => ({
      from: text(interval.from),
      to: textOrNull(interval.to),
      counted: interval.counted,
      reason: interval.reason,
      event: { position: interval.event.position, type: interval.event.type },
    })),
    breach: breachViewOf(clock, text),
    ...(clock.exemption ? { exemption: { ...clock.exemption } } : {}),
    early: clock.early,
    why: clockSentence(spokenClockOf(clock, at, zone, language), language),
  };
}

function breachViewOf(clock: Clock, text: (instant: Instant) => string): ClockView['breach'] {
  const { breach } = clock;
  if (!breach) return null;
  return {
    at: text(breach.at),
    recordedAt: breach.recordedAt === null ? null : text(breach.recordedAt),
    cause: breach.cause,
    ...(breach.voided ? { voided: { by: breach.voided.by, recordedAt: text(breach.voided.recordedAt) } } : {}),
    ...(breach.pendingVoiding === undefined ? {} : { pendingVoiding: breach.pendingVoiding }),
    ...(breach.contestedBy === undefined
      ? {}
      : { contestedBy: breach.contestedBy.map((late) => ({ ...late, at: text(late.at) })) }),
  };
}

function spokenClockOf(clock: Clock, at: Instant, zone: string, language: Language): SpokenClock {
  const instant = (value: Instant | null): string | null =>
    value === null ? null : spokenInstant(value, language, zone);
  const stands = clock.state === 'breached' || clock.state === 'exempted';
  return {
    target: clock.target,
    state: clock.state,
    counted: spokenDuration(clock.counted, language),
    within: clock.target === 'customerPromise' ? null : spokenDuration(clock.within, language),
    ...spokenGapsOf(clock, at, zone, language),
    due: instant(clock.dueAt),
    stopped: instant(clock.stoppedAt),
    stoppedBy: clock.stoppedBy?.type ?? null,
    claimed: instant(clock.stoppedBy?.claimedAt ?? null),
    distance: distanceOf(clock, at, language),
    early: clock.early,
    policyChange: stands && clock.breach?.cause === 'policy-change',
    voided: clock.breach?.voided?.by ?? null,
    contested: contestedOf(clock, zone, language),
    promised: clock.promised
      ? {
          from: spokenInstant(clock.promised.from, language, zone),
          to: spokenInstant(clock.promised.to, language, zone, clock.promised.from),
        }
      : null,
    exemption: clock.exemption?.state ?? null,
    breachedAt: instant(clock.breach?.at ?? null),
  };
}

function contestedOf(clock: Clock, zone: string, language: Language): SpokenClock['contested'] {
  if (clock.breach?.pendingVoiding !== true) return null;
  return (clock.breach.contestedBy ?? []).map(({ type, at }) => ({ type, at: spokenInstant(at, language, zone) }));
}

/** A held clock is as far from its due instant as it has time left; any other as the clock on the wall says. */
function distanceOf(clock: Clock, at: Instant, language: Language): string | null {
  const held = clock.dueAt === null || clock.state === 'paused' || clock.state === 'suspended';
  const ms = held ? Math.max(clock.remaining, 0) : (clock.stoppedAt ?? at) - (clock.dueAt ?? at);
  return ms === 0 && clock.state === 'met' ? null : spokenDuration(ms, language);
}

function spokenGapsOf(
  clock: Clock,
  at: Instant,
  zone: string,
  language: Language,
): Pick<SpokenClock, 'gaps' | 'moreGaps'> {
  const gaps = joined(clock.intervals.filter(({ from, to, counted }) => !counted && from < (to ?? Infinity)));
  const spoken = gaps.slice(0, SPOKEN_GAPS).map<SpokenGap>((gap) => ({
    from: spokenInstant(gap.from, language, zone),
    to: gap.to === null ? null : spokenInstant(gap.to, language, zone, gap.from),
    reason: gap.reason,
  }));
  if (gaps.length <= SPOKEN_GAPS) return { gaps: spoken, moreGaps: null };
  const total = gaps.reduce((sum, gap) => sum + (gap.to ?? at) - gap.from, 0);
  return { gaps: spoken, moreGaps: { count: gaps.length - SPOKEN_GAPS, total: spokenDuration(total, language) } };
}

/** One reason without a break is one gap, whichever facts it came from. */
function joined(gaps: readonly ClockInterval[]): readonly ClockInterval[] {
  return gaps.reduce<ClockInterval[]>((before, gap) => {
    const last = before.at(-1);
    if (last?.to !== gap.from || last.reason !== gap.reason) return [...before, gap];
    return [...before.slice(0, -1), { ...last, to: gap.to }];
  }, []);
}
