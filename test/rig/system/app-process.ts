import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, createWriteStream, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';
import { until, type Bound } from './until';

const root = path.resolve(__dirname, '../../..');
/** Ends the process when the rig is gone. */
const PRELOAD = fileURLToPath(new URL('libs/postgres/embedded/end-with-parent.cjs', `${pathToFileURL(root)}/`));
const START = '--- start';
const LAST_LINES = 15;
const LINE_LENGTH = 300;
/** A machine that is busy with other things starts a process in a minute. */
const READY_MS = 180_000;

export type App = 'api' | 'worker';

export interface AppOptions {
  readonly app: App;
  /** In logs and reports: `api-1`. */
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** An API's. */
  readonly port?: number;
}

export interface AppEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Nobody here has asked for it: a failpoint, or a fault. */
  readonly byItself: boolean;
}

/** One process of the built product, started and ended as often as a rig likes. Its log goes on over all starts. */
export class AppProcess {
  private child: ChildProcess | undefined;
  private saidStarted = false;
  private asked = false;
  private ending: Promise<AppEnd> = Promise.resolve({ code: null, signal: null, byItself: false });

  constructor(private readonly options: AppOptions) {}

  get name(): string {
    return this.options.name;
  }

  get app(): App {
    return this.options.app;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Of an API. */
  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** How the latest start has ended, or will. */
  get ended(): Promise<AppEnd> {
    return this.ending;
  }

  /** @param failpoint `name` or `name:nth`, for this start only */
  start(failpoint?: string): void {
    if (this.child) throw new Error(`${this.name} runs already`);
    const { app, env, logFile } = this.options;
    appendFileSync(logFile, `${START} ${new Date().toISOString()} ${failpoint ?? ''}\n`);
    const log = createWriteStream(logFile, { flags: 'a' });
    const child = spawn(process.execPath, ['--require', PRELOAD, path.join(root, 'dist', 'apps', app, 'main.js')], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...env, ...(failpoint === undefined ? {} : { FAILPOINT: failpoint }) },
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    this.child = child;
    this.saidStarted = false;
    this.asked = false;
    child.on('message', (message) => {
      if (message === 'started') this.saidStarted = true;
    });
    this.ending = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        if (this.child === child) this.child = undefined;
        const end = { code, signal, byItself: !this.asked };
        log.end(() => resolve(end));
      });
    });
  }

  /** As a power cut would end it. */
  async kill(): Promise<void> {
    this.asked = true;
    this.child?.kill('SIGKILL');
    await this.ending;
  }

  /** As an operator would; killed where it has not ended after `graceMs`. */
  async stop(graceMs = 10_000): Promise<AppEnd> {
    this.asked = true;
    this.resume();
    this.child?.kill('SIGTERM');
    const killing = setTimeout(() => this.child?.kill('SIGKILL'), graceMs);
    const end = await this.ending;
    clearTimeout(killing);
    return end;
  }

  /** It hangs: its connections stand open, and nothing comes from it. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** An API answers that it is ready, a worker has said that it is at work. False where it has ended meanwhile. */
  async untilReady(bound: Bound = { withinMs: READY_MS }): Promise<boolean> {
    const { child } = this;
    const what = `${this.name} to be ready`;
    await until(
      what,
      async () => this.child !== child || (await this.isReady()),
      bound,
      () => this.lastWords(),
    );
    return this.child === child && child !== undefined;
  }

  private async isReady(): Promise<boolean> {
    if (this.options.app === 'worker') return this.saidStarted;
    try {
      const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }

  /** Its latest start has ended with just this reason: whoever supervises it tries again. */
  get foundNoDatabase(): boolean {
    const logged = this.logged();
    return /cannot start.*cannot be reached/.test(logged.slice(logged.lastIndexOf(START)));
  }

  /** All that it has said, over all its starts. */
  logged(): string {
    return readFileSync(this.options.logFile, 'utf8');
  }

  lastWords(): string {
    return this.logged()
      .trimEnd()
      .split('\n')
      .slice(-LAST_LINES)
      .map((line) => line.slice(0, LINE_LENGTH))
      .join('\n');
  }
}
