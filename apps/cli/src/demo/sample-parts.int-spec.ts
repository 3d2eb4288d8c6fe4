import { LogCheck } from '@fieldcase/postgres';
import { faultReport } from '../../../../test/support/fault-report';
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

  it('leave cases and parts of others alone, though they were told by the same people', async () => {
    const { cases, references } = await database.application();
    const by = (sub: string, role: string) => ({ actor: sub, roles: [role], unbounded: true });
    const [agent, supervisor] = [by('demo-agent', 'agent'), by('demo-supervisor', 'supervisor')];
    const part = { name: '皮带', class: 'wear', packSize: 1, serialised: false, substitutes: [] } as const;
    await references.handle({ type: 'RegisterPart', partNumber: 'OUR-1', ...part }, supervisor);
    const report = async (): Promise<string> => (await cases.handle(undefined, faultReport, agent)).id;
    const ids = await Promise.all(Array.from({ length: 12 }, report));
    const own = async (): Promise<number> => {
      const { rows } = await database.pool.query<{ events: number }>(
        `select count(*)::int as events from fieldcase.events
          where stream_id like 'stock:%OUR-1%' or split_part(stream_id, ':', 2) = any ($1)`,
        [ids],
      );
      return rows[0]?.events ?? 0;
    };
    for (const id of ids) {
      await cases.handle(
        id,
        { type: 'CloseCase', resolution: 'solved-by-phone', note: '电话解决' },
        by('x', 'supervisor'),
      );
    }
    const before = await own();
    await database.fieldcase('demo', '--seed', '2', '--cases', '20');
    expect(await own()).toBe(before);
  }, 60_000);
});
