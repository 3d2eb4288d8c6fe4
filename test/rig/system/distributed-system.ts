import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CuttableProxy } from '../../support/cuttable-proxy';
import { AppProcess, type App } from './app-process';
import { Brokers } from './brokers';
import { DatabaseServer } from './database-server';
import { until, type Bound } from './until';

const root = path.resolve(__dirname, '../../..');

export interface SystemOptions {
  readonly brokers: 0 | 1 | 3;
  readonly apis: number;
  readonly workers: number;
  /** Sample reference data and so many cases; none unless given. */
  readonly samples?: number;
  /** A proxy stands between every application and PostgreSQL. */
  readonly databaseProxy?: boolean;
  /** Of every broker. */
  readonly brokerOverrides?: Readonly<Record<string, string | number>>;
  /** Called when they listen, before anything asks them. */
  readonly onBrokers?: (brokers: Brokers) => void;
  /** More environment for every application, or for one kind of them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly workerEnv?: Readonly<Record<string, string>>;
  /** Keep its folder (logs, data) even where all went well. */
  readonly keep?: boolean;
}

interface Lag {
  readonly subscription: string;
  readonly position: string;
}

/** Subscriptions that must be there before anything is said to be complete. */
const FOLLOWERS = ['case-board', 'sla-facts', 'depot-stock', 'satisfaction', 'part-supply', 'timers'] as const;

/**
 * A whole distributed system of the built product on loopback: PostgreSQL, brokers, API and worker processes, each of which
 * a rig can end, hang and start again. Close what you opened; its logs are kept where something failed.
 */
export class DistributedSystem {
  readonly apis: AppProcess[] = [];
  readonly workers: AppProcess[] = [];
  databaseProxy: CuttableProxy | undefined;
  brokers: Brokers | undefined;
  private failed = false;

  private constructor(
    readonly folder: string,
    readonly database: DatabaseServer,
    private readonly options: SystemOptions,
  ) {}

  /** Ready when every process is. */
  static async open(options: SystemOptions): Promise<DistributedSystem> {
    const folder = mkdtempSync(path.join(tmpdir(), 'fieldcase-system-'));
    chmodSync(folder, 0o755);
    const system = new DistributedSystem(folder, new DatabaseServer(path.join(folder, 'data')), options);
    try {
      await system.begin();
      return system;
    } catch (error) {
      await system.close(true);
      throw error;
    }
  }

  get apps(): readonly AppProcess[] {
    return [...this.apis, ...this.workers];
  }

  get prefix(): string {
    return 'fieldcase';
  }

  /** Where the demo issuer's key is. */
  get dataDir(): string {
    return path.join(this.folder, 'data');
  }

  private get logs(): string {
    return path.join(this.folder, 'logs');
  }

  private async begin(): Promise<void> {
    const { brokers, apis, workers, samples, brokerOverrides: overrides } = this.options;
    mkdirSync(this.dataDir, { recursive: true });
    mkdirSync(this.logs);
    const { ensureBuilt } = await import('../../../libs/postgres/embedded/build.mjs');
    await ensureBuilt(root);
    const cluster = brokers === 0 ? undefined : { folder: path.join(this.folder, 'kafka'), count: brokers };
    [this.brokers] = await Promise.all([
      cluster && Brokers.start({ ...cluster, ...(overrides ? { overrides } : {}) }),
      this.database.start(),
    ]);
    if (this.brokers) this.options.onBrokers?.(this.brokers);
    if (this.options.databaseProxy)
      this.databaseProxy = await CuttableProxy.open(Number(new URL(this.database.url).port));
    await this.runVerb('migrate');
    if (samples !== undefined) await this.runVerb('demo', '--cases', String(samples));
    for (let n = 1; n <= apis; n += 1) this.apis.push(await this.application('api', n));
    for (let n = 1; n <= workers; n += 1) this.workers.push(await this.application('worker', n));
    for (const app of this.apps) app.start();
    await Promise.all(this.apps.map((app) => this.mustBeReady(app)));
  }

  private async mustBeReady(app: AppProcess): Promise<void> {
    if (!(await app.untilReady())) throw new Error(`${app.name} ended at its start:\n${app.lastWords()}`);
  }

  private async application(app: App, n: number): Promise<AppProcess> {
    const { freePort } = await import('../../../libs/postgres/embedded/ports.mjs');
    const name = `${app}-${n}`;
    const logFile = path.join(this.logs, `${name}.log`);
    const port = app === 'api' ? await freePort() : undefined;
    const own = app === 'worker' ? this.options.workerEnv : {};
    const env = { ...this.env(), ...own, ...(port === undefined ? {} : { PORT: String(port) }) };
    return new AppProcess({ app, name, env, logFile, ...(port === undefined ? {} : { port }) });
  }

