import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { brokerLib } from './install.mjs';
import { propertiesOf } from './properties.mjs';

/**
 * @typedef {object} BrokerOptions
 * @property {number} id from 1
 * @property {string} folder of its own; kept between starts
 * @property {string} clusterId 22 characters
 * @property {number} port of its clients
 * @property {readonly {id: number, port: number}[]} controllers of the whole cluster, with their controller ports
 * @property {string} adminPassword of `admin`, who may do everything
 * @property {Readonly<Record<string, string | number>>} [overrides] more properties
 */

const HEAP = '-Xmx400m';
const READY_MS = 60_000;
const STOP_MS = 20_000;

/** One Kafka process (broker and controller) on loopback, in a process group of its own. */
export class Broker {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {Promise<void>} */
  #ended = Promise.resolve();
  /** It is ended by us. */
  #ending = false;
  /** @type {((how: string) => void) | undefined} told when it ends by itself */
  onAccident;

  /** @param {BrokerOptions} options */
  constructor(options) {
    this.options = options;
    this.log = join(options.folder, 'broker.log');
  }

  get address() {
    return `127.0.0.1:${this.options.port}`;
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Formats its folder at the first start. Does not wait until it answers. */
  launch() {
    const { folder } = this.options;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'server.properties');
    writeFileSync(file, propertiesOf(this.options), { mode: 0o600 });
    if (!existsSync(join(folder, 'data', 'meta.properties'))) this.#format(file);
    const out = openSync(this.log, 'a', 0o600);
    const args = [HEAP, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${brokerLib}/*`, 'kafka.Kafka', file];
    const child = spawn('java', args, { detached: true, stdio: ['ignore', out, out] });
    closeSync(out);
    this.#child = child;
    this.#ending = false;
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, by) => {
        if (this.#child === child) this.#child = undefined;
        resolve();
        if (!this.#ending) this.onAccident?.(by ?? `code ${code}`);
      });
    });
  }

  /** @param {string} file */
  #format(file) {
    const { clusterId, adminPassword } = this.options;
    const scram = `SCRAM-SHA-512=[name=admin,password=${adminPassword}]`;
    const args = ['-cp', `${brokerLib}/*`, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file];
    const { status, stdout, stderr } = spawnSync('java', [...args, '--add-scram', scram], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`a broker's folder cannot be formatted:\n${stdout}${stderr}`);
  }

  /** Resolves when its port answers; throws with its last words when it ends before. */
  async untilListening() {
    const end = performance.now() + READY_MS;
    while (performance.now() < end) {
      if (!this.#child) throw new Error(`broker ${this.options.id} ended:\n${this.lastWords()}`);
      if (await answers(this.options.port)) return;
    }
    throw new Error(`broker ${this.options.id} does not answer after ${READY_MS / 1_000} s:\n${this.lastWords()}`);
  }

  lastWords() {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-20).join('\n') : '';
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    if (this.#child?.pid) process.kill(this.#child.pid, name);
  }

  /** As a power cut would end it. */
  async kill() {
    this.#ending = true;
    this.signal('SIGKILL');
    await this.#ended;
  }

  /**
   * As an operator would end it; killed where it does not come to its end.
   * @param {number} [graceMs]
   */
  async stop(graceMs = STOP_MS) {
    this.#ending = true;
    this.signal('SIGTERM');
    const killing = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(killing);
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const say = (/** @type {boolean} */ answer) => {
      socket.destroy();
      setTimeout(resolve, answer ? 0 : 50, answer);
    };
    socket.once('connect', () => say(true));
    socket.once('error', () => say(false));
  });
}
