import { Client } from 'pg';
import { peer } from './peers';
import { until } from './waiting';

interface GraphileWorker {
  readonly Logger: new (factory: () => () => void) => object;
  runMigrations(options: object): Promise<void>;
  run(options: object): Promise<{ stop(): Promise<void> }>;
}
interface Helpers {
  readonly job: { readonly run_at: Date };
  query(text: string, values: readonly unknown[]): Promise<unknown>;
}

const TASK = 'fire';

/**
 * graphile-worker in a database of its own, with its local queue and its batches of completions on, looking for jobs ten
 * times a second instead of once in two: its jobs are rows with a `run_at`. A job's task writes one row, as a firing does.
 */
export class GraphileJobs {
  private fired = 0;
  private readonly worker = peer<GraphileWorker>('graphile-worker');
  private readonly logger = new this.worker.Logger(() => () => undefined);
  private running: { stop(): Promise<void> } | undefined;

  private constructor(
    private readonly url: string,
    private readonly client: Client,
  ) {}

  static async create(url: string): Promise<GraphileJobs> {
    const client = new Client({ connectionString: url });
    await client.connect();
    const jobs = new GraphileJobs(url, client);
    await jobs.worker.runMigrations({ connectionString: url, logger: jobs.logger });
    await client.query(`
      create table fired (root text not null, due_at timestamptz not null, data jsonb not null, fired_at timestamptz not null);
      create index on fired (root);
      insert into graphile_worker._private_tasks (identifier) values ('${TASK}') on conflict do nothing`);
    return jobs;
  }

  /** @param everyMs between the instants at which they are due; 0: all at the first */
  async add(count: number, firstDueAt: number, everyMs: number): Promise<void> {
    await this.client.query(
      `insert into graphile_worker._private_jobs (task_id, payload, run_at)
       select t.id, json_build_object('root', gen_random_uuid()), to_timestamp(($2::float8 + n * $3::float8) / 1000)
       from generate_series(0, $1::bigint - 1) as n, graphile_worker._private_tasks t where t.identifier = '${TASK}'`,
      [count, firstDueAt, everyMs],
    );
    await this.client.query('vacuum analyze graphile_worker._private_jobs');
  }

  async start(): Promise<void> {
    const fire = async ({ root }: { root: string }, { job, query }: Helpers): Promise<void> => {
      const row = [root, job.run_at, { at: Date.now(), actor: 'timers' }];
      await query('insert into fired (root, due_at, data, fired_at) values ($1, $2, $3, clock_timestamp())', row);
      this.fired += 1;
    };
    const worker = {
      ...{ connectionString: this.url, maxPoolSize: 20, concurrentJobs: 16, pollInterval: 100 },
      ...{ localQueue: { size: 200 }, completeJobBatchDelay: 0 },
    };
    const options = { preset: { worker }, taskList: { [TASK]: fire }, noHandleSignals: true, logger: this.logger };
    this.running = await this.worker.run(options);
  }

  async untilFired(count: number, withinMs: number): Promise<void> {
    await until(`${count} jobs are done`, () => this.fired >= count, withinMs);
  }

  /** @returns ms from `run_at` to the task's row, of each job that is done */
  async lateness(): Promise<number[]> {
    const { rows } = await this.client.query<{ late: number }>(
      'select extract(epoch from fired_at - due_at)::float8 * 1000 as late from fired',
    );
    return rows.map(({ late }) => late);
  }

  /** What is done is not counted any more. */
  async forget(): Promise<void> {
    this.fired = 0;
    await this.client.query('truncate fired');
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
