import { Rejection, type RejectionKind } from '@fieldcase/eventsourcing';
import { BUILT_IN_ID, NEVER_PAUSES } from './built-in-policy';
import type { SlaPolicy, SlaTarget, TargetSpec } from './policy.types';

/** Every way in which the content of a policy is refused. */
export const slaPolicyRefusals = {
  /** Of the policies that judge where no published one matches: a clock's `policy.id` says which of both it was. */
  'sla-policy.id-reserved': 'unacceptable',
  'sla-policy.zone-unknown': 'unacceptable',
  'sla-policy.season-unknown': 'unacceptable',
  'sla-policy.target-unknown': 'unacceptable',
  'sla-policy.target-twice': 'unacceptable',
  'sla-policy.calendar-unknown': 'unacceptable',
  'sla-policy.within-missing': 'unacceptable',
  'sla-policy.warn-at-not-ascending': 'unacceptable',
  /** Waiting for our own part is our time, and nothing pauses what the customer was promised. */
  'sla-policy.never-pauses': 'unacceptable',
  'sla-policy.late-fact-limit-negative': 'unacceptable',
} as const satisfies Record<string, RejectionKind>;
export type SlaPolicyRefusal = keyof typeof slaPolicyRefusals;

export const SLA_TARGETS = [
  'onSiteResponse',
  'appointment',
  'visitAfterNotice',
  'customerPromise',
  'partsWait',
  'restore',
] as const satisfies readonly SlaTarget[];

type CalendarVersion = NonNullable<TargetSpec['calendar']>;

function refusal(
  code: SlaPolicyRefusal,
  field: string,
  expected: string,
  params: Readonly<Record<string, unknown>> = {},
) {
  return new Rejection(code, slaPolicyRefusals[code], params, { [field]: expected });
}

/**
 * The policy, if cases can be judged by it.
 * @param calendars versions that a target may name; none exist yet
 * @throws Rejection of `slaPolicyRefusals`, naming the field
 */
export function validatePolicy(policy: SlaPolicy, calendars: readonly CalendarVersion[] = []): SlaPolicy {
  if (policy.id.startsWith(BUILT_IN_ID)) {
    throw refusal('sla-policy.id-reserved', 'id', 'an id that does not begin with built-in', { id: policy.id });
  }
  if (!isZone(policy.zone)) {
    throw refusal('sla-policy.zone-unknown', 'zone', 'an IANA zone, e.g. Asia/Shanghai', { zone: policy.zone });
  }
  validateSeason(policy.match.season);
  if (!Number.isSafeInteger(policy.lateFactLimitMs) || policy.lateFactLimitMs < 0) {
    throw refusal('sla-policy.late-fact-limit-negative', 'lateFactLimit', 'a duration, e.g. PT2H');
  }
  policy.targets.forEach((spec, index) => {
    const field = `targets.${index}`;
    validateTarget(spec, field);
    validateCalendar(spec, field, calendars);
    if (policy.targets.findIndex(({ target }) => target === spec.target) !== index) {
      throw refusal('sla-policy.target-twice', `${field}.target`, 'each target once', { target: spec.target });
    }
  });
  return policy;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** 29 February exists in some years. */
function isMonthDay(text: string): boolean {
  if (!/^\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`2024-${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(5, 10) === text;
}

function validateSeason(season: SlaPolicy['match']['season']): void {
  for (const edge of ['from', 'to'] as const) {
    if (season === undefined || isMonthDay(season[edge])) continue;
    throw refusal('sla-policy.season-unknown', `match.season.${edge}`, 'a day as MM-DD, e.g. 03-15');
  }
}

function validateTarget({ target, withinMs, warnAt, pausedBy }: TargetSpec, field: string): void {
  if (!SLA_TARGETS.includes(target)) {
    throw refusal('sla-policy.target-unknown', `${field}.target`, `one of: ${SLA_TARGETS.join(', ')}`, { target });
  }
  const hasWithin = withinMs !== null && Number.isSafeInteger(withinMs) && withinMs > 0;
  if (target !== 'customerPromise' && !hasWithin) {
    throw refusal('sla-policy.within-missing', `${field}.within`, 'a duration, e.g. PT24H', { target });
  }
  if (
    warnAt.some((percent, index) => !Number.isInteger(percent) || percent <= (warnAt[index - 1] ?? 0) || percent > 99)
  ) {
    throw refusal('sla-policy.warn-at-not-ascending', `${field}.warnAt`, 'whole percentages from 1 to 99, ascending');
  }
  const never = target === 'customerPromise' ? pausedBy[0] : pausedBy.find((reason) => reason === NEVER_PAUSES);
  if (never !== undefined) {
    throw refusal('sla-policy.never-pauses', `${field}.pausedBy`, `without ${never}`, { target, reason: never });
  }
}

function validateCalendar({ calendar }: TargetSpec, field: string, calendars: readonly CalendarVersion[]): void {
  if (calendar === undefined) return;
  if (calendars.some(({ id, version }) => id === calendar.id && version === calendar.version)) return;
  const expected = 'a calendar that exists; leave it out for elapsed time';
  throw refusal('sla-policy.calendar-unknown', `${field}.calendar`, expected, { calendar: calendar.id });
}
