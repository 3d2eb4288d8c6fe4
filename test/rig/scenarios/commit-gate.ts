import { until } from '../system/until';
import type { DatabaseServer } from '../system/database-server';

const WAITING = `select pid from pg_stat_activity where query like '%fieldcase.append%' and state = 'active' and wait_event = 'PgSleep'`;

/** Holds every append between its last insert and its COMMIT, as long as it is closed (and no statement timeout comes). */
export class CommitGate {
  private removed = false;

  private constructor(private readonly database: DatabaseServer) {}

  static async close(database: DatabaseServer): Promise<CommitGate> {
    await database.query(`
      create table public.rig_gate (closed boolean);
      insert into public.rig_gate values (true);
      create function public.rig_wait() returns trigger language plpgsql security definer as $$
        begin
          while exists (select from public.rig_gate where closed) loop perform pg_sleep(0.01); end loop;
          return null;
        end $$;
      create constraint trigger rig_gate after insert on fieldcase.events deferrable initially deferred
        for each row execute function public.rig_wait()`);
    return new CommitGate(database);
  }

  /** An append has written all that it will, and is about to commit. */
  async untilReached(): Promise<void> {
    const reached = async (): Promise<boolean> => (await this.database.query(WAITING)).length > 0;
    await until('an append to come to its commit', reached, { withinMs: 4_000 });
  }

  /** Whoever stands at the gate goes through. */
  async open(): Promise<void> {
    await this.database.query('update public.rig_gate set closed = false');
    const gone = async (): Promise<boolean> => (await this.database.query(WAITING)).length === 0;
    await until('the append to commit', gone, { withinMs: 4_000 });
  }

  /** Whoever stands at the gate never commits. */
  async endWhoWaits(): Promise<void> {
    await this.database.query(`select pg_terminate_backend(pid) from (${WAITING}) as waiting`);
    const gone = async (): Promise<boolean> => (await this.database.query(WAITING)).length === 0;
    await until('the append to end', gone, { withinMs: 4_000 });
  }

  async remove(): Promise<void> {
    if (this.removed) return;
    this.removed = true;
    await this.database.query(`
      update public.rig_gate set closed = false;
      drop trigger if exists rig_gate on fieldcase.events;
      drop function if exists public.rig_wait();
      drop table if exists public.rig_gate`);
  }
}
