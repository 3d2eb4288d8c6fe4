import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureBuilt } from './build.mjs';
import { prepareDataFolder, writePrivately } from './data-location.mjs';
import { lockDataFolder } from './instance-lock.mjs';
import { LaunchError, say } from './messages.mjs';
import { httpPort } from './ports.mjs';
import { databaseName, decisionFile, logIsEmpty, readDecision, untilShown } from './sample-data.mjs';
import { startEmbedded } from './start-embedded.mjs';
import { Supervised } from './supervisor.mjs';
import { runVerb } from './verbs.mjs';

/** @typedef {import('./options.mjs').Options} Options */

const READY_MS = 60_000;
const POLL_MS = 50;
const STOP_MS = 13_000;
const DATABASE_AT_LEAST_MS = 3_000;

/** A running Fieldcase on one data folder: database, API, worker. */
export class Instance {
  /** @type {(() => Promise<void> | void)[]} last started, first ended */
  #endings = [];
  /** @type {Supervised[]} */
  #apps = [];
  /** @type {import('./start-embedded.mjs').Embedded | undefined} */
  #database;
  /** @type {import('./distributed.mjs').Place[]} said at the end, when there is more than one of everything */
  #places = [];
  /** @type {Promise<string> | undefined} */
  #starting;
  /** @type {Promise<void> | undefined} */
  #stopped;
  #abort = new AbortController();
  #deadline = 0;
  /** @type {Promise<never>} rejects when a part has ended for good */
  broken;
  /** @type {(error: unknown) => void} */
  #break = () => undefined;

