import { createServer } from 'node:net';
import { Client, type Pool } from 'pg';
import { StoreUnavailable } from '@fieldcase/eventsourcing';
import { contractEvent, contractKey, contractWrite } from '@fieldcase/eventsourcing/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { readLogIdentity } from './log-identity';
import { PostgresEventStore } from './postgres-event-store';

describe('PostgresEventStore', () => {
  let database: TestDatabase;
  let pool: Pool;
  let store: PostgresEventStore;
  let owner: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 4 });
    store = new PostgresEventStore(pool);
    owner = new Client({ connectionString: database.url });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await pool.end();
    await database.drop();
  });

  const partitions = async (): Promise<string[]> => {
    const { rows } = await owner.query<{ relname: string }>(
      `select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'fieldcase.commands'::regclass order by 1`,
    );
    return rows.map(({ relname }) => relname);
  };

  const forgetCommands = async (): Promise<void> => {
    for (const name of await partitions()) await owner.query(`drop table fieldcase.${name}`);
  };

  it('fails alone with a value that jsonb refuses', async () => {
    const events = (text: string) => [contractEvent('A', { text })];
    const results = await Promise.allSettled([
      store.append({ writes: [{ streamId: 'case:good-1', expected: 0, events: events('good') }] }),
      store.append({ writes: [{ streamId: 'case:bad', expected: 0, events: events('\u0000') }] }),
      store.append({ writes: [{ streamId: 'case:good-2', expected: 0, events: events('good') }] }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: '22P05' } });
  });

  it('gives back the texts of a batch as they were, and nothing where there was none', async () => {
    const texts = ['two\nlines', '', '\\n "quoted", {braced}', '\u2028\r\n'];
    const ids = texts.map((_, n) => `case:"text", {${n}}\n`);
    const requests = texts.map((text, n) => ({
      writes: [
        {
          streamId: ids[n]!,
          expected: 0,
          events: [
            {
              ...contractEvent('A', { text }),
              ...(n % 2 === 0 ? {} : { personal: { subjectId: 's', data: { name: text } } }),
            },
          ],
        },
      ],
      ...(n < 2 ? { key: { ...contractKey(`texts-${n}`), answer: { text } } } : {}),
    }));
    await Promise.all(requests.map((request) => store.append(request)));
    const streams = await store.readStreams(ids, { personal: true });
    expect(ids.map((id) => streams.get(id)?.map(({ data }) => data))).toEqual(
      texts.map((text, n) => [n % 2 === 0 ? { text } : { text, name: text }]),
    );
    const again = await Promise.all(requests.slice(0, 2).map((request) => store.append(request)));
    expect(again).toMatchObject(texts.slice(0, 2).map((text) => ({ outcome: 'replayed', answer: { text } })));
  });

  it('gives each event its own metadata, though what several share goes down once', async () => {
    const [ann, li] = ['ann', 'li'].map((actor) => ({ ...contractEvent('A').metadata, actor }));
    const write = (streamId: string, expected: number, ...shared: (typeof ann)[]) => {
      const events = shared.map((metadata = contractEvent('A').metadata) => ({ ...contractEvent('A'), metadata }));
      return { streamId, expected, events };
    };
    await Promise.all([
      store.append({ writes: [write('case:said-0', 5, li, li)] }),
      store.append({ writes: [write('case:said-1', 0, ann, ann, li, li, ann), write('case:said-2', 0, ann, li)] }),
      store.append({ writes: [write('case:said-3', 0, li, li)] }),
    ]);
    const read = await store.readStreams(['case:said-0', 'case:said-1', 'case:said-2', 'case:said-3']);
    const actors = [...read.values()].map((events) => events.map(({ metadata }) => metadata.actor));
    expect(actors).toEqual([[], ['ann', 'ann', 'li', 'li', 'ann'], ['ann', 'li'], ['li', 'li']]);
  });

  it('never forks under a stale snapshot', async () => {
    await owner.query('begin isolation level repeatable read');
    await owner.query('select count(*) from fieldcase.events');
    await store.append({ writes: [contractWrite('case:stale', 0, 'A')] });
    const append = owner.query(
      `select fieldcase.append('{1}', '{null}', '{null}', '{null}', '{1}', '{case:stale}', '{0}', '{1}', '{case:stale}',
         '{1}', '{0}', array[gen_random_uuid()], '{B}', '{1}', array['{}'::jsonb], array['{}'::jsonb], '{0}', '{null}',
         '{null}')`,
    );
    await expect(append).rejects.toMatchObject({ code: '23505' });
    await owner.query('rollback');
    expect((await store.readStreams(['case:stale'])).get('case:stale')).toHaveLength(1);
  });

  it('makes the partition of the day where it is missing, while a reader holds its snapshot', async () => {
    await forgetCommands();
    await owner.query('begin isolation level repeatable read');
    await owner.query('select count(*) from fieldcase.commands');
    const key = contractKey('no-partition');
    await store.append({ writes: [contractWrite('case:no-partition', 0, 'A')], key });
    await owner.query('commit');
    expect(await partitions()).toHaveLength(1);
    expect((await store.lookUp(key, [])).found).toMatchObject({ outcome: 'replayed' });
  });

  it('drops old partitions, but none above the lowest checkpoint', async () => {
    const maintain = async (checkpoint: number | null): Promise<number> => {
      const { rows } = await pool.query<{ dropped: number }>(
        'select fieldcase.maintain_command_partitions($1) as dropped',
        [checkpoint],
      );
      return rows[0]?.dropped ?? NaN;
    };
    await forgetCommands();
    expect(await maintain(null)).toBe(0);
    const kept = await partitions();
    expect(kept).toHaveLength(3);
    for (const [day, position] of [
      ['2020-01-01', 10],
      ['2020-01-02', 20],
    ]) {
      await owner.query('select fieldcase.ensure_command_partition($1)', [day]);
      await owner.query(`insert into fieldcase.commands values ('\\x${'00'.repeat(16)}', $1, '', '{}', 1, $2)`, [
        day,
        position,
      ]);
    }
    expect(await maintain(15)).toBe(1);
    expect(await partitions()).toEqual(['commands_20200102', ...kept]);
    expect(await maintain(20)).toBe(1);
    expect(await partitions()).toEqual(kept);
  });

  it('keeps the whole day that 72 hours reach into', async () => {
    const { rows } = await owner.query<{ day: string }>(
      `select to_char((clock_timestamp() at time zone 'UTC') - interval '72 hours' - n * interval '1 day', 'YYYYMMDD') as day
         from generate_series(0, 1) as n`,
    );
    for (const { day } of rows) await owner.query('select fieldcase.ensure_command_partition($1)', [day]);
    await pool.query('select fieldcase.maintain_command_partitions(null)');
    const [kept, gone] = rows.map(({ day }) => `commands_${day}`);
    expect(await partitions()).toContain(kept);
    expect(await partitions()).not.toContain(gone);
  });

  it('finds a key in the partition of an earlier day', async () => {
    const key = contractKey('yesterday');
    await owner.query(`select fieldcase.ensure_command_partition(current_date - 1)`);
    await owner.query(`insert into fieldcase.commands values ($1, current_date - 1, $2, '{"id":"old"}', 1, 1)`, [
      Buffer.from(key.hash),
      Buffer.from(key.request),
    ]);
    const result = await store.append({ writes: [contractWrite('case:yesterday', 0, 'A')], key });
    expect(result).toMatchObject({ outcome: 'replayed', answer: { id: 'old' } });
  });

  it('tells that nothing was written when the log is locked, and goes on afterwards', async () => {
    await owner.query('begin');
    await owner.query(`select pg_advisory_xact_lock(4607182418800017)`);
    const hurried = createPool({ url: database.url, max: 1, lockTimeoutMs: 50 });
    const append = new PostgresEventStore(hurried).append({ writes: [contractWrite('case:locked', 0, 'A')] });
    await expect(append).rejects.toMatchObject({ name: 'StoreUnavailable', outcomeUnknown: false });
    await owner.query('rollback');
    await hurried.end();
    expect((await store.append({ writes: [contractWrite('case:locked', 0, 'A')] })).outcome).toBe('appended');
  });

  it('tells that the outcome is unknown when its backend ends under it, and goes on afterwards', async () => {
    await owner.query('begin');
    await owner.query(`select pg_advisory_xact_lock(4607182418800017)`);
    const append = store.append({ writes: [contractWrite('case:ended', 0, 'A')] });
    const waiting = `from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`;
    for (;;) if ((await owner.query(`select pg_terminate_backend(pid) ${waiting}`)).rowCount) break;
    await expect(append).rejects.toMatchObject({ name: 'StoreUnavailable', outcomeUnknown: true });
    await owner.query('rollback');
    expect((await store.append({ writes: [contractWrite('case:ended', 0, 'A')] })).outcome).toBe('appended');
  });

  it('tells that nothing was written when there is no server', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const nowhere = createPool({ url: `postgres://nobody@127.0.0.1:${port}/none` });
    const away = new PostgresEventStore(nowhere);
    await expect(away.append({ writes: [contractWrite('case:away', 0, 'A')] })).rejects.toMatchObject({
      outcomeUnknown: false,
    });
    await expect(away.head()).rejects.toBeInstanceOf(StoreUnavailable);
    await nowhere.end();
  });

  it('reads the identity of the log', async () => {
    const identity = await readLogIdentity(pool);
    expect(identity).toMatchObject({ epoch: 1, logId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(identity.secret).toHaveLength(32);
  });
});
