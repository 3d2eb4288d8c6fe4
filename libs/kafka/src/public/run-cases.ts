import { keepPublishing, type KeepPublishingOptions, type ReportToOperators } from '../keep-publishing';
import type { KafkaTransport, Publisher } from '../transport';
import type { Covered } from '../relay';
import { casesTopicSpec } from './case-records';
import { lastSent, mustHaveSent } from './cases-audit';
import { CasesRelay, type CasesBegin, type CasesRelayOptions } from './cases-relay';

export interface RunCasesOptions extends Omit<CasesRelayOptions, 'topic'>, Pick<KeepPublishingOptions, 'onWaiting'> {
  readonly transport: KafkaTransport;
  /** Of all names in Kafka. */
  readonly prefix: string;
  readonly replicas: number;
  readonly onMoved?: (position: bigint) => void;
  readonly report: ReportToOperators;
  readonly auditEveryMs?: number;
}

const AUDIT_EVERY_MS = 60_000;

/**
 * Publishes the chosen events of cases until `signal` is aborted; a broker that is away is waited for. To be run by one
 * leader at a time. Throws RelayHalted, ForeignRecord, TopicUnfit, and what `progress` throws where another leads.
 */
export function runCases(options: RunCasesOptions, signal: AbortSignal): Promise<void> {
  const topic = casesTopicSpec(options.prefix, options.replicas);
  return keepPublishing(options, topic, signal, (publisher, onProgress) =>
    publish({ ...options, topic: topic.name }, publisher, signal, onProgress),
  );
}

async function publish(
  options: RunCasesOptions & CasesRelayOptions,
  publisher: Publisher,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  const { source, onMoved, auditEveryMs = AUDIT_EVERY_MS } = options;
  for (let sent: Covered | undefined; !signal.aborted;) {
    const relay = new CasesRelay(options, publisher, await repaired(options, sent));
    const auditAt = performance.now() + auditEveryMs;
    while (!signal.aborted && performance.now() < auditAt) {
      const moved = await relay.step();
      onProgress();
      onMoved?.(relay.position);
      if (!moved) await source.waitForMore(relay.position, 1_000, signal);
    }
    ({ sent } = relay);
  }
}

/**
 * Where to go on. A partition that ends earlier than it must has lost what was acknowledged: it is published again.
 * @param known what was sent by this leader; absent: by another, and looked up in the log
 */
async function repaired(options: RunCasesOptions & CasesRelayOptions, known?: Covered): Promise<CasesBegin> {
  const { topic, source, progress, report } = options;
  const noted = await progress.load();
  const sent = await lastSent(options, noted);
  const expected = known ?? (await mustHaveSent(source, sent, noted));
  const isShort = (shard: number): boolean => (sent[shard] ?? 0n) < (expected[shard] ?? 0n);
  const short = sent.flatMap((_, shard) => (isShort(shard) ? [shard] : []));
  if (short.length === 0) return { noted, sent };
  report('error', 'acknowledged records are missing from the topic of cases, publishing them again', {
    topic,
    partitions: short.join(),
  });
  const again = noted.map((position, shard) => (isShort(shard) ? (sent[shard] ?? 0n) : position));
  await progress.move(noted, again);
  return { noted: again, sent };
}