  /**
   * @param {string} root
   * @param {Options} options
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    this.broken = new Promise((_, reject) => (this.#break = reject));
    this.broken.catch(() => undefined);
  }

  get stopping() {
    return this.#stopped !== undefined;
  }

  /** @returns {Promise<string>} the address that answers */
  start() {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start() {
    const dataDir = prepareDataFolder(this.options.dataDir);
    this.#endings.push(lockDataFolder(dataDir));
    const port = await httpPort(this.options.port, this.options.host);
    // Beside the database, which a first start makes meanwhile: it is over 0.8 s earlier.
    const building = ensureBuilt(this.root, this.#abort.signal);
    // It is awaited below, when the database is there.
    building.catch(() => undefined);
    const { databaseUrl, migrationUrl } = await this.#startDatabase(dataDir);
    await building;
    this.#abort.signal.throwIfAborted();
    const brokers = this.options.distributed ? await this.#startBrokers(dataDir) : undefined;
    const env = { ...this.#environment({ databaseUrl, migrationUrl, port, dataDir }), ...brokers?.env };
    const cli = join(this.root, 'dist', 'apps', 'cli', 'main.js');
    const filled = await this.#prepareData(dataDir, cli, env);
    const url = `http://${this.#hostForUrl()}:${port}`;
    const shown = filled ? untilShown(cli, env, this.#abort.signal) : undefined;
    await Promise.all([this.#startApps(dataDir, env, url), shown]);
    const file = join(dataDir, 'instance.json');
    const found = { pid: process.pid, url, databaseUrl, migrationUrl, kafkaFile: brokers?.file };
    writePrivately(file, `${JSON.stringify(found, null, 2)}\n`);
    this.#endings.push(() => rmSync(file, { force: true }));
    for (const place of this.#places) say(...place);
    say(`数据目录 ${dataDir}`, `data in ${dataDir}, logs in ${join(dataDir, 'logs')}`);
    say(
      `接口文档 ${url}/docs；令牌：npx fieldcase token agent`,
      `API at ${url}/docs; tokens: npx fieldcase token agent`,
    );
    this.#startSimulator({ dataDir, cli, env, url });
    return url;
  }

  /**
   * Sample data is to move, and nothing else is: a log that was not filled by us, or that is somebody else's identity
   * provider's, is left alone.
   * @param {{dataDir: string, cli: string, env: Record<string, string | undefined>, url: string}} known
   */
  #startSimulator({ dataDir, cli, env, url }) {
    const { samples = false } = readDecision(dataDir);
    if (!samples || this.options.empty || this.options.still || env['AUTH_JWKS_URL']) return;
    const args = ['simulate', '--api', url];
    const logFile = join(dataDir, 'logs', 'simulator.log');
    const simulator = new Supervised({ name: 'simulator', script: cli, args, env, logFile, mayFinish: true });
    simulator.settle();
    simulator.failed.catch((error) => say('模拟器已停止', `the simulator is given up: ${error.message}`));
    this.#apps.push(simulator);
    simulator.start();
    say('模拟器每分钟发出几条命令；关闭请加 --still', 'a simulator gives a few commands a minute; off with --still');
  }

  #hostForUrl() {
    const { host } = this.options;
    if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
    return host.includes(':') ? `[${host}]` : host;
  }

  /** @param {string} dataDir */
  async #startDatabase(dataDir) {
    const { databaseUrl, migrationUrl } = this.options;
    if (databaseUrl) {
      say('使用 DATABASE_URL 指定的 PostgreSQL', 'using the PostgreSQL of DATABASE_URL');
      return { databaseUrl, migrationUrl: migrationUrl ?? databaseUrl };
    }
    say('启动内置 PostgreSQL', 'starting the embedded PostgreSQL');
    const database = await startEmbedded({ dataDir, locked: true, signal: this.#abort.signal });
    this.#database = database;
    this.#endings.push(() => database.stop(Math.max(DATABASE_AT_LEAST_MS, this.#deadline - performance.now())));
    void database.exited.then(() => {
      const words = database.lastLines();
      this.#break(new LaunchError('PostgreSQL 已退出', 'PostgreSQL ended', words));
    });
    if (database.fresh) rmSync(decisionFile(dataDir), { force: true });
    this.#abort.signal.throwIfAborted();
    return database;
  }

  /** @param {string} dataDir */
  async #startBrokers(dataDir) {
    // Only now: who runs on one machine needs nothing of it.
    const { startBrokers } = await import('./distributed.mjs');
    say('启动三个 Kafka 节点', 'starting three Kafka brokers');
    const brokers = await startBrokers(dataDir);
    this.#endings.push(() => brokers.stop());
    this.#abort.signal.throwIfAborted();
    say(`Kafka 地址 ${brokers.addresses}`, `Kafka on ${brokers.addresses}`);
    this.#places.push(...brokers.places);
    return brokers;
  }

  /** @param {{databaseUrl: string, migrationUrl: string, port: number, dataDir: string}} known */
  #environment({ databaseUrl, migrationUrl, port, dataDir }) {
    return {
      ...process.env,
      NODE_ENV: process.env['NODE_ENV'] ?? 'production',
      DATABASE_URL: databaseUrl,
      DATABASE_MIGRATION_URL: migrationUrl,
      PORT: String(port),
      HOST: this.options.host,
      FIELDCASE_DATA_DIR: dataDir,
    };
  }

  /**
   * Migrations at every start; sample data once, into an empty log. A start that was ended while it loaded them leaves
   * `loading` behind: the next one goes on.
   * @param {string} dataDir
   * @param {string} cli
   * @param {Record<string, string | undefined>} env
   * @returns {Promise<boolean>} whether sample data was loaded now
   */
  async #prepareData(dataDir, cli, env) {
    const { signal } = this.#abort;
    say('更新数据库结构', 'migrating the database');
    await runVerb(cli, ['migrate'], env, signal);
    const file = decisionFile(dataDir);
    const known = readDecision(dataDir);
    const decided = { database: databaseName(env) };
    const begun = known.database === decided.database;
    if (begun && !known.loading) return false;
    const fill = !this.options.empty && (begun || this.#database?.fresh || (await logIsEmpty(cli, env, signal)));
    if (fill) {
      say('导入示例数据', 'loading sample data');
      writePrivately(file, `${JSON.stringify({ ...decided, loading: true })}\n`);
      await runVerb(cli, ['demo'], env, signal);
    }
    writePrivately(file, `${JSON.stringify({ ...decided, samples: fill })}\n`);
    return fill;
  }

  /**
   * @param {string} dataDir
   * @param {Record<string, string | undefined>} env
   * @param {string} url
   */
  async #startApps(dataDir, env, url) {
    say('启动 API 与后台进程', 'starting API and worker');
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    const plan = await this.#plan(Number(env['PORT']));
    this.#apps = plan.map(({ name, app, port, metricsPort }) => {
      const script = join(this.root, 'dist', 'apps', app, 'main.js');
      const own = { ...env, PORT: String(port), ...(metricsPort ? { METRICS_PORT: String(metricsPort) } : {}) };
      return new Supervised({ name, script, env: own, logFile: join(dataDir, 'logs', `${name}.log`) });
    });
    this.#endings.push(async () => void (await Promise.all(this.#apps.map((app) => app.stop()))));
    this.#abort.signal.throwIfAborted();
    for (const app of this.#apps) {
      app.start();
      app.failed.catch(this.#break);
    }
    const waiting = plan.map(({ app, port }, at) => this.#untilReady(this.#apps[at], app === 'api' ? port : undefined));
    await Promise.race([this.broken, Promise.all(waiting)]);
    for (const app of this.#apps) app.settle();
    if (plan.length > 2) say(...addressesOf(plan, url));
    await this.#notePlaces(plan, url, String(env['DATABASE_URL']), dataDir);
  }

  /**
   * @param {import('./distributed.mjs').Planned[]} plan
   * @param {string} url
   * @param {string} databaseUrl
   * @param {string} dataDir
   */
  async #notePlaces(plan, url, databaseUrl, dataDir) {
    if (!this.options.distributed) return;
    const { placesOf } = await import('./distributed.mjs');
    this.#places.unshift(...placesOf({ plan, url, databaseUrl, dataDir, embedded: this.#database !== undefined }));
  }

  /**
   * @param {number} port
   * @returns {Promise<import('./distributed.mjs').Planned[]>}
   */
  async #plan(port) {
    if (this.options.distributed) return (await import('./distributed.mjs')).twoOfEach(port, this.options.host);
    return ['api', 'worker'].map((name) => ({ name, app: name, port }));
  }

  /**
   * @param {Supervised | undefined} app
   * @param {number | undefined} port where it answers; absent: it says itself that it is at work
   */
  async #untilReady(app, port) {
    const end = performance.now() + READY_MS;
    const url = `http://${this.#hostForUrl()}:${port}/health/ready`;
    while (performance.now() < end) {
      await wait(POLL_MS, undefined, { signal: this.#abort.signal });
      if (port === undefined) {
        if (app?.started) return;
        continue;
      }
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.ok === true) return;
    }
    const words = app?.log.lastLines();
    throw new LaunchError(`${app?.name} 未能就绪`, `${app?.name} is not ready after ${READY_MS / 1000} s`, words);
  }

  /** Ends all that was started, within 15 s; safe to call again. @returns {Promise<void>} */
  stop() {
    this.#deadline ||= performance.now() + STOP_MS;
    this.#abort.abort(new LaunchError('已停止', 'stopped'));
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end() {
    // What a step has just begun is in the list only when the step is over.
    await this.#starting?.catch(() => undefined);
    for (let next = this.#endings.pop(); next; next = this.#endings.pop()) await next();
  }

  /** A second Ctrl-C: nobody waits for requests in flight any more. The database recovers from its log. */
  hurry() {
    for (const app of this.#apps) app.kill();
    this.#deadline = performance.now();
    if (this.#database) process.kill(this.#database.pid, 'SIGQUIT');
  }
}

/**
 * @param {{name: string, app: string, port: number}[]} plan
 * @param {string} url of the first
 * @returns {[zh: string, en: string]}
 */
function addressesOf(plan, url) {
  const { port } = new URL(url);
  const others = plan.filter((each) => each.app === 'api' && String(each.port) !== port);
  const urls = others.map((each) => url.replace(`:${port}`, `:${each.port}`)).join(', ');
  return [`另有 API ${urls}，后台进程两个`, `another API at ${urls}, and two workers`];
}
