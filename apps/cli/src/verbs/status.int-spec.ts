import { contractEvent } from '@fieldcase/eventsourcing/testing';
import { createPool, Lease, PostgresEventStore, RelayCheckpoints } from '@fieldcase/postgres';
import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { fieldcase } from '../import/import.fixture';

const READ_MODELS = ['case-board', 'sla-facts', 'depot-stock', 'satisfaction'];

interface Shown {
  readonly well: boolean;
  readonly head: string;
  readonly needs: readonly { readonly of: string; readonly problem: string; readonly mend: string }[];
  readonly relay: { readonly state: string; readonly problem: string | null; readonly since: string | null };
  readonly leases: readonly { readonly name: string; readonly expiresInSeconds: number; readonly held: boolean }[];
  readonly subscriptions: readonly {
    readonly name: string;
    readonly followedBy: readonly string[];
    readonly problem: string;
  }[];
}

describe('fieldcase status', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 3 });
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });
  const json = async (): Promise<{ code: number; shown: Shown }> => {
    const { code, out } = await fieldcase(['status', '--json', '--url', database.url]);
    return { code, shown: JSON.parse(out) as Shown };
  };
  const text = () => fieldcase(['status', '--url', database.url]);
  const leased = async (name: string, owner = 'a-host/1'): Promise<Lease> => {
    const lease = new Lease(pool, name, owner, 60_000);
    await lease.acquire();
    return lease;
  };
  /** As workers leave it that follow everything. */
  const followed = async (): Promise<void> => {
    await pool.query(
      `insert into fieldcase.subscriptions (subscription, version, tables)
       select name, version, '{}' from unnest($1::text[], $2::int[]) as s(name, version)`,
      [READ_MODELS, await versions()],
    );
    await pool.query(
      `insert into fieldcase.checkpoints (subscription, shard, version)
       select subscription, shard, version from fieldcase.subscriptions, generate_series(0, 15) as shard`,
    );
    for (const name of READ_MODELS) await leased(`subscription:${name}`);
  };
  const versions = async (): Promise<readonly number[]> => {
    const { out } = await fieldcase(['projections', 'list', '--json', '--url', database.url]);
    const { items } = JSON.parse(out) as { items: readonly { name: string; version: number }[] };
    return READ_MODELS.map((name) => items.find((item) => item.name === name)?.version ?? 0);
  };

  it('says that nobody works, and exits with 1', async () => {
    const { code, shown } = await json();
    expect([code, shown.well, shown.head, shown.relay.state]).toEqual([1, false, '0', 'absent']);
    expect(shown.needs).toHaveLength(READ_MODELS.length);
    expect(shown.needs[0]).toEqual({
      of: 'case-board',
      problem: 'was never followed',
      mend: 'start a worker with the role projections',
    });
    expect((await text()).out).toContain('no lease is held: no worker runs');
  });

  it('says that all is well, and who holds which lease, several workers on one read model too', async () => {
    await followed();
    await leased('subscription:case-board/a-host/2', 'a-host/2');
    const { code, shown } = await json();
    expect([code, shown.well, shown.needs]).toEqual([0, true, []]);
    expect(shown.leases).toHaveLength(READ_MODELS.length + 1);
    for (const { held, expiresInSeconds } of shown.leases) {
      expect(held).toBe(true);
      expect(expiresInSeconds).toBeGreaterThan(0);
    }
    const { out } = await text();
    expect(out).toMatch(/^subscription:case-board\/a-host\/2 +a-host\/2 +1 +\d+\.\d s$/m);
    expect(out).toMatch(/^case-board +running +0 +0 events, 0\.0 s +0 events, 0 streams +2$/m);
    expect(out).toContain('nothing needs you');
  });

  it('says why the relay stands still, what is parked, and what stands', async () => {
    await followed();
    const store = new PostgresEventStore(pool);
    const events = [contractEvent('NoteAdded', { kind: 'note' }), contractEvent('NoteAdded', { kind: 'call' })];
    await store.append({ writes: [{ streamId: 'case:one', expected: 0, events }] });
    await pool.query(
      `insert into fieldcase.parked (subscription, position, version, root, stream_id, type, error)
       select 'case-board', position, 1, 'one', stream_id, type, 'TypeError: odd' from fieldcase.events`,
    );
    await pool.query(`update fieldcase.leases set expires_at = now() where name = 'subscription:satisfaction'`);
    const lease = await leased('subscription:relay');
    const relay = new RelayCheckpoints(pool, lease);
    await relay.note('halted', 'the topic is empty: run something');
    const { code, shown } = await json();
    expect(code).toBe(1);
    expect(shown.relay).toEqual({
      state: 'halted',
      problem: 'the topic is empty: run something',
      since: expect.any(String),
    });
    expect(shown.subscriptions).toMatchObject([
      { name: 'relay', followedBy: [expect.any(String)], problem: shown.relay.problem },
    ]);
    expect(shown.needs.map(({ of, problem }) => `${of} ${problem}`)).toEqual([
      'relay stands still: the topic is empty: run something',
      'satisfaction is followed by nobody',
      'case-board 2 events of 1 streams are parked',
    ]);
    const { out } = await text();
    expect(out).toMatch(
      /^relay +halted, at 0, 2 events and .* s behind; since .*: the topic is empty: run something$/m,
    );
    expect(out).toContain(
      'NEEDS YOU  case-board: 2 events of 1 streams are parked\n           -> fieldcase parked list',
    );

    await relay.note('waiting', 'no broker answers: does it run?');
    expect((await json()).shown.needs.map(({ of }) => of)).toEqual(['satisfaction', 'case-board']);
    await pool.query(`update fieldcase.subscriptions set problem_since = now() - interval '3 minutes'`);
    expect((await json()).shown.needs[0]).toMatchObject({
      of: 'relay',
      problem: 'has tried for 3 min: no broker answers: does it run?',
    });
    await relay.note(null);
    expect((await json()).shown.relay).toEqual({ state: 'running', problem: null, since: null });
    await lease.release();
    expect((await json()).shown.needs[0]).toMatchObject({ of: 'relay', problem: 'nobody publishes' });
  });

  it('waits until read models have followed the log, but no longer than it is told', async () => {
    await followed();
    const events = [contractEvent('NoteAdded', { kind: 'note' })];
    await new PostgresEventStore(pool).append({ writes: [{ streamId: 'case:one', expected: 0, events }] });
    const waiting = (seconds: string) =>
      fieldcase(['projections', 'status', '--wait', seconds, '--json', '--url', database.url]);
    const lagsOf = ({ out }: { readonly out: string }): readonly number[] =>
      (JSON.parse(out) as { items: readonly { lagEvents: number }[] }).items.map(({ lagEvents }) => lagEvents);
    expect(lagsOf(await waiting('1'))).toEqual([1, 1, 1, 1]);
    const patient = waiting('60');
    await pool.query('update fieldcase.checkpoints set position = 1');
    expect(lagsOf(await patient)).toEqual([0, 0, 0, 0]);
    expect((await waiting('soon')).code).toBe(2);
  });
});
