/** RFC 9457 as Fieldcase answers it, media type `application/problem+json`. */
export interface Problem {
  /** `urn:fieldcase:problem:<code>` */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable and dotted; what a program decides by. */
  readonly code: string;
  /** Id of this one error, a UUID; in the logs as well. */
  readonly instance: string;
  /** Field path -> what was expected; on a refused closing each unmet need. */
  readonly errors?: Readonly<Record<string, string>>;
}

/** Answer to every command, plus what it made (`number`, `visitId`, `exemptionId`). */
export interface CommandReply {
  readonly id: string;
  /** The case stream's own version, as in `ETag`. */
  readonly version: number;
  /** 64 bit, therefore a string; for `?after=`. */
  readonly position: string;
  readonly [made: string]: string | number;
}
