import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database';
import { describeWith } from '../../../../test/support/describe-with';
import { kafkaHere, ownPrefix, type TestKafka } from '../../../../test/support/kafka';
import { fieldcase } from '../import/import.fixture';

describeWith('kafka', kafkaHere() !== undefined, 'fieldcase doctor, with brokers', () => {
  jest.setTimeout(60_000);
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'fieldcase-doctor-'));
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  const doctor = async (env: Readonly<Record<string, string>>): Promise<{ code: number; kafka: string }> => {
    const { brokers, admin } = kafkaHere() as TestKafka;
    const { code, out } = await fieldcase(['doctor', '--url', database.url], {
      PORT: '0',
      FIELDCASE_DATA_DIR: folder,
      KAFKA_BROKERS: brokers.join(),
      KAFKA_PREFIX: ownPrefix(),
      KAFKA_REPLICAS: '1',
      KAFKA_SASL_USERNAME: admin.username,
      KAFKA_SASL_PASSWORD: admin.password,
      ...env,
    });
    return { code, kafka: out.slice(out.search(/^(ok|FAIL) +Kafka:/m), out.search(/^(ok|FAIL) +port:/m)) };
  };

  it('says that they answer, and what the relay will make there', async () => {
    const { code, kafka } = await doctor({});
    expect(kafka).toMatch(/^ok {4}Kafka: \S+ answer\nok {4}log topic: \S+ is not there yet: the relay makes it\n$/);
    expect(code).toBe(0);
  });

  it('says what is wrong and how to mend it: a password, an address, copies, a certificate', async () => {
    const wrong = await doctor({ KAFKA_SASL_PASSWORD: 'not-the-password' });
    expect(wrong.kafka).toMatch(
      /^FAIL {2}Kafka: the broker refuses the user or the password\n {6}-> check KAFKA_SASL_USER/,
    );
    expect(wrong.code).toBe(1);
    const away = await doctor({ KAFKA_BROKERS: '127.0.0.1:1' });
    expect(away.kafka).toMatch(
      /^FAIL {2}Kafka: no broker answers at 127\.0\.0\.1:1\n {6}-> does it run\? Check KAFKA_BROKERS/,
    );
    const copies = await doctor({ KAFKA_REPLICAS: '3' });
    expect(copies.kafka).toMatch(
      /^FAIL {2}Kafka: 1 of 1 brokers lives .*, fewer than KAFKA_REPLICAS \(3\)\n {6}-> start more brokers/,
    );
    const { brokers } = kafkaHere() as TestKafka;
    const oneAway = await doctor({ KAFKA_BROKERS: ['127.0.0.1:1', ...brokers].join() });
    expect(oneAway.kafka).toMatch(
      /^FAIL {2}Kafka: nobody answers at 127\.0\.0\.1:1; 1 of 1 brokers lives .*\n {6}-> start/,
    );
    expect(oneAway.code).toBe(1);
    const certificate = await doctor({ KAFKA_SSL_CA: join(folder, 'nowhere.pem') });
    expect(certificate.kafka).toMatch(/^FAIL {2}Kafka: ENOENT.*\n {6}-> KAFKA_SSL_CA: /);
  });
});
