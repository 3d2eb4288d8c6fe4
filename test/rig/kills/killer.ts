import { setTimeout as pause } from 'node:timers/promises';
import type { Failpoint } from '@fieldcase/config';
import type { AppProcess } from '../system/app-process';
import type { DistributedSystem } from '../system/distributed-system';
import { FAILPOINT_SITES } from './failpoint-sites';
import { groupBy } from '../checker/group-by';
import { inWords, partOf, roundsOf, type Blow, type Hit, type PlannedBlow } from './plan';

export type Timed = 'api' | 'worker' | 'database' | 'broker' | 'caught up';

export interface KillsDone {
  readonly kills: Readonly<Record<'api' | 'worker' | 'database' | 'broker', number>>;
  readonly hangs: number;
  readonly hit: ReadonlyMap<Failpoint, number>;
  /** Milliseconds from the kill until it was ready; `caught up`: of every subscription, after every fifth. */
  readonly recoveries: ReadonlyMap<Timed, readonly number[]>;
  /** What nobody had asked for. */
  readonly surprises: readonly string[];
}

const HIT_WITHIN_MS = 60_000;
const RECOVERED_EVERY = 5;
const RECOVERED_MS = 300_000;
const IN_SYNC = { withinMs: RECOVERED_MS };

const inEnv = ({ failpoint, nth }: Hit): string => `${failpoint}:${nth}`;

/** Carries a plan out. What was killed is started again at once, as a supervisor would. */
export class Killer {
  private readonly kills = { api: 0, worker: 0, database: 0, broker: 0 };
  private readonly hit = new Map<Failpoint, number>();
  private readonly recoveries = new Map<Timed, number[]>();
  private readonly surprises: string[] = [];
  private readonly recovering = new Set<Promise<void>>();
  private hangs = 0;

