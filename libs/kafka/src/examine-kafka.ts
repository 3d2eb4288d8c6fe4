import { BrokerProblem, explained } from './broker-problem';
import { logTopicSpec } from './log-topic';
import { silentAddresses } from './silent-addresses';
import type { KafkaTransport } from './transport';

/** What a start needs of the brokers, looked at without any effect. */
export interface KafkaFinding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do; only where it is not well. */
  readonly mend?: string;
}

export interface ExamineKafkaOptions {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly replicas: number;
}

/** Stops at the first that is not well: what comes after it would only say the same. */
export async function examineKafka(
  transport: KafkaTransport,
  { brokers, prefix, replicas }: ExamineKafkaOptions,
): Promise<readonly KafkaFinding[]> {
  const spec = logTopicSpec(prefix, replicas);
  const findings: KafkaFinding[] = [];
  const examine = async (check: string, look: () => Promise<string>): Promise<boolean> => {
    const finding = await look().then(
      (found): KafkaFinding => ({ check, ok: true, found }),
      (error: unknown) => unwell(check, explained(error)),
    );
    findings.push(finding);
    return finding.ok;
  };
  let there = false;
  const reached = await examine('Kafka', async () => {
    const cluster = await transport.reach();
    await requireLiving(brokers, cluster, replicas);
    return `${brokers.join()} answer`;
  });
  if (!reached) return findings;
  const fit = await examine('log topic', async () => {
    there = await transport.checkTopic(spec);
    return there
      ? `${spec.name}: ${spec.partitions} partitions, ${replicas} replicas or more`
      : `${spec.name} is not there yet: the relay makes it`;
  });
  if (fit && there) {
    await examine('rights on the log topic', async () => {
      await (await transport.publisher()).close();
      await transport.lastRecords(spec.name);
      return 'its user may publish and read';
    });
  }
  return findings;
}

/** One broker that answers speaks for itself only: what it knows of the others may be old. Throws BrokerProblem. */
async function requireLiving(brokers: readonly string[], cluster: readonly string[], replicas: number): Promise<void> {
  const silent = await silentAddresses([...new Set([...brokers, ...cluster])]);
  const living = cluster.filter((address) => !silent.includes(address));
  const few = living.length < replicas;
  const count = `${living.length} of ${cluster.length} brokers ${living.length === 1 ? 'lives' : 'live'} (${living.join()})`;
  const fewer = `${count}, fewer than KAFKA_REPLICAS (${replicas})`;
  if (silent.length > 0) {
    const found = `nobody answers at ${silent.join()}; ${few ? fewer : count}`;
    const mend = 'start what is away; if it is not, check KAFKA_BROKERS, advertised.listeners and firewalls';
    throw new BrokerProblem('unreachable', `${found}: ${mend}`);
  }
  if (few) {
    throw new BrokerProblem(
      'too-few-brokers',
      `${fewer}: start more brokers, or set KAFKA_REPLICAS to how many there are`,
    );
  }
}

/** Every sentence of this house says what was found, then a colon, then what mends it. */
function unwell(check: string, { message }: Error): KafkaFinding {
  const [found = message, ...mend] = message.split(': ');
  return { check, ok: false, found, mend: mend.join(': ') || 'see the logs of the brokers' };
}
