import { keepPublishing, type KeepPublishingOptions, type ReportToOperators } from './keep-publishing';
import { logTopic, logTopicSpec } from './log-topic';
import { Relay, type RelayOptions } from './relay';
import { auditTopic } from './relay-audit';
import { checkBeginnings, RisingOffsets } from './rising-offsets';
import type { KafkaTransport, Publisher } from './transport';

export interface RunRelayOptions extends Omit<RelayOptions, 'topic'>, Pick<KeepPublishingOptions, 'onWaiting'> {
  readonly transport: KafkaTransport;
  /** Of all names in Kafka. */
  readonly prefix: string;
  readonly replicas: number;
  readonly onMoved?: (position: bigint) => void;
  /** One batch of the log is acknowledged and noted. */
  readonly onPublished?: (events: number, seconds: number) => void;
  readonly report: ReportToOperators;
  readonly auditEveryMs?: number;
}

const AUDIT_EVERY_MS = 60_000;

/**
 * Publishes the log until `signal` is aborted; a broker that is away is waited for. To be run by one leader at a time.
 * Throws RelayHalted, ForeignRecord, TopicUnfit, a BrokerProblem that waiting does not mend, and what `progress` throws
 * where another leads.
 */
export function runRelay(options: RunRelayOptions, signal: AbortSignal): Promise<void> {
  const topic = logTopicSpec(options.prefix, options.replicas);
  return keepPublishing(options, topic, signal, (publisher, onProgress) =>
    publish(options, publisher, signal, onProgress),
  );
}

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
