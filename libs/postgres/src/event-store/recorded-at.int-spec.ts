import { Client, type Pool } from 'pg';
import { contractKey, contractWrite } from '@fieldcase/eventsourcing/testing';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { createPool } from '../pool/pool';
import { PostgresEventStore } from './postgres-event-store';

let database: TestDatabase;
let pool: Pool;
let owner: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url });
  owner = new Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await pool.end();
  await database.drop();
});

it('never decreases, though the server may set its clock back: an instant names a position', async () => {
  const store = new PostgresEventStore(pool);
  await store.append({ writes: [contractWrite('case:1', 0, 'A')] });
  // As the log is after the clock went back three days.
  await owner.query(
    `set session_replication_role = replica; update fieldcase.events set recorded_at = recorded_at + interval '3 days'`,
  );
  const exact = await owner.query(
    `select recorded_at = date_trunc('milliseconds', recorded_at) as exact from fieldcase.events`,
  );
  expect(exact.rows).toEqual([{ exact: true }]);
  const last = (await store.readStreams(['case:1'])).get('case:1')?.[0]?.recordedAt;
  const key = contractKey('clock');
  const later = await store.append({ writes: [contractWrite('case:2', 0, 'A', 'B')], key });
  expect(later).toMatchObject({ outcome: 'appended', recordedAt: last });
  const recorded = (await store.readStreams(['case:2'])).get('case:2')?.map(({ recordedAt }) => recordedAt);
  expect(recorded).toEqual([last, last]);
  const { rows } = await owner.query(
    `select c.day = (e.recorded_at at time zone 'UTC')::date as same
       from fieldcase.commands c join fieldcase.events e on e.position = c.last_position`,
  );
  expect(rows).toEqual([{ same: true }]);
});
