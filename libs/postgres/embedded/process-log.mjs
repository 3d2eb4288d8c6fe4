import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';

const KEPT_LINES = 20;
const LIMIT_BYTES = 10 * 1024 * 1024;

/** What a child says goes to a file (two of 10 MB at most); its last lines stay at hand for an error message. */
export class ProcessLog {
  /** @type {string[]} */
  #last = [];
  #rest = '';
  #bytes = 0;
  /** @type {number | undefined} */
  #file;

  /** @param {string} path */
  constructor(path) {
    this.path = path;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#open();
  }

  #open() {
    try {
      this.#file = openSync(this.path, 'a', 0o600);
    } catch {
      this.#file = undefined;
    }
  }

  /** @param {import('node:stream').Readable | null} stream */
  follow(stream) {
    stream?.setEncoding('utf8');
    stream?.on('data', (/** @type {string} */ chunk) => this.write(chunk));
    stream?.on('error', () => undefined);
  }

  /** @param {string} chunk */
  write(chunk) {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-10_000);
    this.#last = [...this.#last, ...lines.filter((line) => line.trim())].slice(-KEPT_LINES);
    this.#store(chunk);
  }

  /** @param {string} chunk */
  #store(chunk) {
    if (this.#file === undefined) return;
    try {
      this.#bytes += writeSync(this.#file, chunk);
      if (this.#bytes > LIMIT_BYTES) this.#rotate(this.#file);
    } catch {
      // A full disk must not stop the processes whose words these are.
    }
  }

  /** @param {number} file */
  #rotate(file) {
    closeSync(file);
    renameSync(this.path, `${this.path}.1`);
    this.#bytes = 0;
    this.#open();
  }

  lastLines() {
    return this.#rest.trim() ? [...this.#last, this.#rest].slice(-KEPT_LINES) : [...this.#last];
  }

  close() {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
