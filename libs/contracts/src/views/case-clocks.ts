/** `GET /cases/{id}/clocks`: every clock with its explanation. */
export interface FactReference {
  readonly position: string;
  readonly type: string;
}

export interface ClockIntervalView {
  readonly from: string;
  /** null: goes on. */
  readonly to: string | null;
  readonly counted: boolean;
  readonly reason: string;
  readonly event: FactReference;
}

export interface ClockView {
  readonly clockId: string;
  readonly target: string;
  readonly subject: string | null;
  readonly cycle: number;
  readonly state: string;
  readonly startedAt: string;
  /** null while it moves with every moment (paused or suspended with an open end). */
  readonly dueAt: string | null;
  readonly stoppedAt: string | null;
  readonly within: string;
  readonly counted: string;
  /** `PT0S` once it is overrun: how far is told by `dueAt` and `why`. */
  readonly remaining: string;
  readonly policy: { readonly id: string; readonly version: number };
  readonly steps: readonly { readonly percent: number; readonly at: string | null; readonly raisedAt: string | null }[];
  readonly intervals: readonly ClockIntervalView[];
  readonly breach: {
    readonly at: string;
    readonly recordedAt: string | null;
    readonly cause: string;
    readonly voided?: { readonly by: string; readonly recordedAt: string };
    readonly pendingVoiding?: boolean;
    /** The late facts that a supervisor has to decide on. */
    readonly contestedBy?: readonly (FactReference & { readonly at: string; readonly recordedBy: string })[];
  } | null;
  readonly exemption?: { readonly exemptionId: string; readonly state: string };
  /** A customer's promise met before its window began. */
  readonly early: boolean;
  /** One sentence in the caller's language. */
  readonly why: string;
}

export interface CaseClocksView {
  readonly items: readonly ClockView[];
  /** The instant at which the clocks were judged. */
  readonly at: string;
  /** Position of the case's last fact used. */
  readonly position: string;
}
