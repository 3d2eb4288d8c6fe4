import { createApplication, isKnownEvent, type Application, type CaseCommandInput } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import type { Projection } from '@fieldcase/eventsourcing';
import { ProjectionRunner, readLogIdentity, Rebuild } from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { faultReport } from '../../../test/support/fault-report';
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
  await shelves(application, cases);
  for (let i = 0; i < cases; i++) {
    const at = Date.now() - (i + 3) * 7 * HOUR;
    const send = (id: string | undefined, input: CaseCommandInput, later = 0) =>
      application.cases.handle(id, input, { ...by, occurredAt: at + later });
    const { id } = await send(undefined, {
      ...faultReport,
      siteName: `第${i}农场`,
      contact: { name: '王', phone: `1390000${i}` },
      region: i % 2 ? 'shandong' : 'hebei',
    });
    if (i % 3 === 0) {
      const until = at + 100 * HOUR;
      await send(id, { type: 'PauseCase', reason: 'waiting-customer', until }, HOUR);
    }
    if (i % 2 === 0) await send(id, { type: 'RequestPart', partNumber: 'belt', quantity: 1 }, HOUR);
    if (i % 3 === 1) await send(id, { type: 'AddNote', text: 'called', kind: 'call' }, HOUR);
    if (i % 4 === 1) await send(id, { type: 'CancelCase', reason: 'twice' }, 2 * HOUR);
  }
}

/** Cards of two depots, transfers on their way, and adjustments that nobody has decided. */
async function shelves({ references, stock }: Application, rounds: number): Promise<void> {
  const by = { actor: 'clerk', roles: ['supervisor'] };
  for (const id of ['jinan', 'weifang']) {
    await references.handle({ type: 'RegisterDepot', id, name: id, kind: 'region', region: 'shandong' }, by);
  }
  const belt = { partNumber: 'belt', name: 'belt', class: 'wear', packSize: 5, serialised: false } as const;
  await references.handle({ type: 'RegisterPart', ...belt, substitutes: [] }, by);
  const at = (depotId: string) => ({ depotId, partNumber: 'belt' });
  await stock.handle({ type: 'SetLevels', ...at('weifang'), min: 50, max: 90 }, by);
  for (let i = 0; i < rounds; i++) {
    await stock.handle({ type: 'ReceiveStock', ...at('jinan'), quantity: 3 }, by);
    await stock.handle({ type: 'TransferStock', ...at('jinan'), to: 'weifang', quantity: 2 }, by);
    await stock.handle({ type: 'CountStock', ...at('weifang'), counted: i }, by);
    await stock.handle({ type: 'AdjustStock', ...at('jinan'), by: 40 + i, reason: 'found' }, by);
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
