/** What a case is judged by where no published policy matches. */
import type { PauseReason } from '../case/case.events';
import type { SlaPolicy, SlaTarget, TargetSpec } from './policy.types';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A fact dated before a published breach voids it by itself when at most this late. */
export const DEFAULT_LATE_FACT_LIMIT_MS = 2 * HOUR_MS;
export const DEFAULT_ZONE = 'Asia/Shanghai';
export const DEFAULT_WARN_AT: readonly number[] = [50, 75, 90];

/** How the ids of built-in policies begin, and those of no other. */
export const BUILT_IN_ID = 'built-in';

/** Waiting for our own part is our time: no policy can change that. */
export const NEVER_PAUSES: PauseReason = 'waiting-part';

/** The customer's word is never paused; every other target waits for the customer. */
export function defaultPausedBy(target: SlaTarget): readonly PauseReason[] {
  return target === 'customerPromise' || target === 'partsWait' ? [] : ['waiting-customer'];
}

function spec(target: SlaTarget, withinMs: number | null): TargetSpec {
  return { target, withinMs, warnAt: DEFAULT_WARN_AT, pausedBy: defaultPausedBy(target) };
}

/** The customer's time binds us whether or not a policy speaks of it. */
export const CUSTOMER_PROMISE: TargetSpec = spec('customerPromise', null);

function policy(id: string, name: string, match: SlaPolicy['match'], restoreMs: number): SlaPolicy {
  return {
    id,
    name,
    match,
    zone: DEFAULT_ZONE,
    targets: [
      spec('onSiteResponse', DAY_MS),
      spec('appointment', DAY_MS),
      spec('visitAfterNotice', DAY_MS),
      CUSTOMER_PROMISE,
      spec('partsWait', 3 * DAY_MS),
      spec('restore', restoreMs),
    ],
    lateFactLimitMs: DEFAULT_LATE_FACT_LIMIT_MS,
  };
}

export const BUILT_IN_POLICY: SlaPolicy = policy(BUILT_IN_ID, 'Built-in', {}, 3 * DAY_MS);
export const BUILT_IN_POLICIES: readonly SlaPolicy[] = [
  BUILT_IN_POLICY,
  policy(`${BUILT_IN_ID}-complaint`, 'Built-in: complaints', { caseType: 'complaint' }, 7 * DAY_MS),
];
