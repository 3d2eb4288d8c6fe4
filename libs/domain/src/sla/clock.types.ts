import type { Instant } from '@fieldcase/eventsourcing';
import type { SlaTarget } from './policy.types';

export type ClockState =
  'running' | 'paused' | 'suspended' | 'met' | 'breached' | 'exempted' | 'replaced' | 'cancelled' | 'voided';

/** Why an interval counted or not; `event` = the fact that began it (position 0 while it is only being decided). */
export interface ClockInterval {
  readonly from: Instant;
  /** null: goes on at the judged instant. */
  readonly to: Instant | null;
  readonly counted: boolean;
  /** `counting`, a PauseReason, `customer-time`, `outside-hours` (of the policy's calendar). */
  readonly reason: string;
  readonly event: { readonly position: string; readonly type: string };
}

/** One judged clock. All durations in ms. Shape of `GET /cases/{id}/clocks` before formatting. */
export interface Clock {
  /** `<target>:<subject or ->:<cycle>`, unique within the case. */
  readonly clockId: string;
  readonly target: SlaTarget;
  readonly subject: string | null;
  readonly cycle: number;
  readonly state: ClockState;
  readonly startedAt: Instant;
  /** null while suspended or paused with an open end: it moves with every moment; kept for stopped clocks. */
  readonly dueAt: Instant | null;
  readonly stoppedAt: Instant | null;
  readonly within: number;
  readonly counted: number;
  readonly remaining: number;
  readonly policy: { readonly id: string; readonly version: number };
  readonly steps: readonly {
    readonly percent: number;
    readonly at: Instant | null;
    readonly raisedAt: Instant | null;
  }[];
  readonly intervals: readonly ClockInterval[];
  readonly breach: {
    readonly at: Instant;
    /** null: not yet (or, for imports, never) published. */
    readonly recordedAt: Instant | null;
    readonly cause: 'elapsed' | 'policy-change';
    readonly voided?: { readonly by: 'late-fact' | 'approval'; readonly recordedAt: Instant };
    readonly pendingVoiding?: boolean;
    /** The late facts that a supervisor has to decide on while `pendingVoiding`. */
    readonly contestedBy?: readonly {
      readonly position: string;
      readonly type: string;
      readonly at: Instant;
      readonly recordedBy: string;
    }[];
  } | null;
  readonly exemption: { readonly exemptionId: string; readonly state: 'pending' | 'approved' | 'refused' } | null;
  /** customerPromise met before `from`. */
  readonly early: boolean;
  /** What stopped it, for the explanation; `claimedAt` = the earlier time that it gives itself and that is not believed. */
  readonly stoppedBy: { readonly position: string; readonly type: string; readonly claimedAt?: Instant } | null;
  readonly startedBy: { readonly position: string; readonly type: string };
  /** customerPromise only: the time that the customer named. */
  readonly promised?: { readonly from: Instant; readonly to: Instant };
}

/** Working time of a calendar version; absent = every instant counts. Half-open spans, ascending. */
export interface Calendar {
  readonly id: string;
  readonly version: number;
  spansBetween(from: Instant, to: Instant): readonly { readonly from: Instant; readonly to: Instant }[];
  /** The instant at which `ms` of working time after `from` are used up. */
  addWorking(from: Instant, ms: number): Instant;
}
