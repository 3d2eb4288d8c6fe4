import type { CaseType, PauseReason, Priority } from '../case/case.values';

export type SlaTarget =
  'onSiteResponse' | 'appointment' | 'visitAfterNotice' | 'customerPromise' | 'partsWait' | 'restore';

export interface TargetSpec {
  readonly target: SlaTarget;
  /** Counted milliseconds until due; null for customerPromise (due is the promise's `to`). */
  readonly withinMs: number | null;
  /** Percent of the counted time at which a warning is raised, ascending, 1-99. */
  readonly warnAt: readonly number[];
  readonly pausedBy: readonly PauseReason[];
  /** A calendar's id and version; absent = elapsed time. Business calendars come later, the function takes one. */
  readonly calendar?: { readonly id: string; readonly version: number };
}

/** What a case is judged by, stored in its events so that no later version can change the past. */
export interface PolicyChoice {
  readonly policy: { readonly id: string; readonly version: number };
  readonly zone: string;
  readonly targets: readonly TargetSpec[];
  readonly lateFactLimitMs: number;
}

export interface PolicyMatch {
  readonly priority?: Priority;
  readonly region?: string;
  readonly county?: string;
  readonly caseType?: CaseType;
  readonly product?: string;
  /** MM-DD, inclusive, on the report's date in the policy's zone; may run over the year's end. */
  readonly season?: { readonly from: string; readonly to: string };
}

/** Content of `SlaPolicyPublished`; posting an id again is a new version. */
export interface SlaPolicy {
  readonly id: string;
  readonly name: string;
  readonly match: PolicyMatch;
  readonly zone: string;
  readonly targets: readonly TargetSpec[];
  readonly lateFactLimitMs: number;
}
