import { join } from 'node:path';
import { KafkaCluster } from '../../../infra/kafka/cluster.mjs';
import { brokerProblem } from '../../../infra/kafka/install.mjs';
import { keepRunning } from './kept-broker.mjs';
import { LaunchError } from './messages.mjs';
import { freePort } from './ports.mjs';

const BROKERS = 3;
/** @typedef {[zh: string, en: string]} Place where something is, in both languages */
/** @typedef {{name: string, app: string, port: number, metricsPort?: number}} Planned */

/** All at once they wait for one another: what is not written by then is written at the next start. */
const STOP_MS = 3_000;

/**
 * Three brokers beside the database, and what the applications are to know of them. Stop what you started.
 * @param {string} dataDir
 * @returns {Promise<{env: Record<string, string>, addresses: string, file: string, places: Place[],
 *   stop: () => Promise<void>}>} `file`: addresses and the admin's password
 */
export async function startBrokers(dataDir) {
  const problem = brokerProblem();
  if (problem) throw new LaunchError(`无法启动 Kafka：${problem}`, `Kafka cannot be started: ${problem}`);
  const folder = join(dataDir, 'kafka');
  const cluster = await KafkaCluster.start({ folder, count: BROKERS });
  const addresses = cluster.addresses.join();
  const file = join(folder, 'cluster.json');
  const kept = cluster.brokers.map((broker) => keepRunning(broker));
  return {
    env: {
      KAFKA_BROKERS: addresses,
      KAFKA_REPLICAS: String(BROKERS),
      KAFKA_SASL_USERNAME: cluster.admin.username,
      KAFKA_SASL_PASSWORD: cluster.admin.password,
    },
    addresses,
    file,
    places: placesOfBrokers(cluster, file),
    stop: () => {
      for (const letEnd of kept) letEnd();
      return cluster.stop(STOP_MS);
    },
  };
}

/**
 * @param {KafkaCluster} cluster
 * @param {string} secrets
 * @returns {Place[]}
 */
function placesOfBrokers({ brokers, admin }, secrets) {
  const user = `${admin.username}, SCRAM-SHA-512`;
  return [
    ...brokers.map(({ address, log, options: { id } }) => {
      /** @type {Place} */
      const place = [`Kafka 节点 ${id} ${address}，日志 ${log}`, `Kafka broker ${id} at ${address}, its log ${log}`];
      return place;
    }),
    [
      `Kafka 用户 ${user}，密码在 ${secrets}（adminPassword）`,
      `Kafka user ${user}, the password in ${secrets} (adminPassword)`,
    ],
  ];
}

/**
 * Two of each: names, and the ports that they listen on where they do.
 * @param {number} port of the first API
 * @param {string} host
 * @returns {Promise<Planned[]>}
 */
export async function twoOfEach(port, host) {
  const second = await freePort(port + 1, host);
  return [
    { name: 'api', app: 'api', port },
    { name: 'api-2', app: 'api', port: second },
    { name: 'worker', app: 'worker', port, metricsPort: await freePort() },
    { name: 'worker-2', app: 'worker', port, metricsPort: await freePort() },
  ];
}

/**
 * The database and the applications; passwords are named by where they stand.
 * @param {{plan: readonly Planned[], url: string, databaseUrl: string, dataDir: string, embedded: boolean}} known `url` of
 *   the first API
 * @returns {Place[]}
 */
export function placesOf({ plan, url, databaseUrl, dataDir, embedded }) {
  const { hostname, port, username, pathname } = new URL(databaseUrl);
  const database = `${hostname}:${port || 5432}${pathname}`;
  const [zh, en] = embedded
    ? [`密码在 ${join(dataDir, 'instance.json')}`, `the password in ${join(dataDir, 'instance.json')}`]
    : ['密码在 DATABASE_URL', 'the password in DATABASE_URL'];
  const apis = plan.filter(({ app }) => app === 'api').map((each) => url.replace(new URL(url).port, String(each.port)));
  /** @type {Place[]} */
  const workers = plan.flatMap(({ name, metricsPort }) => {
    if (metricsPort === undefined) return [];
    const log = join(dataDir, 'logs', `${name}.log`);
    const metrics = `http://127.0.0.1:${metricsPort}/metrics`;
    return [[`后台进程 ${name}，指标 ${metrics}，日志 ${log}`, `${name}, figures at ${metrics}, its log ${log}`]];
  });
  return [
    [`PostgreSQL ${database}，用户 ${username}，${zh}`, `PostgreSQL at ${database}, user ${username}, ${en}`],
    [`API ${apis.join('、')}`, `API at ${apis.join(' and ')}`],
    ...workers,
  ];
}
