import { Client } from 'pg';
import { contractEvent } from '@fieldcase/eventsourcing/testing';
import { createPool, readLogIdentity } from '@fieldcase/postgres';
import type { Config } from '@fieldcase/config';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { describeWith } from '../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../test/support/kafka';
import { connect, type Connections } from './connections';
import { runProjections } from './roles/projections';
import { runRelayRole } from './roles/publishing';
import { openSink } from './sink';

describeWith('kafka', kafkaHere() !== undefined, 'read models in another database than the log', () => {
  jest.setTimeout(60_000);
  let log: TestDatabase;
  let sink: TestDatabase;
  let connections: Connections;
  const told: string[] = [];

  beforeEach(async () => {
    told.length = 0;
    [log, sink] = [await createTestDatabase(), await createTestDatabase()];
    // Databases of a test run are copies of one, and no two databases of an installation are.
    await change(sink, 'update fieldcase.log_identity set log_id = gen_random_uuid()');
    connections = connect({ databaseUrl: log.url, poolSize: 10 }, (level, message, fields) => {
      if (level === 'error') told.push(`${message}: ${String(fields?.['problem'] ?? '')}`);
    });
  });
  afterEach(async () => {
    await connections.close();
    await sink.drop();
    await log.drop();
  });

  /** As the owner: no application may do such things. */
  const change = async ({ url }: TestDatabase, sql: string): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query('reset role');
    await client.query(sql);
    await client.end();
  };
  const write = async (): Promise<bigint> => {
    for (let n = 0; n < 10; n += 1) {
      const data = { siteName: `s${n}`, region: 'north', number: `N${n}` };
      const events = [contractEvent('NoteAdded', data), contractEvent('NoteAdded', data)];
      await connections.store.append({ writes: [{ streamId: `case:sink-${n}`, expected: 'any', events }] });
    }
    return connections.store.head();
  };
  const config = (): Pick<Config, 'kafka' | 'sink'> => {
    const { brokers, admin: sasl } = kafkaHere() as TestKafka;
    return {
      kafka: { brokers, prefix: ownPrefix(), replicas: 1, sasl, caFile: undefined },
      sink: { url: sink.url, migrationUrl: sink.url },
    };
  };

  it('are filled through Kafka, with checkpoints and leases of their own; those of the log are not touched', async () => {
    const stop = new AbortController();
    const { kafka, sink: target } = config();
    const roles = [
      runRelayRole(connections, { kafka }, stop.signal),
      runProjections(connections, { kafka, sink: target }, stop.signal),
    ];
    const head = await write();
    const pool = createPool({ url: sink.url, max: 1 });
    for (let least = -1n; least < head;) {
      const { rows } = await pool.query<{ least: string | null }>(
        'select min(position) as least, pg_sleep(0.05) from fieldcase.checkpoints having count(*) = 64',
      );
      least = BigInt(rows[0]?.least ?? -1);
    }
    const { rows: followed } = await pool.query<{ name: string }>(
      `select distinct split_part(name, '/', 1) as name from fieldcase.leases order by name`,
    );
    expect(followed.map(({ name }) => name)).toContain('subscription:case-board');
    stop.abort();
    await Promise.all(roles);
    const { rows: own } = await connections.pool.query('select distinct subscription from fieldcase.checkpoints');
    expect(own).toEqual([{ subscription: 'relay' }]);
    const { logId, epoch } = await readLogIdentity(connections.pool);
    const { rows: bound } = await pool.query('select log_id, epoch from fieldcase.filled_from');
    expect(bound).toEqual([{ log_id: logId, epoch }]);
    await pool.end();
    expect(told).toEqual([]);
  });

  it('stay of the log that they were filled from, and a log keeps no read models of another', async () => {
    const open = async (database: TestDatabase): Promise<string> => {
      const opened = await openSink({ url: database.url, migrationUrl: database.url }, connections);
      await opened.close();
      return opened.id;
    };
    expect(await open(sink)).toBe(await open(sink));
    await change(log, 'update fieldcase.log_identity set epoch = epoch + 1');
    await expect(open(sink)).rejects.toThrow(/a backup of it was restored since.*name an empty database/);
    await change(log, 'update fieldcase.log_identity set epoch = epoch - 1, log_id = gen_random_uuid()');
    await expect(open(sink)).rejects.toThrow(/that is another installation/);
    await expect(open(log)).rejects.toThrow(/is the database of a log/);
    await change(sink, 'delete from fieldcase.filled_from');
    const other = connect({ databaseUrl: sink.url, poolSize: 2 }, () => undefined);
    const events = [contractEvent('NoteAdded')];
    await other.store.append({ writes: [{ streamId: 'case:own', expected: 0, events }] });
    await other.close();
    await expect(open(sink)).rejects.toThrow(/is the database of a log/);
  });

  it('are refused by the role with that sentence, and the worker lives', async () => {
    const stop = new AbortController();
    const running = runProjections(
      connections,
      { sink: { url: log.url, migrationUrl: log.url }, kafka: undefined },
      stop.signal,
    );
    while (told.length === 0) await connections.pool.query('select pg_sleep(0.02)');
    stop.abort();
    await running;
    expect(told[0]).toMatch(/^the read models stand still: READ_MODELS_DATABASE_URL is the database of a log/);
  });
});
