import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { publicCaseEventNames } from '@fieldcase/contracts';
import { eventUpcasters } from '@fieldcase/domain';
import { depotFeedTopicSpec, KafkaJsTransport } from '@fieldcase/kafka';
import { PostgresLogSource } from '@fieldcase/postgres';
import { describeWith } from '../../support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../support/kafka';
import { TopicReader, type ReadRecord } from '../../support/topic-reader';
import { TopicsByDocument, type AsyncApi } from '../../support/topics-by-document';
import {
  HARBIN,
  partStaffOf,
  promised,
  sentBack,
  SHUANGCHENG,
  stocked,
  waiting,
  type PartStage,
} from '../http/part-stories';
import { startApiOnPostgres, type ApiOnPostgres } from '../http/postgres-fixture';
import { closed, dispatched, done, inHours } from '../http/stories';

const root = path.resolve(__dirname, '../../..');
const loader = path.join(root, 'test/rig/load-typescript.cjs');
const PERSONAL = ['王建国', '8888 0101', '永胜', '割台', '停电', '已修复'];

/** The worker as it is, publishing. */
function startRelay(databaseUrl: string, prefix: string, { brokers, admin }: TestKafka): ChildProcess {
  return spawn(process.execPath, ['-r', loader, path.join(root, 'apps/worker/src/main.ts')], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      ROLES: 'relay',
      KAFKA_BROKERS: brokers.join(),
      KAFKA_PREFIX: prefix,
      KAFKA_REPLICAS: '1',
      KAFKA_SASL_USERNAME: admin.username,
      KAFKA_SASL_PASSWORD: admin.password,
    },
    stdio: 'ignore',
  });
}

/** Cases and part requests of many kinds. */
async function work(stage: PartStage & { readonly api: ApiOnPostgres }): Promise<void> {
  const { api, staff } = stage;
  const { harbin, agent, dispatcher, technician } = staff;
  await closed(staff);
  const paused = await dispatched(staff);
  await done(technician.post(`${paused.visit}/acceptance`, {}));
  const window = { from: inHours(api, 2), to: inHours(api, 4), requestedBy: 'customer' };
  await done(technician.post(`${paused.visit}/appointment`, window));
  await done(agent.post(`${paused.path}/pause`, { reason: 'weather', note: '停电', until: inHours(api, 24) }));
  await done(dispatcher.post(`${paused.path}/cancel`, { reason: '王建国不要了' }));
  await sentBack(stage);
  const declined = await promised(stage);
  await stocked(stage, SHUANGCHENG, 50);
  await done(harbin.post(`${declined.part}/declination`, { reason: '停电' }));
  await api.supply();
  await waiting(stage);
}