  private env(): Readonly<Record<string, string | undefined>> {
    const direct = new URL(this.database.url);
    if (this.databaseProxy) direct.port = String(this.databaseProxy.port);
    return {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DATABASE_URL: direct.toString(),
      DATABASE_MIGRATION_URL: this.database.ownerUrl,
      FIELDCASE_DATA_DIR: this.dataDir,
      HOST: '127.0.0.1',
      ...this.brokers?.env,
      ...this.options.env,
    };
  }

  get cli(): string {
    return path.join(root, 'dist', 'apps', 'cli', 'main.js');
  }

  /** Past the proxy. */
  cliEnv(): Readonly<Record<string, string | undefined>> {
    return { ...this.env(), DATABASE_URL: this.database.url };
  }

  /** A verb of the command line, to its end, past the proxy. */
  async runVerb(...verb: readonly string[]): Promise<string> {
    const { runNode } = await import('../../../libs/postgres/embedded/verbs.mjs');
    const { code, output, lastLines } = await runNode([this.cli, ...verb], { env: this.cliEnv() });
    if (code === 0) return output;
    throw new Error(`fieldcase ${verb.join(' ')} failed:\n${lastLines.join('\n')}`);
  }

  /** The position that every shard of each subscription has reached, the relay among them. */
  async positions(): Promise<ReadonlyMap<string, bigint>> {
    const rows = await this.database.query<Lag>(
      `select subscription, min(position)::text as position from fieldcase.checkpoints group by subscription`,
    );
    return new Map(rows.map(({ subscription, position }) => [subscription, BigInt(position)]));
  }

  async head(): Promise<bigint> {
    const rows = await this.database.query<{ head: string }>(
      'select coalesce(max(position), 0)::text as head from fieldcase.events',
    );
    return BigInt(rows[0]?.head ?? 0);
  }

  /** Who holds a lease: `host/pid/...`; undefined where nobody does. */
  async holderOf(lease: string): Promise<number | undefined> {
    const rows = await this.database.query<{ owner: string }>(
      'select owner from fieldcase.leases where name = $1 and expires_at > clock_timestamp()',
      [lease],
    );
    const pid = Number(rows[0]?.owner.split('/')[1]);
    return pid > 0 ? pid : undefined;
  }

  /** Of processes that are dead: as if the rest of their time had passed. */
  async leasesRunOut(pids: readonly (number | undefined)[]): Promise<void> {
    const sql = `update fieldcase.leases set expires_at = clock_timestamp()
       where split_part(owner, '/', 2) = any($1::text[]) and expires_at > clock_timestamp()`;
    const done = (): Promise<boolean> =>
      this.database.query(sql, [pids.map(String)]).then(
        () => true,
        () => false,
      );
    await until('the leases of the dead to run out', done, { withinMs: 60_000 });
  }

  /** Every subscription has passed what the log holds now, the relay among them where there are brokers. */
  async untilRecovered(bound: Bound = { withinMs: 120_000 }): Promise<number> {
    let head: bigint | undefined;
    let behind: readonly string[] = [];
    const complete = async (): Promise<boolean> => {
      try {
        head ??= await this.head();
        const positions = await this.positions();
        const wanted = new Set([...FOLLOWERS, ...(this.brokers ? ['relay'] : []), ...positions.keys()]);
        const least = head;
        behind = [...wanted].filter((name) => (positions.get(name) ?? -1n) < least);
        return behind.length === 0;
      } catch (error) {
        behind = [String(error)];
        return false;
      }
    };
    return until('every subscription to catch up', complete, bound, () => {
      this.failed = true;
      return `behind ${head}: ${behind.join(', ')}\n${this.lastWords()}`;
    });
  }

  /** Of every process. */
  lastWords(): string {
    return this.apps.map((app) => `=== ${app.name}\n${app.lastWords()}`).join('\n');
  }

  /** @param failed its folder is kept, and named */
  async close(failed = this.failed): Promise<void> {
    await Promise.all(this.apps.map((app) => app.stop(3_000)));
    await this.databaseProxy?.close();
    await Promise.all([this.brokers?.stop(), this.database.stop()]);
    if (failed || this.options.keep) return console.error(`logs and data are kept in ${this.folder}`);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
