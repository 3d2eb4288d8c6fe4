import { randomUUID } from 'node:crypto';
import { createApplication } from '@fieldcase/application';
import { loadConfig } from '@fieldcase/config';
import { casesTopic } from '@fieldcase/contracts';
import { eventUpcasters } from '@fieldcase/domain';
import { KafkaJsTransport } from '@fieldcase/kafka';
import { createPool, openLog, ParkedRecords, readLogIdentity } from '@fieldcase/postgres';
import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { describeWith } from '../../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../../test/support/kafka';
import { fieldcase } from '../import/import.fixture';

const DEPOT = 'depot 哈尔滨';

interface Granted {
  readonly brokers: readonly string[];
  readonly sasl: { readonly username: string; readonly password: string | null };
  readonly topics: { readonly partRequests: string; readonly confirmations: string; readonly replies: string };
  readonly group: string;
}

describeWith('kafka', kafkaHere() !== undefined, 'fieldcase depot', () => {
  jest.setTimeout(60_000);
  let database: TestDatabase;
  let pool: Pool;
  const prefix = ownPrefix();
  const { brokers, admin } = kafkaHere() ?? ({ brokers: [], admin: { username: '', password: '' } } as TestKafka);
  const env = (more: Record<string, string> = {}): Record<string, string> => ({
    DATABASE_URL: database.url,
    KAFKA_BROKERS: brokers.join(),
    KAFKA_PREFIX: prefix,
    KAFKA_REPLICAS: '1',
    KAFKA_SASL_USERNAME: admin.username,
    KAFKA_SASL_PASSWORD: admin.password,
    ...more,
  });
  const depot = async (args: readonly string[], more?: Record<string, string>) => {
    const { code, out, err } = await fieldcase(['depot', ...args, '--json'], env(more));
    return { code, err, value: out === '' ? undefined : (JSON.parse(out) as unknown) };
  };
  const granted = async (...more: readonly string[]): Promise<Granted> => {
    const { code, err, value } = await depot(['grant', DEPOT, ...more]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return value as Granted;
  };
  const transportAs = ({ brokers: addresses, sasl: { username, password } }: Granted): KafkaJsTransport =>
    new KafkaJsTransport({ brokers: addresses, clientId: 'depot', sasl: { username, password: password ?? '' } });

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPool({ url: database.url });
    const log = openLog(pool, { upcasters: eventUpcasters });
    const { secret } = await readLogIdentity(pool);
    const { references } = createApplication({
      store: log.store,
      referenceSource: log.references,
      secret,
      limits: loadConfig({}).limits,
    });
    await references.handle(
      { type: 'RegisterDepot', id: DEPOT, name: '哈尔滨', kind: 'region', region: '黑龙江' },
      { actor: 'spec', roles: ['supervisor'] },
    );
    await log.close();
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('gives a depot what it needs and nothing else, once, and takes it away again', async () => {
    const first = await granted();
    expect(first).toMatchObject({ brokers, tls: false, sasl: { mechanism: 'scram-sha-512' } });
    expect((await granted('--brokers', 'kafka.example:9092, b:9')).brokers).toEqual(['kafka.example:9092', 'b:9']);
    expect(await depot(['grant', DEPOT, '--brokers', 'nowhere'])).toMatchObject({ code: 2, value: undefined });
    const { partRequests, confirmations, replies } = first.topics;
    const mine = transportAs(first);
    const publisher = await mine.publisher();
    const send = (topic: string) => publisher.send(topic, 0, [{ key: null, value: '{}', headers: {} }]);
    expect(await send(confirmations)).toBe(0n);
    await expect(send(partRequests)).rejects.toThrow(/uthoriz/);
    expect([...(await mine.topics())].sort()).toEqual([confirmations, partRequests, replies].sort());

    // Again it repairs, and gives out no password; only who asks for a new one gets one.
    expect((await granted()).sasl.password).toBeNull();
    expect(await send(confirmations)).toBe(1n);
    const second = await granted('--rotate');
    expect(second.sasl.password).not.toBe(first.sasl.password);
    await expect(transportAs(first).publisher()).rejects.toThrow(/SASL/);
    const later = await transportAs(second).publisher();
    await later.close();

    expect(await depot(['revoke', DEPOT])).toMatchObject({ code: 0, value: { acls: 4, user: true, topics: [] } });
    await expect(send(confirmations)).rejects.toThrow(/uthoriz/);
    await expect(transportAs(second).publisher()).rejects.toThrow(/SASL/);
    expect(await depot(['revoke', DEPOT, '--delete-topics'])).toMatchObject({
      code: 0,
      value: { acls: 0, user: false, topics: [partRequests, confirmations, replies] },
    });
    await publisher.close();
    await mine.close();
  });

  it('ended halfway and run again, it ends right', async () => {
    const whole = await granted();
    // As if it had ended before the user was made.
    await depot(['revoke', DEPOT]);
    const again = await granted();
    expect(again).toEqual({ ...whole, sasl: { ...whole.sasl, password: expect.any(String) as string } });
    await (await transportAs(again).publisher()).close();
    await depot(['revoke', DEPOT, '--delete-topics']);
  });

  it('says what is wrong, and how to mend it', async () => {
    const said = async (args: readonly string[], more: Record<string, string>) => {
      const { code, err } = await depot(args, more);
      return { code, said: err };
    };
    const grant = ['grant', DEPOT];
    expect(await said(grant, { KAFKA_BROKERS: '' })).toEqual({
      code: 1,
      said: expect.stringContaining('set KAFKA_BROKERS') as string,
    });
    expect(await said(['grant', 'nowhere'], {})).toEqual({
      code: 1,
      said: expect.stringContaining(`There is no depot \\"nowhere\\" (registered: ${DEPOT})`) as string,
    });
    expect(await said(grant, { KAFKA_BROKERS: '127.0.0.1:9' })).toEqual({
      code: 1,
      said: expect.stringMatching(/No broker answers at 127\.0\.0\.1:9: .*KAFKA_BROKERS/) as string,
    });
    expect(await said(grant, { KAFKA_SASL_PASSWORD: 'wrong' })).toEqual({
      code: 1,
      said: expect.stringMatching(/do not let admin in: check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/) as string,
    });
    const { sasl } = await granted();
    const weak = { KAFKA_SASL_USERNAME: sasl.username, KAFKA_SASL_PASSWORD: sasl.password ?? '' };
    expect(await said(grant, weak)).toEqual({
      code: 1,
      said: expect.stringMatching(/may not look users up: it needs DESCRIBE on the cluster/) as string,
    });
    expect(await said(['revoke', DEPOT], weak)).toEqual({
      code: 1,
      said: expect.stringMatching(/may not change ACLs: it needs ALTER on the cluster/) as string,
    });
    expect(await said(['grant', 'x'.repeat(240)], {})).toMatchObject({ code: 1 });
    await depot(['revoke', DEPOT, '--delete-topics']);
  });

  it('makes a user for our own workers, who may use the topics of the prefix', async () => {
    const grant = async (...more: readonly string[]) => {
      const { code, out } = await fieldcase(['kafka', 'grant-workers', '--json', ...more], env());
      return { code, ...(JSON.parse(out) as { user: string; password: string | null }) };
    };
    const { user, password } = await grant();
    const transport = new KafkaJsTransport({
      brokers,
      clientId: prefix,
      sasl: { username: user, password: password ?? '' },
    });
    const topic = { name: `${prefix}.log.v1`, partitions: 1, replicas: 1 };
    await transport.ensureTopic(topic);
    const publisher = await transport.publisher();
    expect(await publisher.send(topic.name, 0, [{ key: null, value: 'x', headers: {} }])).toBe(0n);
    expect((await transport.lastRecords(topic.name)).get(0)?.value).toBe('x');
    await expect(transport.ensureTopic({ ...topic, name: `other-${prefix}` })).rejects.toThrow();
    await publisher.close();
    await transport.close();
    expect(await grant()).toEqual({ code: 0, user, password: null });
    expect((await grant('--rotate')).password).not.toBe(password);
  });

  it('makes a user who reads the cases, and takes him away again', async () => {
    const kafka = async (...args: readonly string[]) => {
      const { code, out, err } = await fieldcase(['kafka', ...args, '--json'], env());
      return { code, err, value: (out === '' ? {} : JSON.parse(out)) as { user: string; password: string | null } };
    };
    const { code, value } = await kafka('grant-reader', 'analyst');
    expect({ code, ...value, password: typeof value.password }).toMatchObject({
      ...{ code: 0, user: `${prefix}.reader.analyst`, password: 'string' },
      ...{ topic: `${prefix}.cases.v1`, groups: `${prefix}.reader.analyst.`, brokers },
    });
    expect((await kafka('grant-reader', 'analyst')).value.password).toBeNull();
    const { password } = (await kafka('grant-reader', 'analyst', '--rotate')).value;
    const sasl = { username: value.user, password: password ?? '' };
    const transport = new KafkaJsTransport({ brokers, clientId: 'analyst', sasl });
    const ours = new KafkaJsTransport({ brokers, clientId: 'ours', sasl: admin });
    await ours.ensureTopic({ name: casesTopic(prefix), partitions: 1, replicas: 1 });
    expect(await transport.ends(casesTopic(prefix))).toEqual([{ first: 0n, next: 0n }]);
    await expect(transport.publisher()).rejects.toThrow(/uthoriz/);
    await Promise.all([transport.close(), ours.close()]);
    expect(await kafka('grant-reader', '分析')).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected 1 to 60 letters, digits and dashes') as string,
    });
    expect(await kafka('revoke-reader', 'analyst')).toMatchObject({ code: 0, value: { acls: 2, user: true } });
    await expect(new KafkaJsTransport({ brokers, clientId: 'analyst', sasl }).publisher()).rejects.toThrow(/SASL/);
    expect(await kafka('revoke-reader', 'analyst')).toMatchObject({ code: 0, value: { acls: 0, user: false } });
  });

  it('lists what nobody could read, without its content unless asked, and deletes it', async () => {
    const records = new ParkedRecords(pool);
    const topic = `${prefix}.depot.${randomUUID()}.confirmations.v1`;
    const bytes = Buffer.from('王建国 13900001111');
    await records.park(topic, 0, [{ offset: 7n, reason: 'confirmation.unreadable', bytes }]);
    const id = topic.split('.')[2] ?? '';
    const listed = await depot(['parked', '--depot', id]);
    expect(listed).toMatchObject({ code: 0, value: { items: [{ topic, offset: '7', size: bytes.length }] } });
    expect(JSON.stringify(listed)).not.toContain('13900001111');
    expect(await depot(['parked', '--depot', id, '--content'])).toMatchObject({
      value: { items: [{ content: '王建国 13900001111' }] },
    });
    expect(await depot(['discard'])).toMatchObject({ code: 2, err: expect.stringContaining('--depot') as string });
    expect(await depot(['discard', '--depot', id, '--offset', '7'])).toMatchObject({ value: { discarded: 1 } });
    expect(await depot(['parked'])).toMatchObject({ value: { items: [] } });
  });
});
