import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAlive, until } from '../../libs/postgres/embedded/processes.mjs';
import { processTree } from './process-tree.mjs';

const READY_MS = 120_000;
const STOP_MS = 20_000;

/** The product as a person starts it: `npm start` in a folder, in a process group of its own as a shell would give it. */
export class Product {
  /** @type {{line: string, atMs: number}[]} what it said, and when */
  lines = [];
  errors = '';
  #rest = '';
  #began = performance.now();

  /**
   * @param {string} root
   * @param {{args?: readonly string[], env?: Readonly<Record<string, string | undefined>>}} [options]
   */
  constructor(root, { args = [], env = process.env } = {}) {
    this.child = spawn('npm', ['start', '--', ...args], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    this.child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => this.#hear(chunk));
    this.child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => (this.errors += chunk));
    this.ended = once(this.child, 'close').then(([code]) => /** @type {number | null} */ (code));
  }

  /** @param {string} chunk */
  #hear(chunk) {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    this.lines.push(...lines.map((line) => ({ line, atMs: performance.now() - this.#began })));
  }

  get pid() {
    return this.child.pid ?? 0;
  }

  get #running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @returns {Promise<string>} its address, once its last line says that it is ready */
  async ready() {
    const url = () => this.lines.at(-1)?.line.match(/^ready (http:\S+)$/)?.[1];
    await until(() => url() !== undefined || !this.#running, READY_MS);
    const found = url();
    if (found) return found;
    throw new Error(`not ready:\n${this.lines.map(({ line }) => line).join('\n')}\n${this.errors}`);
  }

  /** SIGTERM to npm; all that it had started must end. @returns {Promise<number>} milliseconds */
  async stop() {
    const started = processTree(this.pid);
    const began = performance.now();
    if (this.#running) this.child.kill('SIGTERM');
    const gone = await until(() => !this.#running && !started.some((pid) => isAlive(pid)), STOP_MS);
    if (gone) return performance.now() - began;
    throw new Error(`still running after ${STOP_MS / 1_000} s: ${started.filter((pid) => isAlive(pid)).join(', ')}`);
  }
}
