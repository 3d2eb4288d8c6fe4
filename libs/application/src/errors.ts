/** `If-Match` named another version of the case than the log has (412 `version.conflict`). */
export class VersionMismatch extends Error {
  constructor(
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`expected version ${expected}, found ${actual}`);
    this.name = 'VersionMismatch';
  }
}

/** The idempotency key was used for another request (422 `idempotency.key-reused`). */
export class KeyReused extends Error {
  constructor() {
    super('idempotency key used for another request');
    this.name = 'KeyReused';
  }
}

/** Other writers kept winning for longer than a caller should wait (503 with Retry-After); nothing was written. */
export class Busy extends Error {
  constructor(readonly streamId: string) {
    super('the stream is contended');
    this.name = 'Busy';
  }
}
