import { join } from 'node:path';
import { KafkaCluster } from '../../../infra/kafka/cluster.mjs';
import { brokerProblem } from '../../../infra/kafka/install.mjs';
import { LaunchError } from './messages.mjs';
import { freePort } from './ports.mjs';

const BROKERS = 3;
/** All at once they wait for one another: what is not written by then is written at the next start. */
const STOP_MS = 3_000;

/**
 * Three brokers beside the database, and what the applications are to know of them. Stop what you started.
 * @param {string} dataDir
 * @returns {Promise<{env: Record<string, string>, addresses: string, stop: () => Promise<void>}>}
 */
export async function startBrokers(dataDir) {
  const problem = brokerProblem();
  if (problem) throw new LaunchError(`无法启动 Kafka：${problem}`, `Kafka cannot be started: ${problem}`);
  const cluster = await KafkaCluster.start({ folder: join(dataDir, 'kafka'), count: BROKERS });
  const addresses = cluster.addresses.join();
  return {
    env: {
      KAFKA_BROKERS: addresses,
      KAFKA_REPLICAS: String(BROKERS),
      KAFKA_SASL_USERNAME: cluster.admin.username,
      KAFKA_SASL_PASSWORD: cluster.admin.password,
    },
    addresses,
    stop: () => cluster.stop(STOP_MS),
  };
}

/**
 * Two of each: names, and the ports that they listen on where they do.
 * @param {number} port of the first API
 * @param {string} host
 */
export async function twoOfEach(port, host) {
  const second = await freePort(port + 1, host);
  return [
    { name: 'api', app: 'api', port },
    { name: 'api-2', app: 'api', port: second },
    { name: 'worker', app: 'worker', port },
    { name: 'worker-2', app: 'worker', port },
  ];
}
