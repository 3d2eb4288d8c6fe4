import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../libs/postgres/embedded/ports.mjs';
import { Broker } from './broker.mjs';

/**
 * @typedef {{clusterId: string, adminPassword: string, brokers: {id: number, port: number, controllerPort: number}[]}} Plan
 */

/** One or three brokers on loopback, in a folder that keeps their data between starts. */
export class KafkaCluster {
  /**
   * @param {Plan} plan
   * @param {readonly Broker[]} brokers
   */
  constructor(plan, brokers) {
    this.brokers = brokers;
    /** Who may do everything. */
    this.admin = { username: 'admin', password: plan.adminPassword };
  }

  /** As `KAFKA_BROKERS` takes them. */
  get addresses() {
    return this.brokers.map((broker) => broker.address);
  }

  /**
   * Starts them and waits until each listens. Stop what you started.
   * @param {{folder: string, count?: 1 | 3, overrides?: Readonly<Record<string, string | number>>}} options
   * @returns {Promise<KafkaCluster>}
   */
  static async start({ folder, count = 1, overrides = {} }) {
    const plan = await planIn(folder, count);
    const controllers = plan.brokers.map(({ id, controllerPort: port }) => ({ id, port }));
    const { clusterId, adminPassword } = plan;
    const brokers = plan.brokers.map(({ id, port }) => {
      const own = join(folder, `broker-${id}`);
      return new Broker({ id, folder: own, clusterId, port, controllers, adminPassword, overrides });
    });
    const cluster = new KafkaCluster(plan, brokers);
    try {
      for (const broker of brokers) broker.launch();
      await Promise.all(brokers.map((broker) => broker.untilListening()));
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** @param {number} [graceMs] */
  async stop(graceMs) {
    await Promise.all(this.brokers.map((broker) => broker.stop(graceMs)));
  }
}

/** 22 characters; one that begins with a dash would be taken for an option. */
function clusterId() {
  let id = '-';
  while (id.startsWith('-')) id = randomBytes(16).toString('base64url');
  return id;
}

/**
 * Ports and secrets are chosen once: addresses stand in the brokers' own metadata.
 * @param {string} folder
 * @param {number} count
 * @returns {Promise<Plan>}
 */
async function planIn(folder, count) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'cluster.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const brokers = [];
  for (let id = 1; id <= count; id += 1) {
    brokers.push({ id, port: await freePort(), controllerPort: await freePort() });
  }
  const plan = {
    clusterId: clusterId(),
    adminPassword: randomBytes(24).toString('base64url'),
    brokers,
  };
  writeFileSync(file, JSON.stringify(plan, null, 2), { mode: 0o600 });
  return plan;
}
