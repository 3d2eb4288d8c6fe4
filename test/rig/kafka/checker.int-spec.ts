import { Client, type Pool } from 'pg';
import { createApplication, isKnownEvent, type Application } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { eventUpcasters } from '@fieldcase/domain';
import { KafkaJsTransport, runRelay } from '@fieldcase/kafka';
import { createPool, Lease, openLog, ProjectionRunner, readLogIdentity, RelayCheckpoints } from '@fieldcase/postgres';
import { projections } from '@fieldcase/read-models';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { describeWith } from '../../support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../support/kafka';
import { violationsIn } from '../checker/checks';
import type { Evidence, TopicRecord } from '../checker/evidence';
import { gather } from '../checker/gather';
import type { Accepted, Entry } from '../kills/journal';

const SUB = 'agent-of-the-spec';
const OTHERS = ['part-supply', 'timers'];

describeWith('kafka', kafkaHere() !== undefined, 'the checker of the kills', () => {
  jest.setTimeout(120_000);
  const prefix = ownPrefix();
  const journal: Entry[] = [];
  let database: TestDatabase;
  let pool: Pool;
  let transport: KafkaJsTransport;
  let whole: Evidence;

  beforeAll(async () => {
    const { brokers, admin: sasl } = kafkaHere() as TestKafka;
    database = await createTestDatabase();
    pool = createPool({ url: database.url, max: 6 });
    transport = new KafkaJsTransport({ brokers, clientId: 'spec', sasl });
    await work();
    whole = await gathered();
  });
  afterAll(async () => {
    await transport.close();
    await pool.end();
    await database.drop();
  });

  const gathered = (): Promise<Evidence> =>
    gather({ databaseUrl: database.url, base: 0n, journal, kafka: { transport, prefix } });

  /** Three cases with a note each, their read models, and the topic. */
  async function work(): Promise<void> {
    const log = openLog(pool, { upcasters: eventUpcasters });
    const { secret, logId, epoch } = await readLogIdentity(pool);
    const { limits } = loadConfig({});
    const application = createApplication({ store: log.store, referenceSource: log.references, secret, limits });
    for (let n = 0; n < 3; n += 1) {
      const reported = await told(application, `report-${n}`, undefined);
      await told(application, `note-${n}`, reported);
    }
    for (const projection of projections(log.personal)) {
      await new ProjectionRunner({ pool, source: log.source, projection, isKnown: isKnownEvent }).catchUp();
    }
    const head = await log.source.head();
    await pool.query(
      `insert into fieldcase.checkpoints (subscription, shard, position, version)
       select name, shard, $1, 1 from unnest($2::text[]) as name, generate_series(0, 15) as shard`,
      [String(head), OTHERS],
    );
    const lease = new Lease(pool, 'subscription:relay', 'spec', 60_000);
    await lease.acquire();
    const stop = new AbortController();
    const onMoved = (position: bigint): void => void (position >= head && stop.abort());
    const progress = new RelayCheckpoints(pool, lease);
    const options = { log: { logId, epoch }, source: log.source, progress, transport, prefix, replicas: 1 };
    await runRelay({ ...options, onMoved, report: () => undefined }, stop.signal).catch(() => undefined);
    await log.close();
  }

  async function told(application: Application, key: string, caseId: string | undefined): Promise<string> {
    const sentAt = performance.now();
    const by = { actor: SUB, roles: ['agent'], key: { sub: SUB, key, request: key } };
    const contact = { name: '王', phone: '13900000000' };
    const report = { siteName: '农场', contact, address: '一路', region: 'hebei', faultDescription: 'belt' } as const;
    const { id, position } = await (caseId === undefined
      ? application.cases.handle(undefined, { type: 'ReportFault', ...report }, by)
      : application.cases.handle(caseId, { type: 'AddNote', text: 'called', kind: 'call' }, by));
    const receivedAt = performance.now();
    const path = caseId === undefined ? '/cases' : `/cases/${caseId}/notes`;
    const tries = [{ api: 'api-1', sentAt, endedAt: receivedAt, status: 200 }];
    const outcome: Accepted = { kind: 'accepted', id, position, receivedAt, replayed: false };
    journal.push({ key, sub: SUB, path, caseId: id, firstSentAt: sentAt, tries, outcome, contradictions: [] });
    return id;
  }

  /** Names of the checks that find something in what was gathered, once it is changed like this. */
  const found = (change: Partial<Evidence>): string[] => [
    ...new Set(violationsIn({ ...whole, ...change }).map(({ check }) => check)),
  ];
  const entry = (at: number, change: Partial<Entry>, outcome: Partial<Accepted> = {}): Entry[] =>
    whole.journal.map((each, index) =>
      index === at ? { ...each, ...change, outcome: { ...(each.outcome as Accepted), ...outcome } } : each,
    );
  const busiest = (): number =>
    whole.topic?.findIndex((records) => records.filter(({ digest }) => digest !== undefined).length > 1) ?? 0;
  const topicWith = (change: (records: readonly TopicRecord[]) => readonly TopicRecord[]): Partial<Evidence> => ({
    topic: (whole.topic ?? []).map((records, partition) => (partition === busiest() ? change(records) : records)),
  });

  it('finds nothing where nothing was broken', () => {
    expect(violationsIn(whole)).toEqual([]);
    expect(whole.events.length).toBeGreaterThan(6);
  });

  it('finds an acknowledged command that has no events, or those of another', () => {
    expect(found({ journal: entry(5, {}, { position: '99' }) })).toContain('acknowledged and kept');
    const { position } = (whole.journal[1] as Entry).outcome as Accepted;
    expect(found({ journal: entry(5, {}, { position }) })).toContain('acknowledged and kept');
  });

  it('finds a command that was applied twice: its events are there, and nobody was told of them', () => {
    expect(found({ journal: whole.journal.slice(0, -1) })).toEqual(['applied once']);
  });

  it('does not hold a command against the log whose answer never came', () => {
    const journal = whole.journal.map((each, n) =>
      n === 5 ? { ...each, outcome: { kind: 'unknown' as const } } : each,
    );
    expect(found({ journal })).toEqual(['settled in the end']);
  });

  it('finds a key that is not remembered, two answers to one key, and a failure', () => {
    expect(found({ remembered: whole.remembered.slice(1) })).toEqual(['remembered by key']);
    expect(found({ journal: entry(0, { contradictions: ['another'] }) })).toEqual(['the same answer']);
    const tries = [{ api: 'api-1', sentAt: 0, endedAt: 1, status: 500 }];
    expect(found({ journal: entry(0, { tries }) })).toEqual(['no failures']);
  });

  it('finds an order that its clients saw otherwise', () => {
    const { firstSentAt } = whole.journal[0] as Entry;
    const before = entry(1, { firstSentAt: firstSentAt - 20 }, { receivedAt: firstSentAt - 10 });
    expect(found({ journal: before })).toEqual(['in real-time order']);
  });

  it('finds a step of a clock that was recorded twice', () => {
    const events = whole.events.map((event, n) =>
      n < 2 ? { ...event, streamId: 'clocks:1', step: 'warned 50' } : event,
    );
    expect(found({ events })).toContain('steps of clocks once');
  });

  it('finds a hole in the topic, a lost tail, and a record that says something else; copies are none of these', () => {
    const topic = ['the log topic complete'];
    expect(found(topicWith((records) => [...records.slice(0, 1), ...records.slice(2)]))).toEqual(topic);
    expect(found(topicWith((records) => records.slice(0, -1)))).toEqual(topic);
    expect(found(topicWith(([first, ...rest]) => [{ ...(first as TopicRecord), digest: 'other' }, ...rest]))).toEqual(
      topic,
    );
    expect(found(topicWith((records) => [...records, ...records]))).toEqual([]);
  });

  it('finds who is behind, and what was parked', () => {
    expect(found({ positions: new Map([...whole.positions, ['relay', 1n]]) })).toEqual(['everybody at the head']);
    const without = [...whole.positions].filter(([name]) => name !== 'case-board');
    expect(found({ positions: new Map(without) })).toEqual(['everybody at the head']);
    expect(found({ parked: ['case-board, position 1'] })).toEqual(['nothing parked']);
  });

  it('finds it in the database: an event that is gone, a row that was changed, one that is too many', async () => {
    const { rows } = await pool.query<{ id: string }>('select id from read_models.case_board limit 1');
    await owner(`delete from fieldcase.events where position = 2`);
    await owner(`delete from read_models.case_board where id = '${rows[0]?.id}'`);
    const checks = new Set(violationsIn(await gathered()).map(({ check }) => check));
    expect([...checks]).toEqual(
      expect.arrayContaining(['the log itself', 'the log topic complete', 'rebuilt equals live']),
    );
  });

  /** Past the rights of the application. */
  async function owner(sql: string): Promise<void> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(sql);
    await client.end();
  }
});