  constructor(
    private readonly system: DistributedSystem,
    private readonly say: (line: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** From now on every application is watched: one that ends by itself is a surprise, and started again. */
  watch(): void {
    for (const app of this.system.apps) this.watchStart(app);
  }

  /** @param until of this process's clock: a round that has not begun by then is left out, and said */
  async carryOut(plan: readonly PlannedBlow[], until = Number.POSITIVE_INFINITY): Promise<KillsDone> {
    const rounds = roundsOf(plan, RECOVERED_EVERY);
    for (const [at, round] of rounds.entries()) {
      if (performance.now() > until) {
        const left = rounds.length - at;
        this.surprises.push(`out of time: the last ${left} of ${rounds.length} rounds of the plan are left out`);
        break;
      }
      const chains = [...groupBy(round, ({ blow }) => partOf(blow)).values()];
      await Promise.all(chains.map((chain) => this.oneByOne(chain)));
      await this.recover();
    }
    const { kills, hangs, hit, recoveries, surprises } = this;
    return { kills, hangs, hit, recoveries, surprises };
  }

  private async oneByOne(chain: readonly PlannedBlow[]): Promise<void> {
    for (const { afterMs, blow } of chain) {
      await pause(afterMs, undefined, { signal: this.signal });
      const began = performance.now();
      await this.strike(blow);
      const { api, worker, database, broker } = this.kills;
      this.say(`${api + worker + database + broker} ${inWords(blow)} (${Math.round(performance.now() - began)} ms)`);
    }
  }

  /** Everything that was struck is ready again, and every subscription is where the log is. */
  private async recover(): Promise<void> {
    await Promise.all(this.recovering);
    await Promise.all(this.system.apps.map((app) => app.untilReady()));
    const ms = await this.system.untilRecovered({ withinMs: RECOVERED_MS });
    this.took('caught up', ms);
    this.say(`recovered, caught up within ${Math.round(ms)} ms`);
  }

  private async strike(blow: Blow): Promise<void> {
    if (blow.kind === 'hang') return this.hang(blow);
    if (blow.kind === 'kill') return this.kill(blow);
    if (blow.kind === 'pair') return this.hitPair(blow);
    const { process } = FAILPOINT_SITES[blow.failpoint];
    await (process === 'api' ? this.hitApi(blow) : this.hitWorker(blow));
  }

  private async kill({ part, index, downMs }: Extract<Blow, { kind: 'kill' }>): Promise<void> {
    this.kills[part] += 1;
    const { database, apis, brokers } = this.system;
    if (part === 'database') {
      const began = performance.now();
      await database.kill();
      await database.restart();
      // It serves when those that need it do.
      return this.recovery('database', began, Promise.all(apis.map((api) => api.untilReady())));
    }
    if (part === 'broker') {
      const broker = brokers?.all[index];
      await broker?.kill();
      await pause(downMs);
      const began = performance.now();
      broker?.launch();
      // Only then: while nobody has missed it yet, it still counts as in sync. It may be killed again before.
      const listening = broker?.untilListening().catch(() => undefined);
      const back = listening?.then(() => brokers?.untilInSync([`${this.system.prefix}.log.v1`], IN_SYNC));
      return this.recovery('broker', began, back);
    }
    const app = this.appOf(part, index);
    await app.kill();
    this.startAgain(app);
  }

  /** It is killed where it stands, and its next start ends at the failpoint: two kills. */
  private async hitApi({ index, ...hit }: Extract<Blow, { kind: 'failpoint' }>): Promise<void> {
    const api = this.appOf('api', index);
    await api.kill();
    api.start(inEnv(hit));
    this.kills.api += 1;
    await this.untilHit(api, hit);
  }

  /**
   * What a worker does it does under a lease: the armed one is started anew as in a rollout, and the others are killed, so
   * that it takes their leases over, and comes to its end there.
   */
  private async hitWorker({ index, ...hit }: Extract<Blow, { kind: 'failpoint' }>): Promise<void> {
    const armed = this.appOf('worker', index);
    await armed.stop();
    armed.start(inEnv(hit));
    const others = this.system.workers.filter((worker) => worker !== armed);
    await Promise.race([armed.untilReady(), armed.ended]);
    await Promise.all(others.map((worker) => worker.kill()));
    this.kills.worker += others.length;
    await this.untilHit(armed, hit);
    for (const other of others) this.startAgain(other);
  }

  /**
   * The first is alone, and comes by whatever it is armed with. The second starts meanwhile, and has everything to itself
   * as soon as the first has come to its end; that one is started again only then, lest it takes the leases first.
   */
  private async hitPair({ hits, index }: Extract<Blow, { kind: 'pair' }>): Promise<void> {
    const { workers } = this.system;
    const [first, second] = [this.appOf('worker', index), this.appOf('worker', (index + 1) % workers.length)];
    const dead = [first.pid, second.pid];
    await Promise.all([first.kill(), second.kill()]);
    this.kills.worker += 2;
    first.start(inEnv(hits[0]));
    const firstPid = first.pid;
    await this.system.leasesRunOut(dead);
    await Promise.race([first.untilReady(), first.ended]);
    second.start(inEnv(hits[1]));
    const secondPid = second.pid;
    await this.untilDown(first, hits[0]);
    await this.system.leasesRunOut([firstPid]);
    await Promise.race([second.untilReady(), second.ended]);
    await this.untilDown(second, hits[1]);
    await this.system.leasesRunOut([secondPid]);
    for (const worker of [first, second]) this.startAgain(worker);
  }

  private async untilHit(app: AppProcess, hit: Hit): Promise<void> {
    await this.untilDown(app, hit);
    this.startAgain(app);
  }

  private async untilDown(app: AppProcess, hit: Hit): Promise<void> {
    const { failpoint } = hit;
    const late = pause(HIT_WITHIN_MS, undefined, { ref: false });
    let end = await Promise.race([app.ended, late]);
    while (end && end.signal === null && app.foundNoDatabase) {
      app.start(inEnv(hit));
      end = await Promise.race([app.ended, late]);
    }
    if (end?.signal === 'SIGKILL') this.hit.set(failpoint, (this.hit.get(failpoint) ?? 0) + 1);
    else {
      const { load } = FAILPOINT_SITES[failpoint];
      const how = end ? `ended with ${JSON.stringify(end)}` : `did not come by within ${HIT_WITHIN_MS / 1_000} s`;
      this.surprises.push(`${app.name}, armed with ${failpoint}, ${how}; what brings it there: ${load}`);
      await app.kill();
    }
    this.kills[app.app] += 1;
  }

  private async hang({ part, index, ms }: Extract<Blow, { kind: 'hang' }>): Promise<void> {
    this.hangs += 1;
    const broker = part === 'broker' ? this.system.brokers?.all[index] : undefined;
    const app = part === 'broker' ? undefined : this.appOf(part, index);
    broker?.signal('SIGSTOP');
    app?.pause();
    await pause(ms);
    broker?.signal('SIGCONT');
    app?.resume();
  }

  private startAgain(app: AppProcess): void {
    const began = performance.now();
    app.start();
    this.watchStart(app);
    this.recovery(app.app, began, app.untilReady());
  }

  private watchStart(app: AppProcess): void {
    const { pid } = app;
    void app.ended.then((end) => {
      if (!end.byItself || this.signal.aborted) return;
      if (!app.foundNoDatabase)
        this.surprises.push(`${app.name} (${pid}) ended by itself: ${JSON.stringify(end)}\n${app.lastWords()}`);
      this.startAgain(app);
    });
  }

  private recovery(part: Timed, began: number, ready: Promise<unknown> | undefined): void {
    const recovering: Promise<void> = Promise.resolve(ready).then(() => {
      this.took(part, performance.now() - began);
      this.recovering.delete(recovering);
    });
    recovering.catch(() => undefined);
    this.recovering.add(recovering);
  }

  private took(part: Timed, ms: number): void {
    this.recoveries.set(part, [...(this.recoveries.get(part) ?? []), Math.round(ms)]);
  }

  private appOf(part: 'api' | 'worker', index: number): AppProcess {
    const app = (part === 'api' ? this.system.apis : this.system.workers)[index];
    if (!app) throw new Error(`there is no ${part}-${index + 1}`);
    return app;
  }
}
