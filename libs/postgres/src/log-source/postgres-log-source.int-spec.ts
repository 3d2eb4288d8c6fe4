import { Client, type Pool } from 'pg';
import { contractWrite } from '@fieldcase/eventsourcing/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { PostgresEventStore } from '../event-store/postgres-event-store';
import { createPool } from '../pool/pool';
import { Notifier } from './notifier';
import { PostgresLogSource } from './postgres-log-source';
import { PostgresReferenceLog, readReferenceSql } from './postgres-reference-log';

const LONG_MS = 60_000;

describe('PostgresLogSource', () => {
  let database: TestDatabase;
  let pool: Pool;
  let notifier: Notifier;
  let store: PostgresEventStore;
  let source: PostgresLogSource;
  let owner: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 4 });
    notifier = new Notifier(pool);
    store = new PostgresEventStore(pool, { onCommitted: notifier.announce });
    source = new PostgresLogSource(pool);
    owner = new Client({ connectionString: database.url });
    await owner.connect();
  });
  afterAll(async () => {
    await notifier.close();
    await source.close();
    await owner.end();
    await pool.end();
    await database.drop();
  });

  it('wakes and reads again after the server ended every connection', async () => {
    const signal = new AbortController().signal;
    const head = await source.head();
    const waiting = source.waitForMore(head, LONG_MS, signal);
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const write = { writes: [contractWrite('case:survives', 'any', 'A')] };
    await store.append(write).catch(() => store.append(write));
    await waiting;
    expect(await source.head()).toBeGreaterThan(head);
    const before = await source.head();
    const again = source.waitForMore(before, LONG_MS, signal);
    await store.append(write);
    await again;
  });

  it('announces a burst of commits in few notifications, the last position among them', async () => {
    const heard: string[] = [];
    owner.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await owner.query('listen fieldcase_log');
    const burst = new Notifier(pool);
    for (let position = 1_000_001n; position <= 1_001_000n; position += 1n) burst.announce(position);
    await burst.close();
    await owner.query('unlisten fieldcase_log');
    const own = heard.filter((payload) => payload.length === 7);
    expect(own.at(-1)).toBe('1001000');
    expect(own.length).toBeLessThanOrEqual(2);
  });

  it('announces what was committed while it announced', async () => {
    const busy = new Notifier(pool);
    const heard = new Promise<void>((resolve) => {
      owner.on('notification', ({ payload }) => {
        if (payload === '2000001') busy.announce(2_000_002n);
        if (payload === '2000002') resolve();
      });
    });
    await owner.query('listen fieldcase_log');
    busy.announce(2_000_000n);
    busy.announce(2_000_001n);
    await heard;
    await busy.close();
    await owner.query('unlisten fieldcase_log');
  });

  it('reads reference data through its own index', async () => {
    await store.append({ writes: [contractWrite('technician:1', 0, 'TechnicianRegistered')] });
    await store.append({ writes: [contractWrite('case:between', 0, 'NoteAdded')] });
    await store.append({ writes: [contractWrite('depot:1', 0, 'DepotRegistered')] });
    const log = new PostgresReferenceLog(pool);
    const types = ['TechnicianRegistered', 'DepotRegistered'];
    const all = await log.readTypes(types, 0n);
    expect(all.map(({ type }) => type)).toEqual(types);
    expect(await log.readTypes(types, all[0]?.position ?? 0n)).toHaveLength(1);
    expect(await source.read({ after: 0n, limit: 10, types })).toEqual({ events: all, upTo: await source.head() });
    await expect(log.readTypes(['NoteAdded'], 0n)).rejects.toThrow('NoteAdded');

    // As a session plans it once for all values, on a table that is nearly empty.
    await owner.query('set plan_cache_mode = force_generic_plan; set enable_seqscan = off');
    await owner.query(`prepare by_type as ${readReferenceSql}`);
    const plan = await owner.query(`explain (format json) execute by_type (array['DepotRegistered'], 0, null, null)`);
    expect(JSON.stringify(plan.rows)).toContain('events_reference_position_idx');
  });

  it('looks no further than a window for types that are rare, and says how far', async () => {
    const head = await source.head();
    const batch = await source.read({ after: 0n, limit: 10, types: ['Rare'] });
    expect(batch).toEqual({ events: [], upTo: head });
  });
});
