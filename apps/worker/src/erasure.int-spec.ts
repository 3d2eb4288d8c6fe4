import { randomUUID } from 'node:crypto';
import { createApplication, isKnownEvent } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { streamId, type Projection } from '@fieldcase/eventsourcing';
import { ParkedEvents, ProjectionRunner, readLogIdentity, Rebuild } from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { faultReport } from '../../../test/support/fault-report';
import { connect, type Connections } from './connections';

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

async function report(siteName: string, phone: string): Promise<string> {
  const { pool, store, references } = connections;
  const { secret } = await readLogIdentity(pool);
  const { limits } = loadConfig({});
  const { cases } = createApplication({ store, referenceSource: references, secret, limits });
  const fault = { ...faultReport, siteName, contact: { name: '王', phone } };
  return (await cases.handle(undefined, fault, { actor: 'spec', roles: ['agent'], unbounded: true })).id;
}
const erased = async (subjectId: string): Promise<void> => {
  const metadata = { correlationId: 'c', causationId: 'c', actor: 'spec', actorRole: 'admin' };
  const event = { type: 'SubjectErased', data: { subjectId }, schemaVersion: 1, occurredAt: Date.now() };
  const events = [{ ...event, eventId: randomUUID(), metadata }];
  await connections.store.append({ writes: [{ streamId: streamId('subject', subjectId), expected: 'any', events }] });
  await connections.personal.eraseSubject(subjectId);
};
const catchUp = (projection: Projection) =>
  new ProjectionRunner({ ...connections, projection, isKnown: isKnownEvent, retryDelayMs: 1 }).catchUp();
/** Everything that the read models hold. */
const held = async (all: readonly Projection[]): Promise<string> => {
  const tables = all.flatMap((projection) => projection.tables);
  const rows = tables.map((table) => connections.pool.query(`select * from read_models."${table}" order by 1, 2`));
  return JSON.stringify((await Promise.all(rows)).map((result) => result.rows));
};

it('leaves nothing of an erased subject in any read model, neither live nor rebuilt', async () => {
  const all = projections(connections.personal);
  const [gone, kept] = [await report('红星农场', '13900001111'), await report('青岛农场', '13900002222')];
  for (const projection of all) await catchUp(projection);
  const before = await held(all);
  for (const text of ['红星农场', '13900001111', '青岛农场', '13900002222']) expect(before).toContain(text);
  await erased(gone);
  for (const projection of all) await catchUp(projection);
  const live = await held(all);
  expect(live).not.toMatch(/红星农场|13900001111/);
  for (const text of [gone, kept, '青岛农场', '13900002222']) expect(live).toContain(text);
  expect((await connections.pool.query('select * from fieldcase.parked')).rows).toEqual([]);
  for (const projection of all) {
    const rebuild = new Rebuild({ ...connections, projection, isKnown: isKnownEvent });
    await expect(rebuild.run(new AbortController().signal)).resolves.toBe(true);
  }
  expect(await held(all)).toBe(live);
});

it('brings nothing back of an erased subject when events that were parked before are applied again', async () => {
  const all = projections(connections.personal);
  let failing = true;
  const ailing = all.map((projection): Projection => ({
    ...projection,
    apply: (client, events) => (failing ? Promise.reject(new Error('cannot apply')) : projection.apply(client, events)),
    erase: async (client, subjectId) => projection.erase?.(client, subjectId),
  }));
  const id = await report('绿地农场', '13900003333');
  for (const projection of ailing) await catchUp(projection);
  await erased(id);
  for (const projection of ailing) await catchUp(projection);
  failing = false;
  const parked = new ParkedEvents({ ...connections, projections: ailing, isKnown: isKnownEvent });
  const { applied, stillParked } = await parked.retry();
  expect([applied >= ailing.length, stillParked]).toEqual([true, 0]);
  const live = await held(all);
  expect(live).toContain(id);
  expect(live).not.toMatch(/绿地农场|13900003333/);
});
