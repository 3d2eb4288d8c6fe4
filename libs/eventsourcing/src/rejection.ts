/**
 * An expected "no": a stable dotted code and data for the sentence, no HTTP in it.
 * `kind` says what sort of no it is; the HTTP filter maps it to a status.
 */
export type RejectionKind =
  /** The state does not allow it (409). */
  | 'conflict'
  /** Understood, but the content cannot be accepted (422). */
  | 'unacceptable'
  /** Absent, or not the caller's to see (404). */
  | 'absent'
  /** The caller's role or person may not do this (403). */
  | 'forbidden'
  /** A malformed value that only the domain can judge (400). */
  | 'malformed';

export class Rejection extends Error {
  /**
   * @param code stable, dotted, e.g. `case.already-closed`
   * @param params JSON values for the texts, e.g. `{ visitId }`; no personal data
   * @param errors field path -> what was expected; on a refused closing each unmet need
   */
  constructor(
    readonly code: string,
    readonly kind: RejectionKind = 'conflict',
    readonly params: Readonly<Record<string, unknown>> = {},
    readonly errors?: Readonly<Record<string, string>>,
  ) {
    super(code);
    this.name = 'Rejection';
  }
}
