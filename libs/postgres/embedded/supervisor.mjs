import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LaunchError, say } from './messages.mjs';
import { ProcessLog } from './process-log.mjs';
import { signal, until } from './processes.mjs';
import { Restarts } from './restarts.mjs';

const PRELOAD = fileURLToPath(new URL('./end-with-parent.cjs', import.meta.url));
/** The API refuses for 2 s, then answers for 7 s at most what is in flight (`UNREADY_MS`, `DRAIN_MS` in apps/api). */
const GRACE_MS = 9_500;
/**
 * On one machine memory counts for more than the last percent of speed: V8 would keep 32 MB for young objects in every
 * idle process, and what the start left in them.
 */
const FLAGS = ['--enable-source-maps', '--max-semi-space-size=4', '--require', PRELOAD];

/** One application process in a group of its own; it is started again when it ends by itself, but not for ever. */
export class Supervised {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {NodeJS.Timeout | undefined} */
  #restart;
  #restarts = new Restarts();
  #stopping = false;
  #settled = false;
  /** It has said that it is at work; only the worker does: others are asked over HTTP. */
  started = false;

  /**
   * @param {{name: string, script: string, args?: readonly string[], env: Record<string, string | undefined>,
   *   logFile: string, mayFinish?: boolean}} options `mayFinish`: exit code 0 is the end of its work, no accident
   */
  constructor({ name, script, args = [], env, logFile, mayFinish = false }) {
    this.name = name;
    this.script = script;
    this.args = args;
    this.env = env;
    this.mayFinish = mayFinish;
    this.log = new ProcessLog(logFile);
    /** @type {Promise<never>} rejects when it ends while starting, or too often */
    this.failed = new Promise((_, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
  }

  start() {
    const child = spawn(process.execPath, [...FLAGS, this.script, ...this.args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: this.env,
    });
    this.#child = child;
    this.log.follow(child.stdout);
    this.log.follow(child.stderr);
    child.on('message', (message) => (this.started ||= message === 'started'));
    child.once('error', (error) => this.log.write(`${error.message}\n`));
    child.once('close', (code, by) => this.#ended(by ?? `code ${code}`));
  }

  get pid() {
    return this.#child?.pid;
  }

  /** From now on an end is an accident, no failed start. */
  settle() {
    this.#settled = true;
  }

  /** @param {string} how */
  #ended(how) {
    this.#child = undefined;
    if (this.#stopping || (this.mayFinish && how === 'code 0')) return;
    const delay = this.#restarts.delayAfterEnd();
    if (!this.#settled || delay === undefined) {
      const words = this.log.lastLines();
      return this.fail?.(new LaunchError(`${this.name} 已退出（${how}）`, `${this.name} ended (${how})`, words));
    }
    say(
      `${this.name} 意外退出（${how}），${delay} 毫秒后重启`,
      `${this.name} ended unexpectedly (${how}), again in ${delay} ms; its log: ${this.log.path}`,
    );
    this.#restart = setTimeout(() => this.start(), delay);
  }

  /** @param {number} [graceMs] for requests in flight, then it is killed */
  async stop(graceMs = GRACE_MS) {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const pid = this.#child?.pid;
    if (pid) {
      // The whole group: an application may have children of its own.
      signal(-pid, 'SIGTERM');
      if (!(await until(() => !this.#child, graceMs))) signal(-pid, 'SIGKILL');
      await until(() => !this.#child, 2_000);
    }
    this.log.close();
  }

  /** Without any grace. */
  kill() {
    this.#stopping = true;
    if (this.#child?.pid) signal(-this.#child.pid, 'SIGKILL');
  }
}
