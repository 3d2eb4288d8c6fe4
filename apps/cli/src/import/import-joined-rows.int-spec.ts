import type { Pool } from 'pg';
import { createPool } from '@fieldcase/postgres';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { fieldcase, Folder } from './import.fixture';

const MAPPING = {
  source: 'orders',
  case: 'order',
  time: { column: 'day', format: 'yyyy-MM-dd', zone: 'Asia/Shanghai' },
  fields: { region: '华东' },
  rules: [{ event: 'completion' }],
  join: {
    file: 'parts.csv',
    on: 'segment',
    rules: [{ event: 'materials', materials: { partNumber: { column: 'part' }, quantity: { column: 'qty' } } }],
  },
  closeAt: 'open',
};

describe('rows of a second file', () => {
  const folder = new Folder();
  let database: TestDatabase;
  let pool: Pool;
  const map = folder.write('map.json', JSON.stringify(MAPPING));
  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url });
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });
  afterAll(() => folder.remove());

  const run = async (orders: readonly string[], parts: readonly string[]) => {
    const file = folder.write('orders.csv', orders.join('\n'));
    const joined = folder.write('parts.csv', parts.join('\n'));
    const rejects = ['--rejects', `${folder.path}/no.csv`];
    const args = ['--mapping', map, '--joined', joined, '--json', '--url', database.url, ...rejects];
    const { out } = await fieldcase(['import', file, ...args]);
    return JSON.parse(out) as Record<string, unknown>;
  };
  const runsOf = async (type: string): Promise<readonly string[]> => {
    const { rows } = await pool.query<{ run: string }>(
      `select metadata->>'correlationId' as run from fieldcase.events where type = $1 order by position`,
      [type],
    );
    return rows.map(({ run: id }) => id);
  };

  it('are none of the first, though they say the same in every cell', async () => {
    const same = 'A-1,7,2026-03-02,done';
    const report = await run(['segment,order,day,what', same], ['segment,qty,day,part', same]);
    expect(report).toMatchObject({ rows: 2, imported: 2, duplicates: 0, rejected: 0, joined: { imported: 1 } });
    expect(report['events']).toMatchObject({ MaterialsAmended: 1 });
    const again = await run(['segment,order,day,what', same], ['segment,qty,day,part', same]);
    expect(again).toMatchObject({ imported: 0, duplicates: 2 });
  });

  it('come with another run where they are others', async () => {
    const orders = ['segment,order,day,what', 'A-1,7,2026-03-02,done'];
    const parts = ['segment,qty,part', 'A-1,1,BELT'];
    await run(orders, parts);
    await run(orders, [...parts, 'A-1,2,SEAL']);
    const [first, second] = await runsOf('MaterialsAmended');
    expect(new Set(await runsOf('FaultReported'))).toEqual(new Set([first]));
    expect(second).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });
});
