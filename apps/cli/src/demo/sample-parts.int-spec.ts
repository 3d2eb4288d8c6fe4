import { LogCheck } from '@fieldcase/postgres';
import { logDigest } from '../import/import.fixture';
import { DemoDatabase } from './demo-database.fixture';

describe('parts of the sample data', () => {
  let database: DemoDatabase;
  beforeAll(async () => {
    database = await DemoDatabase.open();
  });
  afterAll(() => database.close());

  const typesIn = async (): Promise<ReadonlySet<string>> => {
    const { rows } = await database.pool.query<{ type: string }>('select distinct type from fieldcase.events');
    return new Set(rows.map(({ type }) => type));
  };

  it('are shelves, requests in every state and ratings, and a second run adds none', async () => {
    const first = await database.fieldcase('demo', '--json');
    expect(first).toMatchObject({ code: 0, err: '' });
    const { parts } = JSON.parse(first.out) as { parts: Readonly<Record<string, number>> };
    for (const [name, least] of [
      ['shelves', 100],
      ['requests', 11],
      ['ratings', 20],
    ] as const) {
      expect(parts[name]).toBeGreaterThanOrEqual(least);
    }
    const types = await typesIn();
    for (const type of [
      'PartAllocated',
      'PartBackordered',
      'PartRequestSplit',
      'PartRequestAcknowledged',
      'PartRequestDeclined',
      'PartShipped',
      'PartReceived',
      'PartShortageReported',
      'PartConsumed',
      'PartReturned',
      'PartReturnReceived',
      'PartRequestCancelled',
      'StockReceived',
      'LevelsSet',
      'SurveySent',
      'RatingSubmitted',
    ]) {
      expect(types).toContain(type);
    }
    const log = await logDigest(database.pool);
    const second = await database.fieldcase('demo');
    expect(second.out).toMatch(/^Nothing was added/);
    expect(await logDigest(database.pool)).toEqual(log);
    expect((await new LogCheck(database.pool).verify()).faults).toEqual([]);
  }, 60_000);
});
