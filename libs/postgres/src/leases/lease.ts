import type { Pool } from 'pg';
import type { SqlClient } from '@fieldcase/eventsourcing';
import { pause } from '../subscriptions/pause';
import { asSqlClient } from '../subscriptions/sql';

/** The lease passed to another owner: what is under it must stop and write nothing more. */
export class LeaseLost extends Error {
  constructor(readonly lease: string) {
    super(`the lease ${lease} passed to another owner`);
    this.name = 'LeaseLost';
  }
}

/**
 * One owner at a time, by the database's clock. Every new owner raises the epoch; `fence` inside a transaction proves
 * that the caller is still the owner, so that one that was halted and woke up again changes nothing.
 */
export class Lease {
  private epoch: bigint | undefined;

  /** @param ttlMs how long it lasts without renewal; renew at a third of it */
  constructor(
    private readonly pool: Pool,
    readonly name: string,
    readonly owner: string,
    readonly ttlMs: number,
  ) {}

  /**
   * True when it was free or had run out. Not when it is held under this owner's own name: two processes may bear the
   * same one (a number that was given again, containers), and one that was killed is waited for like any other.
   */
  async acquire(): Promise<boolean> {
    const { rows } = await asSqlClient(this.pool).query<{ epoch: string }>(
      `insert into fieldcase.leases as l (name, owner, epoch, expires_at)
       values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
       on conflict (name) do update set owner = excluded.owner, epoch = l.epoch + 1, expires_at = excluded.expires_at
       where l.expires_at <= clock_timestamp()
       returning epoch`,
      [this.name, this.owner, this.ttlMs],
    );
    const [row] = rows;
    if (row) this.epoch = BigInt(row.epoch);
    return row !== undefined;
  }

  /** False when it has passed to another owner. A lease that ran out but that nobody took is taken up again. */
  async renew(): Promise<boolean> {
    const { rowCount } = await asSqlClient(this.pool).query(
      `update fieldcase.leases set expires_at = clock_timestamp() + $3 * interval '1 millisecond'
       where name = $1 and epoch = $2`,
      [this.name, String(this.epoch ?? -1n), this.ttlMs],
    );
    return rowCount === 1;
  }

  /** The next owner need not wait for the end of the lease. */
  async release(): Promise<void> {
    if (this.epoch === undefined) return;
    await asSqlClient(this.pool).query(
      'update fieldcase.leases set expires_at = clock_timestamp() where name = $1 and epoch = $2',
      [this.name, String(this.epoch)],
    );
    this.epoch = undefined;
  }

  /** @throws LeaseLost inside the caller's transaction; holds the row until it ends */
  async fence(client: SqlClient): Promise<void> {
    const { rowCount } = await client.query(
      'select 1 from fieldcase.leases where name = $1 and epoch = $2 and expires_at > clock_timestamp() for share',
      [this.name, String(this.epoch ?? -1n)],
    );
    if (rowCount !== 1) throw new LeaseLost(this.name);
  }
}

/**
 * Waits for the lease and runs `work` while it is held, again whenever the lease was lost on the way; returns when
 * `work` returned by itself or `signal` is aborted. `work` gets a signal that ends with the lease or with `signal`
 * and must return soon after. What it throws is thrown here, after the release.
 */
export async function underLease(
  lease: Lease,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
  report: (problem: unknown) => void = () => undefined,
): Promise<void> {
  while (!signal.aborted) {
    const acquired = await lease.acquire().catch((error: unknown) => {
      report(error);
      return false;
    });
    if (!acquired) await pause(lease.ttlMs / 3, signal);
    else if (await holding(lease, signal, work, report)) return;
  }
}

/** True when `work` came to its own end, false when the lease was lost before. */
async function holding(
  lease: Lease,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
  report: (problem: unknown) => void,
): Promise<boolean> {
  const lost = new AbortController();
  const done = new AbortController();
  const renewing = renewWhile(lease, done.signal, lost, report);
  try {
    await work(AbortSignal.any([signal, lost.signal]));
    return !lost.signal.aborted;
  } finally {
    done.abort();
    await renewing;
    await lease.release().catch(report);
  }
}

async function renewWhile(
  lease: Lease,
  done: AbortSignal,
  lost: AbortController,
  report: (problem: unknown) => void,
): Promise<void> {
  let renewedAt = performance.now();
  for (;;) {
    await pause(lease.ttlMs / 3, done);
    if (done.aborted) return;
    const asked = performance.now();
    try {
      if (!(await lease.renew())) return lost.abort();
      renewedAt = asked;
    } catch (error) {
      report(error);
      // Another owner may have it by now: stop before he starts.
      if (performance.now() - renewedAt > lease.ttlMs) return lost.abort();
    }
  }
}
