import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';

const main = path.join(__dirname, '../../../apps/worker/src/main.ts');
const loader = path.join(__dirname, '../load-typescript.cjs');
const LOOK_AGAIN_MS = 20;

/** The worker with the role `processes`, as a process of its own that may be killed at any time. */
export class SupplyWorker {
  private child: ChildProcess;
  kills = 0;

  constructor(private readonly url: string) {
    this.child = this.start();
  }

  /** SIGKILL, in the midst of whatever it does; another takes over when the lease of the dead one has run out. */
  async kill(): Promise<void> {
    await this.end();
    this.kills += 1;
    this.child = this.start();
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  /** Until part supply has handled everything that is in the log, its own events included. */
  async settled(pool: Pool): Promise<void> {
    for (;;) {
      const { rows } = await pool.query<{ behind: boolean }>(
        `select coalesce((select min(position) from fieldcase.checkpoints where subscription = 'part-supply'), 0)
                < (select coalesce(max(position), 0) from fieldcase.events) as behind`,
      );
      if (rows[0]?.behind === false) return;
      if (this.child.exitCode !== null) throw new Error(`the worker ended with ${this.child.exitCode}`);
      await pause(LOOK_AGAIN_MS);
    }
  }

  private start(): ChildProcess {
    const env = { ...process.env, DATABASE_URL: this.url, ROLES: 'processes' };
    return spawn(process.execPath, ['-r', loader, main], { env, stdio: ['ignore', 'ignore', 'ignore'] });
  }
}
