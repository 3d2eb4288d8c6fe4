import type { Pool } from 'pg';
import { createPool } from '@fieldcase/postgres';
import { connectedTo, scratchDatabase, serverUrl, type ScratchDatabase } from '../../rig/scratch-database';
import { fillBoard } from './fill-board';
import { fillLog } from './fill-log';
import { grownWorks, type GrownWork } from './grown-works';

const CALLERS = 8;
const CASES_PER_EVENT = 1 / 16;

/** A log of some size with the board of its cases, and what work on it has cost so far. */
export class GrownLog {
  delays: number[] = [];
  private buffers = 0;

  private constructor(
    readonly events: number,
    private readonly database: ScratchDatabase,
    private readonly cases: number,
  ) {}

  static async fill(events: number): Promise<GrownLog> {
    const database = await scratchDatabase(`bench_growth_${events}`);
    const cases = Math.max(100, Math.round(events * CASES_PER_EVENT));
    try {
      await fillLog(database.url, events);
      await fillBoard(database.url, cases);
    } catch (error) {
      await database.drop();
      throw error;
    }
    return new GrownLog(events, database, cases);
  }

  get buffersPerCommand(): number {
    return this.buffers / Math.max(1, this.delays.length);
  }

  forget(): void {
    this.delays = [];
    this.buffers = 0;
  }

  /** What it needs is prepared before, by a process of its own. @returns milliseconds per command */
  async run(work: GrownWork, commands: number): Promise<number> {
    const { prepare, callers = CALLERS } = grownWorks[work];
    const doOne = await this.withPool(async (pool) => prepare(pool, commands, this.cases));
    const before = await this.buffersSoFar();
    const cost = await this.withPool(async (pool) => {
      await Promise.all(Array.from({ length: CALLERS }, () => pool.query('select')));
      const one = await doOne(pool);
      return this.timed(one, commands, callers);
    });
    this.buffers += (await this.buffersSoFar()) - before;
    return cost;
  }

  drop(): Promise<void> {
    return this.database.drop();
  }

  private async timed(one: (nth: number) => Promise<unknown>, commands: number, callers: number): Promise<number> {
    let next = 0;
    const caller = async (): Promise<void> => {
      while (next < commands) {
        const [nth, began] = [next++, performance.now()];
        await one(nth);
        this.delays.push(performance.now() - began);
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: callers }, caller));
    return (performance.now() - began) / commands;
  }

  private async withPool<T>(use: (pool: Pool) => Promise<T>): Promise<T> {
    const pool = createPool({ url: this.database.url, max: CALLERS, name: 'bench-growth' });
    try {
      return await use(pool);
    } finally {
      await pool.end();
    }
  }

  /** Pages of this database that were looked at; a session has told of all of its own when it is gone. */
  private buffersSoFar(): Promise<number> {
    const name = new URL(this.database.url).pathname.slice(1);
    return connectedTo(serverUrl(), async (client) => {
      for (;;) {
        const { rows } = await client.query<{ busy: boolean; buffers: number }>(
          `select exists (select from pg_stat_activity where datname = $1 and application_name = 'bench-growth') as busy,
             (blks_hit + blks_read)::float8 as buffers from pg_stat_database where datname = $1`,
          [name],
        );
        if (rows[0] && !rows[0].busy) return rows[0].buffers;
      }
    });
  }
}
