import { Client } from 'pg';

/** Halts or ends server processes that are inside an append. On this machine and as their user (or root) only. */
export class Backends {
  private constructor(private readonly client: Client) {}

  static async of(url: string): Promise<Backends> {
    const client = new Client({ connectionString: url, application_name: 'rig-backends' });
    client.on('error', () => undefined);
    await client.connect();
    return new Backends(client);
  }

  /** Ends one backend in mid-append; false when none was in one. */
  async terminateAppend(): Promise<boolean> {
    const { rows } = await this.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state = 'active'
          and query like '%fieldcase.append%' order by random() limit 1`,
    );
    return rows.length > 0;
  }

  /**
   * SIGSTOP for one backend that holds the log's lock; answers its pid, undefined when none could be caught so.
   * The caller sends SIGCONT.
   */
  async haltAppend(tries: number): Promise<number | undefined> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const pid = await this.lockHolder();
      if (pid === undefined) continue;
      process.kill(pid, 'SIGSTOP');
      if ((await this.lockHolder()) === pid) return pid;
      process.kill(pid, 'SIGCONT');
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async lockHolder(): Promise<number | undefined> {
    const { rows } = await this.client.query<{ pid: number }>(
      `select l.pid from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory' and l.granted and a.datname = current_database()
          and a.query like '%fieldcase.append%' limit 1`,
    );
    return rows[0]?.pid;
  }
}
