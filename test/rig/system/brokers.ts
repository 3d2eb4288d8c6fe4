import { Kafka, logLevel, type Admin } from 'kafkajs';
import { until, type Bound } from './until';

export interface Broker {
  readonly address: string;
  readonly pid: number | undefined;
  launch(): void;
  untilListening(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  kill(): Promise<void>;
  stop(graceMs?: number): Promise<void>;
  lastWords(): string;
}

interface Cluster {
  readonly addresses: string[];
  readonly admin: { readonly username: string; readonly password: string };
  readonly brokers: readonly Broker[];
  stop(graceMs?: number): Promise<void>;
}

export interface BrokersOptions {
  readonly folder: string;
  readonly count: 1 | 3;
  /** More properties of every broker: `advertised.listeners` of a proxy before it, for one. */
  readonly overrides?: Readonly<Record<string, string | number>>;
}

/** One or three brokers on loopback, ended and started again one by one. */
export class Brokers {
  private asking: Promise<Admin> | undefined;

  private constructor(private readonly cluster: Cluster) {}

  static async start({ folder, count, overrides = {} }: BrokersOptions): Promise<Brokers> {
    const { KafkaCluster } = await import('../../../infra/kafka/cluster.mjs');
    const { brokerProblem } = await import('../../../infra/kafka/install.mjs');
    const problem = brokerProblem();
    if (problem) throw new Error(problem);
    return new Brokers((await KafkaCluster.start({ folder, count, overrides })) as Cluster);
  }

  get all(): readonly Broker[] {
    return this.cluster.brokers;
  }

  get addresses(): readonly string[] {
    return this.cluster.addresses;
  }

  get admin(): Cluster['admin'] {
    return this.cluster.admin;
  }

  /** As the applications are told. */
  get env(): Readonly<Record<string, string>> {
    return {
      KAFKA_BROKERS: this.addresses.join(),
      KAFKA_REPLICAS: String(this.all.length),
      KAFKA_SASL_USERNAME: this.admin.username,
      KAFKA_SASL_PASSWORD: this.admin.password,
    };
  }

  /** Every partition of the topics has its leader and all of its replicas in sync. */
  async untilInSync(topics: readonly string[], bound: Bound = { withinMs: 120_000 }): Promise<number> {
    const inSync = async (): Promise<boolean> => {
      try {
        const admin = await this.client();
        const found = await admin.fetchTopicMetadata({ topics: [...topics] });
        return found.topics.every(({ partitions }) =>
          partitions.every(({ isr, leader }) => leader >= 0 && isr.length === this.all.length),
        );
      } catch {
        await this.forget();
        return false;
      }
    };
    return until('all replicas to be in sync', inSync, bound, () =>
      this.all.map((each) => each.lastWords()).join('\n'),
    );
  }

  async stop(): Promise<void> {
    for (const broker of this.all) broker.signal('SIGCONT');
    await this.forget();
    await this.cluster.stop(5_000);
  }

  private client(): Promise<Admin> {
    this.asking ??= this.connect();
    return this.asking;
  }

  private async connect(): Promise<Admin> {
    const admin = new Kafka({
      brokers: [...this.addresses],
      clientId: 'rig',
      sasl: { mechanism: 'scram-sha-512', ...this.admin },
      logLevel: logLevel.NOTHING,
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
    }).admin({ retry: { retries: 1 } });
    await admin.connect();
    return admin;
  }

  private async forget(): Promise<void> {
    const admin = await this.asking?.catch(() => undefined);
    this.asking = undefined;
    await admin?.disconnect().catch(() => undefined);
  }
}
