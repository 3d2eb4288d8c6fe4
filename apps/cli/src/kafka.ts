import { readFileSync } from 'node:fs';
import type { Config, KafkaConfig } from '@fieldcase/config';
import { accessOf, KafkaJsAdmin } from '@fieldcase/kafka';
import { dataDirOf, readInstance, type DatabaseOptions } from './database';
import { Refusal } from './failures';

/** As infra/kafka/cluster.mjs writes it. */
interface ClusterFile {
  readonly adminPassword: string;
  readonly brokers: readonly { readonly port: number }[];
}

/** KAFKA_BROKERS, else those of the instance that runs on the data folder. Throws Refusal where there are none. */
export function kafkaOf(options: DatabaseOptions, config: Config): KafkaConfig {
  const kafka = kafkaOrNone(options, config);
  if (kafka) return kafka;
  throw new Refusal(
    'No broker is configured: set KAFKA_BROKERS, and KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, or start some with ' +
      '"npm run start:distributed".',
  );
}

/** As `kafkaOf`; undefined where there are none. */
export const kafkaOrNone = (options: DatabaseOptions, config: Config): KafkaConfig | undefined =>
  config.kafka ?? kafkaOfInstance(options, config);

/** As the user who may do everything there. Not where another database is named: the brokers would not belong to it. */
function kafkaOfInstance(options: DatabaseOptions, config: Config): KafkaConfig | undefined {
  const instance = readInstance(dataDirOf(options, config));
  const database = options.databaseUrl ?? options.url ?? config.databaseUrl;
  if (instance?.kafkaFile === undefined || (database ?? instance.databaseUrl) !== instance.databaseUrl)
    return undefined;
  const { brokers, adminPassword } = JSON.parse(readFileSync(instance.kafkaFile, 'utf8')) as ClusterFile;
  return {
    brokers: brokers.map(({ port }) => `127.0.0.1:${port}`),
    prefix: config.topicPrefix,
    replicas: brokers.length,
    sasl: { username: 'admin', password: adminPassword },
    caFile: undefined,
  };
}

/** Opens for one verb and closes, whatever becomes of the work. */
export async function withAdmin<T>(kafka: KafkaConfig, work: (control: KafkaJsAdmin) => Promise<T>): Promise<T> {
  const control = new KafkaJsAdmin(accessOf(kafka));
  try {
    return await work(control);
  } finally {
    await control.close();
  }
}

/** A name that does not fit into one of Kafka is refused, with what was expected. */
export function namesOf<Names>(make: () => Names): Names {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError ? new Refusal(error.message) : error;
  }
}

export const securityOf = ({ caFile }: KafkaConfig): string =>
  `${caFile === undefined ? 'SASL_PLAINTEXT' : 'SASL_SSL'}, SCRAM-SHA-512`;
