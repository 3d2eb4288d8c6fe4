import { Client, type Pool } from 'pg';
import { contractWrite } from '@fieldcase/eventsourcing/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { PostgresEventStore } from '../event-store/postgres-event-store';
import { createPool } from '../pool/pool';
import { Notifier } from './notifier';
import { PostgresLogSource } from './postgres-log-source';
import { PostgresReferenceLog } from './postgres-reference-log';

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
    const [first, second] = all;
    if (!first || !second) throw new Error('nothing was read');
    const limited = await source.read({ after: 0n, limit: 1, types });
    expect(limited).toEqual({ events: [first], upTo: first.position });
    const upTo = second.position - 1n;
    expect(await source.read({ after: 0n, limit: 10, types, upTo })).toEqual({ events: [first], upTo });
    expect(await source.read({ after: 0n, limit: 10, types: ['DepotRegistered'] })).toMatchObject({ events: [second] });
  });

  it.each([
    ['read_streams', `array['case:1'], array[0], null`, 'events_stream_version_key'],
    ['read_log', `0, null, 10, '{}'`, 'events_pkey'],
    ['read_reference', `array['DepotRegistered'], 0, null, 10`, 'events_reference_position_idx'],
  ])('keeps a plan by index, though the table was nearly empty: %s', async (name, values, index) => {
    // Else those of the transaction before count as well.
    await owner.query('select pg_stat_force_next_flush()');
    await owner.query('begin');
    await owner.query(`select from fieldcase.${name}(${values})`);
    const { rows } = await owner.query<{ name: string }>(
      `select relname as name from pg_class left join pg_index on indexrelid = pg_class.oid
        where 'fieldcase.events'::regclass in (indrelid, pg_class.oid) and pg_stat_get_xact_numscans(pg_class.oid) > 0`,
    );
    await owner.query('commit');
    expect(rows).toEqual([{ name: index }]);
  });

  it('leaves out what is of no use, but for the last: that says how far it looked', async () => {
    const after = await source.head();
    const types = ['Kept', 'Useless', 'Useless', 'Kept', 'Useless'];
    await store.append({ writes: [contractWrite('case:useless', 0, ...types)] });
    const read = async (limit: number) => {
      const { events, ...batch } = await source.read({ after, limit, except: ['Useless', 'NotThere'] });
      return { ...batch, versions: events.map(({ version }) => version) };
    };
    expect(await read(100)).toEqual({ upTo: after + 5n, looked: 5, versions: [1, 4, 5] });
    expect(await read(3)).toEqual({ upTo: after + 3n, looked: 3, versions: [1, 3] });
    expect(await read(1)).toEqual({ upTo: after + 1n, looked: 1, versions: [1] });
  });

  it('looks no further than a window for types that are rare, and says how far', async () => {
    const head = await source.head();
    const batch = await source.read({ after: 0n, limit: 10, types: ['Rare'] });
    expect(batch).toEqual({ events: [], upTo: head });
  });
});
