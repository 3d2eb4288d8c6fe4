import { Client } from 'pg';
import { createApplication } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { readLogIdentity } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { faultReport } from '../../../../test/support/fault-report';
import { connect, type Connections } from '../connections';
import { runTimers } from './timers';
import { unheardOf } from './unheard-of.fixture';

const config = loadConfig({});
let database: TestDatabase;
let connections: Connections;
let listener: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  connections = connect({ databaseUrl: database.url, poolSize: 10 }, () => undefined);
  listener = new Client({ connectionString: database.url });
  await listener.connect();
});
afterAll(async () => {
  await listener.end();
  await connections.close();
  await database.drop();
});

async function report(): Promise<string> {
  const { pool, store, references } = connections;
  const { secret } = await readLogIdentity(pool);
  const { cases } = createApplication({ store, referenceSource: references, secret, limits: config.limits });
  const by = { actor: 'spec', roles: ['agent'], unbounded: true };
  return (await cases.handle(undefined, faultReport, by)).id;
}

async function followed(): Promise<bigint> {
  const { rows } = await connections.pool.query<{ position: string }>(
    `select min(position) as position from fieldcase.checkpoints where subscription = 'timers'`,
  );
  return BigInt(rows[0]?.position ?? 0);
}

it('arms the timers of what is reported, announces the earliest, and fires what is due', async () => {
  const heard = new Promise<string>((resolve) => {
    listener.on('notification', ({ payload = '' }) => resolve(payload));
  });
  await listener.query('listen fieldcase_timers');
  const stop = new AbortController();
  const running = runTimers(connections, config, stop.signal);
  const id = await report();
  const announced = await heard;
  const earliest = async (): Promise<string> => {
    const { rows } = await connections.pool.query(
      `select 'earliest ' || round(extract(epoch from due_at) * 1000) as due from fieldcase.timers where root = $1`,
      [id],
    );
    return rows[0]?.due ?? 'none';
  };
  expect(announced).toBe(await earliest());
  // Once it is fired, its clocks say again when they are due.
  await listener.query(`update fieldcase.timers set due_at = due_at - interval '9 days', wake_at = clock_timestamp()`);
  while ((await earliest()) !== announced) await connections.pool.query('select 1');
  stop.abort();
  await running;
});

it('asks a case but once when it is due: after that firing tells', async () => {
  const reading = jest.spyOn(connections.store, 'readStreams');
  const clocks = `clocks:${await unheardOf(connections.store, await report(), 13)}`;
  const stop = new AbortController();
  const running = runTimers(connections, config, stop.signal);
  const recorded = async () => (await connections.store.readStreams([clocks], { limit: 1 })).get(clocks) ?? [];
  while ((await recorded()).length === 0) await connections.pool.query('select 1');
  while ((await followed()) < (await connections.store.head())) await connections.pool.query('select 1');
  stop.abort();
  await running;
  // A command reads what it has not seen yet; to read all of a case is to ask when it is due.
  const whole = reading.mock.calls.filter(([ids, options]) => options === undefined && ids.includes(clocks));
  expect(whole).toHaveLength(1);
});
