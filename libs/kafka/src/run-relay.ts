import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerProblem, explained } from './broker-problem';
import { ForeignRecord, logTopic, logTopicSpec } from './log-topic';
import { Relay, type RelayOptions } from './relay';
import { auditTopic, RelayHalted } from './relay-audit';
import { checkBeginnings, RisingOffsets } from './rising-offsets';
import { TopicUnfit, type KafkaTransport, type Publisher } from './transport';

export interface RunRelayOptions extends Omit<RelayOptions, 'topic'> {
  readonly transport: KafkaTransport;
  /** Of all names in Kafka. */
  readonly prefix: string;
  readonly replicas: number;
  readonly onMoved?: (position: bigint) => void;
  /** One batch of the log is acknowledged and noted. */
  readonly onPublished?: (events: number, seconds: number) => void;
  /** It cannot publish now, and tries again. */
  readonly onWaiting?: (error: Error) => void;
  readonly report: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, string>>,
  ) => void;
  readonly auditEveryMs?: number;
}

const AUDIT_EVERY_MS = 60_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Publishes the log until `signal` is aborted; a broker that is away is waited for. To be run by one leader at a time.
 * Throws RelayHalted, ForeignRecord, TopicUnfit, a BrokerProblem that waiting does not mend, and what `progress` throws where another leads.
 */
export async function runRelay(options: RunRelayOptions, signal: AbortSignal): Promise<void> {
  const { transport, prefix, replicas, onWaiting } = options;
  for (let failures = 0; !signal.aborted;) {
    try {
      await transport.ensureTopic(logTopicSpec(prefix, replicas));
      const publisher = await transport.publisher();
      try {
        await publish(options, publisher, signal, () => void (failures = 0));
      } finally {
        await publisher.close().catch(() => undefined);
      }
    } catch (caught) {
      const error = explained(caught);
      if (endsTheRelay(error) || signal.aborted) throw error;
      failures += 1;
      onWaiting?.(error);
      await sleep(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Says what was found and what to do, and holds no data. */
export const isForOperators = (error: unknown): error is Error =>
  error instanceof RelayHalted ||
  error instanceof ForeignRecord ||
  error instanceof TopicUnfit ||
  error instanceof BrokerProblem;

const endsTheRelay = (error: unknown): boolean =>
  (isForOperators(error) && !(error instanceof BrokerProblem && error.waitingHelps)) ||
  (error instanceof Error && ['LeaseLost', 'CheckpointMoved', 'OtherVersion'].includes(error.name));

async function publish(
  options: RunRelayOptions,
  publisher: Publisher,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  const { transport, log, source, prefix, onMoved, onPublished, auditEveryMs = AUDIT_EVERY_MS } = options;
  const topic = logTopic(prefix);
  const ends = await transport.ends(topic);
  await checkBeginnings(transport, log, topic, ends);
  const rising = new RisingOffsets(publisher, ends);
  while (!signal.aborted) {
    await repair(options, topic);
    const relay = new Relay({ ...options, topic }, rising);
    const auditAt = performance.now() + auditEveryMs;
    while (!signal.aborted && performance.now() < auditAt) {
      const began = performance.now();
      const events = await relay.step();
      onProgress();
      if (events > 0) onPublished?.(events, (performance.now() - began) / 1_000);
      onMoved?.(relay.position);
      if (events === 0) await source.waitForMore(relay.position, 1_000, signal);
    }
  }
}

/** Progress goes back to where the topic ends, where that is behind. */
async function repair({ transport, log, source, progress, report }: RunRelayOptions, topic: string): Promise<void> {
  const covered = await progress.load();
  const found = await auditTopic({ transport, log, topic, source }, covered, await source.head());
  const behind = found.flatMap((position, partition) => (position === covered[partition] ? [] : [partition]));
  if (behind.length === 0) return;
  report('error', 'acknowledged records are missing from the log topic, publishing them again', {
    topic,
    partitions: behind.join(),
  });
  await progress.move(covered, found);
}
