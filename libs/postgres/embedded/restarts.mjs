const FIRST_DELAY_MS = 500;
const MOST = 5;
const WITHIN_MS = 60_000;

/** How long to wait after an unexpected end: longer each time, and not for ever. */
export class Restarts {
  /** @type {number[]} */
  #ends = [];

  /** @returns {number | undefined} ms; undefined when it has ended too often */
  delayAfterEnd(now = performance.now()) {
    this.#ends = [...this.#ends.filter((at) => now - at < WITHIN_MS), now];
    return this.#ends.length > MOST ? undefined : FIRST_DELAY_MS * 2 ** (this.#ends.length - 1);
  }
}
