/**
 * `why`: one sentence that explains a clock and that a supervisor can read aloud. Instants and durations come in as
 * spoken text in the caller's language and zone; this file only puts words around them.
 */
import type { Language } from '../scope';
import { chinese, english } from './clock-words';

/** A span in which the clock did not count. */
export interface SpokenGap {
  readonly from: string;
  /** null: it goes on. */
  readonly to: string | null;
  /** A pause reason, `customer-time` or `closed`. */
  readonly reason: string;
}

/** A judged clock in spoken parts; absent parts are left out of the sentence. */
export interface SpokenClock {
  readonly target: string;
  readonly state: string;
  readonly counted: string;
  /** null: the target is an instant (a customer's promise), not an amount of time. */
  readonly within: string | null;
  readonly gaps: readonly SpokenGap[];
  /** Gaps beyond those listed, and what they come to together. */
  readonly moreGaps: { readonly count: number; readonly total: string } | null;
  readonly due: string | null;
  readonly stopped: string | null;
  /** The event that stopped it, e.g. `TechnicianArrived`. */
  readonly stoppedBy: string | null;
  /** The earlier time that this event gives itself, where it is not believed: `stopped` is when it was recorded. */
  readonly claimed: string | null;
  /** How far before (or after) the due instant it stopped or stands; null: exactly on it. */
  readonly distance: string | null;
  readonly early: boolean;
  readonly policyChange: boolean;
  readonly voided: 'late-fact' | 'approval' | null;
  /** Late facts that dispute the breach, which a supervisor has to decide; empty without a pending voiding. */
  readonly contested: readonly { readonly type: string; readonly at: string }[] | null;
  /** The time that the customer named. */
  readonly promised: { readonly from: string; readonly to: string } | null;
  readonly exemption: 'pending' | 'approved' | 'refused' | null;
  /** There was a breach (before an exemption or a voiding). */
  readonly breachedAt: string | null;
}

/** What each target waits for; whatever else ends a clock came in place of it. */
const awaitedStops: Readonly<Record<string, readonly string[]>> = {
  onSiteResponse: ['TechnicianArrived'],
  appointment: ['AppointmentAgreed', 'AppointmentMoved', 'TechnicianArrived'],
  visitAfterNotice: ['TechnicianArrived'],
  customerPromise: ['TechnicianArrived'],
  restore: ['VisitCompleted', 'CaseClosed'],
};

function isAwaited({ target, stoppedBy }: SpokenClock): boolean {
  return awaitedStops[target]?.includes(stoppedBy ?? '') ?? true;
}

/** Refused, or not to be decided any more. */
function isMeasuredByRecording({ state, stopped, claimed }: SpokenClock): boolean {
  return state === 'breached' && stopped !== null && claimed !== null;
}

/** Ends with a full stop. */
export function clockSentence(clock: SpokenClock, language: Language): string {
  return language === 'en' ? englishSentence(clock) : chineseSentence(clock);
}

function englishSentence(clock: SpokenClock): string {
  const amount = clock.within === null ? `counted ${clock.counted}` : `counted ${clock.counted} of ${clock.within}`;
  const parts = [amount, ...englishGaps(clock), englishOutcome(clock), ...englishRemarks(clock)];
  const promised = clock.promised ? ` (${clock.promised.from} to ${clock.promised.to})` : '';
  return `${english.targets[clock.target] ?? clock.target}${promised}: ${parts[0]}${parts[1]?.startsWith('from ') ? ': ' : '; '}${parts.slice(1).join('; ')}.`;
}

function englishGaps({ gaps, moreGaps }: SpokenClock): string[] {
  if (gaps.length === 0) return [];
  const spoken = gaps.map((gap) => {
    const reason = english.gaps[gap.reason] ?? `it was held (${gap.reason})`;
    return gap.to === null ? `from ${gap.from} on ${reason}` : `from ${gap.from} to ${gap.to} ${reason}`;
  });
  const more = moreGaps ? [`${moreGaps.count} more times, ${moreGaps.total} in all`] : [];
  return [`${joined([...spoken, ...more], ', ', ' and ')}, and that did not count`];
}

function englishOutcome(clock: SpokenClock): string {
  const stop = english.stops[clock.stoppedBy ?? ''] ?? 'it was stopped';
  switch (clock.state) {
    case 'running':
      return `it is running, due ${clock.due}, ${clock.distance} left`;
    case 'paused':
      return `it is paused now, with ${clock.distance} left when it goes on`;
    case 'suspended':
      return `it is suspended while the customer's own time stands, with ${clock.distance} left if it goes on`;
    case 'met':
      return clock.early
        ? `${stop} at ${clock.stopped}, before the time that the customer named began, so it was met early`
        : `due ${clock.due}; ${stop} at ${clock.stopped}, ${clock.distance === null ? 'exactly then' : `${clock.distance} before it was due`}, so it was met`;
    case 'breached':
      if (clock.stopped === null)
        return `due ${clock.due}; ${english.awaited[clock.target] ?? 'it has not stopped yet'}, ${clock.distance} overdue`;
      if (clock.claimed !== null)
        return `due ${clock.due}; it was ${clock.distance} overdue when it was recorded, at ${clock.stopped}, that ${stop} at ${clock.claimed}`;
      return isAwaited(clock)
        ? `due ${clock.due}; ${stop} ${clock.distance} late, at ${clock.stopped}`
        : `due ${clock.due}; it was ${clock.distance} overdue when ${stop} at ${clock.stopped}`;
    case 'exempted':
      return clock.breachedAt === null
        ? 'a supervisor exempted it before it was due'
        : `it was breached at ${clock.breachedAt}, and a supervisor exempted it afterwards`;
    case 'replaced':
      return `it ended without a result${clock.stopped ? ` at ${clock.stopped}` : ''} because ${clock.target === 'customerPromise' ? "a newer time of the customer's" : "the customer's own time"} took its place`;
    case 'cancelled':
      return `it ended without a result${clock.stopped ? ` at ${clock.stopped}` : ''}, not past due, because ${stop}`;
    default:
      return 'it is void because the case was merged into another';
  }
}