describeWith('kafka', kafkaHere() !== undefined, 'a reader that has the AsyncAPI document and nothing else', () => {
  jest.setTimeout(120_000);
  const prefix = ownPrefix();
  const kafka = kafkaHere() as TestKafka;
  let api: ApiOnPostgres;
  let stage: PartStage & { readonly api: ApiOnPostgres };
  let relay: ChildProcess;
  let topics: TopicsByDocument;
  let reader: TopicReader;
  let log: PostgresLogSource;

  beforeAll(async () => {
    api = await startApiOnPostgres({ env: { KAFKA_PREFIX: prefix } });
    log = new PostgresLogSource(api.pool, { upcasters: eventUpcasters });
    topics = new TopicsByDocument((await (await fetch(`${api.url}/asyncapi.json`)).json()) as AsyncApi);
    reader = new TopicReader(kafka, prefix);
    // What `fieldcase depot grant` does for a depot.
    const transport = new KafkaJsTransport({ brokers: kafka.brokers, clientId: prefix, sasl: kafka.admin });
    for (const depotId of [HARBIN, SHUANGCHENG]) {
      await transport.ensureTopic(depotFeedTopicSpec(topics.address('partRequests', { depotId }), 1));
    }
    await transport.close();
    relay = startRelay(api.database.url, prefix, kafka);
    stage = { api, staff: await partStaffOf(api) };
    await work(stage);
  });
  afterAll(async () => {
    relay.kill('SIGTERM');
    await once(relay, 'exit');
    await log.close();
    await api.stop();
  });

  const expectDocumented = (channel: string, records: readonly ReadRecord[]): ReadonlySet<string> => {
    const seen = new Set<string>();
    for (const { key, value, headers } of records) {
      const payload: unknown = value === null ? null : JSON.parse(value);
      const { message, problems } = topics.judge(channel, headers, payload);
      expect({ value, problems }).toEqual({ value, problems: [] });
      expect(topics.keyProblems(String(message), key)).toEqual([]);
      expect(PERSONAL.filter((text) => value?.includes(text))).toEqual([]);
      seen.add(String(message));
    }
    return seen;
  };
  const numberOf = ({ headers }: ReadRecord, header: string): number => Number(headers[header]);

  it('finds every channel that the application sends to', () => {
    expect(topics.readable).toEqual(['log', 'cases', 'partRequests', 'replies']);
  });

  it('reads the whole log, every record as its schema says and each following on the one before', async () => {
    const head = Number(await log.head());
    const address = topics.address('log');
    const records = await reader.read(address, (read, partitions) =>
      partitions.every((partition) =>
        read.some((one) => one.partition === partition && numberOf(one, 'position') >= head),
      ),
    );
    expect(expectDocumented('log', records)).toEqual(new Set(['log.event', 'log.idle']));
    const at = new Map<number, number>();
    for (const record of records) {
      const before = at.get(record.partition) ?? 0;
      expect(numberOf(record, 'from')).toBeLessThanOrEqual(before);
      at.set(record.partition, Math.max(before, numberOf(record, 'position')));
    }
    expect(at.size).toBe(topics.document.channels['log']?.bindings.kafka.partitions);
    const positions = records.flatMap((record) => (record.value === null ? [] : [numberOf(record, 'position')]));
    expect([...new Set(positions)].sort((a, b) => a - b)).toEqual(Array.from({ length: head }, (_, n) => n + 1));
  });

  it('reads what is public of cases: every chosen event, keyed by its case, and nothing personal', async () => {
    const { events } = await log.read({ after: 0n, limit: 10_000, types: publicCaseEventNames });
    const records = await reader.read(topics.address('cases'), ({ length }) => length >= events.length);
    const messages = expectDocumented('cases', records);
    expect(messages).toEqual(new Set(events.map(({ type }) => `case.${type}`)));
    expect(messages.size).toBeGreaterThanOrEqual(15);
    const ids = new Set(records.map(({ value }) => (JSON.parse(String(value)) as { id: string }).id));
    expect(ids).toEqual(new Set(events.map(({ eventId }) => eventId)));
    for (const { key, value } of records) expect((JSON.parse(String(value)) as { subject: string }).subject).toBe(key);
  });

  it.each([HARBIN, SHUANGCHENG])('reads what %s is told: without a gap, and the same as over HTTP', async (depotId) => {
    const caller = depotId === HARBIN ? stage.staff.harbin : stage.staff.shuangcheng;
    const { body } = await done(caller.get(`/api/v1/depots/${depotId}/part-requests/feed?limit=200`));
    const items = body['items'] as readonly object[];
    expect(items.length).toBeGreaterThan(0);
    const address = topics.address('partRequests', { depotId });
    const records = await reader.read(address, ({ length }) => length >= items.length);
    expectDocumented('partRequests', records);
    expect(records.map((record) => numberOf(record, 'sequence'))).toEqual(items.map((_, index) => index + 1));
    expect(records.map(({ value }) => (JSON.parse(String(value)) as { data: object }).data)).toEqual(items);
  });

  it('goes on with what comes later', async () => {
    await promised(stage);
    const feed = `/api/v1/depots/${HARBIN}/part-requests/feed?limit=200`;
    const { items } = (await done(stage.staff.harbin.get(feed))).body as { items: readonly object[] };
    const address = topics.address('partRequests', { depotId: HARBIN });
    const records = await reader.read(address, ({ length }) => length >= items.length);
    expect(records.map(({ value }) => (JSON.parse(String(value)) as { data: object }).data)).toEqual(items);
  });
});
