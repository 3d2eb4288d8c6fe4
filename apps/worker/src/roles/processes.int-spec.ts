import { createApplication, isKnownEvent, type Application, type CaseCommandInput } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { caseStreams, stockStream } from '@fieldcase/domain';
import { ProjectionRunner, readLogIdentity } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { connect, type Connections } from '../connections';
import { partSupplySubscription } from './processes';

const spec = { actor: 'spec', roles: ['dispatcher', 'supervisor'] };
const { limits } = loadConfig({});
const depots = '*';
let database: TestDatabase;
let connections: Connections;
let application: Application;
let part = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  connections = connect({ databaseUrl: database.url, poolSize: 8 }, () => undefined);
  const { pool, store, references } = connections;
  const { secret } = await readLogIdentity(pool);
  application = createApplication({ store, referenceSource: references, secret, limits });
  const depot = (id: string, kind: 'factory' | 'region' | 'county', parent?: string) =>
    application.references.handle(
      { type: 'RegisterDepot', id, name: id, kind, region: 'shandong', ...(parent && { parent }) },
      spec,
    );
  await depot('factory', 'factory');
  await depot('jinan', 'region', 'factory');
});
afterAll(async () => {
  await connections.close();
  await database.drop();
});

const newPart = async (): Promise<string> => {
  const partNumber = `belt-${(part += 1)}`;
  await application.references.handle(
    { type: 'RegisterPart', partNumber, name: 'belt', class: 'wear', packSize: 1, serialised: false, substitutes: [] },
    spec,
  );
  return partNumber;
};
const receive = (depotId: string, partNumber: string, quantity: number) =>
  application.stock.handle({ type: 'ReceiveStock', depotId, partNumber, quantity }, spec);
const newCase = async (priority: 'normal' | 'urgent' = 'normal'): Promise<string> => {
  const contact = { name: '王', phone: '13900001111' };
  const fault = { siteName: '青岛农场', contact, address: '一路 1 号', faultDescription: 'belt', priority };
  return (await application.cases.handle(undefined, { type: 'ReportFault', region: 'shandong', ...fault }, spec)).id;
};
const on = (caseId: string, command: CaseCommandInput) => application.cases.handle(caseId, command, spec);
const request = async (caseId: string, partNumber: string, quantity: number): Promise<string> =>
  (await on(caseId, { type: 'RequestPart', partNumber, quantity })).made['partRequestId'] ?? '';
const follow = async () => {
  const { pool, source } = connections;
  const projection = await partSupplySubscription(connections, limits);
  // What its commands have written may ask for the next ones.
  for (let head = 0n, before = -1n; head !== before;) {
    before = head;
    await new ProjectionRunner({ pool, source, projection, isKnown: isKnownEvent }).catchUp();
    head = await source.head();
  }
};
const partEvents = async (caseId: string): Promise<string[]> => {
  const [, , stream] = caseStreams(caseId);
  const events = (await connections.store.readStreams([stream])).get(stream) ?? [];
  return events.map(({ type, data }) => {
    const { partRequestId, depotId } = data as { partRequestId: string; depotId?: string };
    return [type, partRequestId.replace(caseId, ''), depotId].filter((word) => word !== undefined).join(' ');
  });
};
const cardOf = async (depotId: string, partNumber: string): Promise<string[]> => {
  const stream = stockStream(depotId, partNumber);
  return ((await connections.store.readStreams([stream])).get(stream) ?? []).map(({ type }) => type);
};

describe('part supply', () => {
  it('finds the depot that has the part, which then ships it until it is used', async () => {
    const partNumber = await newPart();
    await receive('jinan', partNumber, 2);
    const id = await newCase();
    const partRequestId = await request(id, partNumber, 2);
    await follow();
    expect(await partEvents(id)).toEqual(['PartRequested .1', 'PartAllocated .1 jinan']);
    await on(id, { type: 'AcknowledgePartRequest', partRequestId, depots });
    await on(id, { type: 'ShipPart', partRequestId, depots });
    await on(id, { type: 'ReceivePart', partRequestId, quantity: 2 });
    await on(id, { type: 'ConsumePart', partRequestId, quantity: 2 });
    expect(await cardOf('jinan', partNumber)).toEqual(['StockReceived', 'StockReserved', 'StockIssued']);
    const close = { type: 'CloseCase', resolution: 'solved-by-phone', note: 'by phone' } as const;
    await expect(on(id, close)).resolves.toMatchObject({ id });
  });

  it('splits what no depot has as a whole, and back-orders what nobody has', async () => {
    const partNumber = await newPart();
    await receive('jinan', partNumber, 1);
    await receive('factory', partNumber, 1);
    const id = await newCase();
    await request(id, partNumber, 3);
    await follow();
    expect(await partEvents(id)).toEqual([
      'PartRequested .1',
      'PartRequestSplit .1',
      'PartAllocated .1.1 jinan',
      'PartAllocated .1.2 factory',
      'PartBackordered .1.3 factory',
    ]);
  });

  it('serves who waits when stock comes: urgent before normal, then the oldest promise', async () => {
    const partNumber = await newPart();
    const [first, urgent] = [await newCase(), await newCase('urgent')];
    await request(first, partNumber, 1);
    await request(urgent, partNumber, 1);
    await follow();
    await receive('jinan', partNumber, 1);
    await follow();
    expect((await partEvents(urgent)).at(-1)).toBe('PartAllocated .1 jinan');
    expect((await partEvents(first)).at(-1)).toBe('PartBackordered .1 factory');
    await receive('factory', partNumber, 1);
    await follow();
    expect((await partEvents(first)).at(-1)).toBe('PartAllocated .1 factory');
  });

  it('moves on when a depot declines or cannot keep its promise', async () => {
    const partNumber = await newPart();
    await receive('jinan', partNumber, 1);
    await receive('factory', partNumber, 5);
    const [declined, broken] = [await newCase(), await newCase()];
    const partRequestId = await request(declined, partNumber, 1);
    await follow();
    await on(declined, { type: 'DeclinePartRequest', partRequestId, depots, reason: 'damp' });
    await follow();
    expect((await partEvents(declined)).at(-1)).toBe('PartAllocated .1 factory');
    await request(broken, partNumber, 1);
    await follow();
    await application.stock.handle({ type: 'CountStock', depotId: 'jinan', partNumber, counted: 0 }, spec);
    await follow();
    expect((await partEvents(broken)).slice(-2)).toEqual(['PartPromiseBroken .1 jinan', 'PartAllocated .1 factory']);
  });
});
