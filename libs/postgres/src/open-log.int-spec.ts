import type { Pool } from 'pg';
import { Upcasters } from '@fieldcase/eventsourcing';
import { contractEvent } from '@fieldcase/eventsourcing/testing';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { openLog, type OpenLog } from './open-log';
import { createPool } from './pool/pool';

describe('openLog', () => {
  let database: TestDatabase;
  let pool: Pool;
  let log: OpenLog;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 4 });
    log = openLog(pool, {
      upcasters: new Upcasters({ DepotRegistered: { 1: (data) => ({ ...data, kind: 'county' }) } }),
    });
  });
  afterAll(async () => {
    await log.close();
    await pool.end();
    await database.drop();
  });

  it('reads stored shapes of an earlier release as they are today, whichever way they are read', async () => {
    const event = contractEvent('DepotRegistered', { id: 'd1' });
    await log.store.append({ writes: [{ streamId: 'depot:d1', expected: 0, events: [event] }] });
    const read = [
      (await log.store.readStreams(['depot:d1'])).get('depot:d1'),
      (await log.source.read({ after: 0n, limit: 10 })).events,
      (await log.source.read({ after: 0n, limit: 10, types: ['DepotRegistered'] })).events,
      await log.references.readTypes(['DepotRegistered'], 0n),
    ];
    for (const events of read) {
      expect(events?.map(({ data, schemaVersion }) => ({ data, schemaVersion }))).toEqual([
        { data: { id: 'd1', kind: 'county' }, schemaVersion: 2 },
      ]);
    }
  });
});
