import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { isAlive, until } from '../../libs/postgres/embedded/processes.mjs';

export interface LaunchOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningInstance {
  readonly pid: number;
  readonly url: string;
  readonly databaseUrl: string;
  readonly migrationUrl: string;
}

const READY = /^ready (\S+)\n/m;

/** A launcher started by a spec, in a process group of its own as a shell would give it. */
export class Launched {
  private out = '';
  private err = '';
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;

  constructor(private readonly options: LaunchOptions) {
    const script = join(options.root, 'libs/postgres/embedded/start.mjs');
    const args = options.args ?? ['--empty', '--port', '0'];
    this.child = spawn(process.execPath, [script, ...args], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], FIELDCASE_DATA_DIR: options.dataDir, ...options.env },
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
    this.ended = once(this.child, 'close').then(([code]) => this.outcome(code as number | null));
  }

  private outcome(code: number | null): Outcome {
    return { code, stdout: this.out, stderr: this.err };
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Its address, once it says so; throws with its words when it ends before. */
  async ready(): Promise<string> {
    await until(() => READY.test(this.out) || this.child.exitCode !== null, 60_000);
    const url = READY.exec(this.out)?.[1];
    if (!url) throw new Error(`no ready line:\n${this.out}${this.err}`);
    return url;
  }

  /** Returns as soon as it says so. */
  async says(words: string): Promise<void> {
    await until(() => this.out.includes(words) || this.child.exitCode !== null, 60_000, 1);
  }

  get stdout(): string {
    return this.out;
  }

  instance(): RunningInstance {
    return JSON.parse(readFileSync(join(this.options.dataDir, 'instance.json'), 'utf8')) as RunningInstance;
  }

  /** Numbers of the processes that it started, in order: database, then what wrote itself down. */
  children(): number[] {
    const calls = readFileSync(join(this.options.dataDir, 'calls'), 'utf8');
    const apps = [...calls.matchAll(/^(?:api|worker|simulator) (\d+)$/gm)].map(([, pid]) => Number(pid));
    return [postmasterOf(this.options.dataDir), ...apps].filter((pid) => pid > 0);
  }

  /** The whole group at once, as Ctrl-C does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** For afterEach: whatever a failed spec left. */
  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    await this.ended;
  }
}

function postmasterOf(dataDir: string): number {
  const pointer = join(dataDir, 'pg-location.json');
  const folder = existsSync(pointer)
    ? (JSON.parse(readFileSync(pointer, 'utf8')) as { path: string }).path
    : join(dataDir, 'pg');
  const file = join(folder, 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
}

/** Those of these processes that are still there after a while. */
export async function survivors(pids: readonly number[], withinMs = 15_000): Promise<number[]> {
  await until(() => !pids.some((pid) => isAlive(pid)), withinMs);
  return pids.filter((pid) => isAlive(pid));
}
