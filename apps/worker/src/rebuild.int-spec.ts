import { createApplication, isKnownEvent, type CaseCommandInput } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import type { Projection } from '@fieldcase/eventsourcing';
import { ProjectionRunner, readLogIdentity, Rebuild } from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { connect, type Connections } from './connections';

const HOUR = 3_600_000;
const never = new AbortController().signal;
let database: TestDatabase;
let connections: Connections;

beforeAll(async () => {
  database = await createTestDatabase();
  connections = connect({ databaseUrl: database.url, poolSize: 10 }, () => undefined);
});
afterAll(async () => {
  await connections.close();
  await database.drop();
});

/** Some cases with a little of everything that the read models fold. */
async function work(cases: number): Promise<void> {
  const { pool, store, references } = connections;
  const { secret } = await readLogIdentity(pool);
  const { limits } = loadConfig({});
  const application = createApplication({ store, referenceSource: references, secret, limits });
  const by = { actor: 'spec', roles: ['supervisor', 'dispatcher', 'agent'], unbounded: true };
  for (let i = 0; i < cases; i++) {
    const at = Date.now() - (i + 3) * 7 * HOUR;
    const send = (id: string | undefined, input: CaseCommandInput, later = 0) =>
      application.cases.handle(id, input, { ...by, occurredAt: at + later });
    const { id } = await send(undefined, {
      type: 'ReportFault',
      siteName: `第${i}农场`,
      contact: { name: '王', phone: `1390000${i}` },
      address: '一路 1 号',
      region: i % 2 ? 'shandong' : 'hebei',
      faultDescription: 'header drive',
    });
    if (i % 3 === 0) {
      const until = at + 100 * HOUR;
      await send(id, { type: 'PauseCase', reason: 'waiting-customer', until }, HOUR);
    }
    if (i % 3 === 1) await send(id, { type: 'AddNote', text: 'called', kind: 'call' }, HOUR);
    if (i % 4 === 1) await send(id, { type: 'CancelCase', reason: 'twice' }, 2 * HOUR);
  }
}

const run = (projection: Projection) =>
  new ProjectionRunner({ ...connections, projection, isKnown: isKnownEvent, batchSize: 7 });
const rebuild = (projection: Projection) =>
  new Rebuild({ ...connections, projection, isKnown: isKnownEvent, batchSize: 11 }).run(never);
const rowsOf = async (projection: Projection): Promise<unknown[]> => {
  const tables = projection.tables.map(async (table) => {
    const { rows } = await connections.pool.query(
      `select to_jsonb(t) as row from read_models."${table}" t order by to_jsonb(t)::text collate "C"`,
    );
    return [table, rows.map(({ row }) => row)];
  });
  return Promise.all(tables);
};

describe('every read model', () => {
  it('rebuilt is row for row what it is live, under concurrent writes too', async () => {
    await work(12);
    const all = projections(connections.personal);
    const stop = new AbortController();
    const live = all.map((projection) => run(projection).run(stop.signal));
    const writing = work(12);
    for (const projection of all) await expect(rebuild(projection)).resolves.toBe(true);
    await writing;
    stop.abort();
    await Promise.all(live);
    for (const projection of all) {
      await run(projection).catchUp();
      const before = await rowsOf(projection);
      await expect(rebuild(projection)).resolves.toBe(true);
      expect(await rowsOf(projection)).toEqual(before);
      expect(JSON.stringify(before).length).toBeGreaterThan(2_000);
    }
  });
});