function englishRemarks(clock: SpokenClock): string[] {
  const remarks: string[] = [];
  if (clock.policyChange) remarks.push('the deadline was already past when the policy changed');
  if (clock.voided === 'late-fact')
    remarks.push(`the breach published for ${clock.breachedAt} was voided by a fact recorded late`);
  if (clock.voided === 'approval') remarks.push(`a supervisor voided the breach published for ${clock.breachedAt}`);
  if (clock.contested) {
    const facts = clock.contested.map(({ type, at }) => `${english.stops[type] ?? type} at ${at}`).join('; ');
    const disputed = clock.contested.length === 1 ? 'a fact recorded late' : 'facts recorded late';
    const verb = clock.contested.length === 1 ? 'disputes' : 'dispute';
    remarks.push(`${disputed} (${facts}) ${verb} the breach and a supervisor has to decide`);
  } else if (isMeasuredByRecording(clock)) {
    remarks.push('the earlier time does not count');
  }
  if (clock.exemption === 'pending') remarks.push('an exemption has been requested and not yet decided');
  if (clock.exemption === 'refused') remarks.push('an exemption was refused');
  return remarks;
}

function chineseSentence(clock: SpokenClock): string {
  const amount = clock.within === null ? `已计 ${clock.counted}` : `已计 ${clock.counted}，时限 ${clock.within}`;
  const parts = [amount, ...chineseGaps(clock), chineseOutcome(clock), ...chineseRemarks(clock)];
  const promised = clock.promised ? `（${clock.promised.from}至${clock.promised.to}）` : '';
  return `${chinese.targets[clock.target] ?? clock.target}${promised}：${parts.join('；')}。`;
}

function chineseGaps({ gaps, moreGaps }: SpokenClock): string[] {
  if (gaps.length === 0) return [];
  const spoken = gaps.map((gap) => {
    const reason = chinese.gaps[gap.reason] ?? `暂停（${gap.reason}）`;
    return gap.to === null ? `${gap.from}起${reason}` : `${gap.from}至${gap.to}${reason}`;
  });
  const more = moreGaps ? [`另有 ${moreGaps.count} 次，共 ${moreGaps.total}`] : [];
  return [`${[...spoken, ...more].join('，')}，不计时`];
}

function chineseOutcome(clock: SpokenClock): string {
  const stop = chinese.stops[clock.stoppedBy ?? ''] ?? '停止';
  switch (clock.state) {
    case 'running':
      return `正在计时，应于${clock.due}前完成，还剩 ${clock.distance}`;
    case 'paused':
      return `目前暂停，恢复后还剩 ${clock.distance}`;
    case 'suspended':
      return `客户约定时间有效期间中止计时，恢复后还剩 ${clock.distance}`;
    case 'met':
      return clock.early
        ? `${clock.stopped}${stop}，早于客户约定的时间，提前达成`
        : `应于${clock.due}前完成，${clock.stopped}${stop}，${clock.distance === null ? '恰好按时' : `提前 ${clock.distance}`}，已达成`;
    case 'breached':
      if (clock.stopped === null)
        return `应于${clock.due}前完成，${chinese.awaited[clock.target] ?? '尚未停止'}，已超时 ${clock.distance}`;
      if (clock.claimed !== null)
        return `应于${clock.due}前完成，${clock.stopped}才补录“${clock.claimed}${stop}”，此时已超时 ${clock.distance}`;
      return isAwaited(clock)
        ? `应于${clock.due}前完成，${clock.stopped}${stop}，迟了 ${clock.distance}`
        : `应于${clock.due}前完成，${clock.stopped}${stop}时已超时 ${clock.distance}`;
    case 'exempted':
      return clock.breachedAt === null ? '到期前主管已批准豁免' : `${clock.breachedAt}超时，事后主管批准豁免`;
    case 'replaced':
      return `${clock.stopped ?? ''}由客户${clock.target === 'customerPromise' ? '改约的新时间' : '约定时间'}取代，不再考核`;
    case 'cancelled':
      return `${clock.stopped ?? ''}因${stop}而终止，当时未到期`;
    default:
      return '因并入另一单而作废';
  }
}

function chineseRemarks(clock: SpokenClock): string[] {
  const remarks: string[] = [];
  if (clock.policyChange) remarks.push('规则变更时期限已过');
  if (clock.voided === 'late-fact') remarks.push(`原定${clock.breachedAt}的超时因补录事实撤销`);
  if (clock.voided === 'approval') remarks.push(`主管撤销了${clock.breachedAt}的超时`);
  if (clock.contested) {
    const facts = clock.contested.map(({ type, at }) => `${at}${chinese.stops[type] ?? type}`).join('、');
    remarks.push(`补录事实（${facts}）对超时提出异议，待主管裁定`);
  } else if (isMeasuredByRecording(clock)) {
    remarks.push('以补录时间为准');
  }
  if (clock.exemption === 'pending') remarks.push('豁免申请待批');
  if (clock.exemption === 'refused') remarks.push('豁免申请已驳回');
  return remarks;
}

function joined(items: readonly string[], separator: string, last: string): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(separator)}${last}${items.at(-1)}`;
}
