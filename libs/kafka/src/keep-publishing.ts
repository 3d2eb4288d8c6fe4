import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerProblem, explained } from './broker-problem';
import { isForOperators } from './for-operators';
import type { KafkaTransport, Publisher, TopicSpec } from './transport';

export type ReportToOperators = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string>>,
) => void;

export interface KeepPublishingOptions {
  readonly transport: Pick<KafkaTransport, 'ensureTopic' | 'publisher'>;
  /** It cannot publish now, and tries again. */
  readonly onWaiting?: (error: Error) => void;
}

const LONGEST_PAUSE_MS = 5_000;

/**
 * Lets `publish` work, again with a publisher of its own after each failure, until `signal` is aborted; a broker that is
 * away is waited for. Throws what operators have to mend, and what says that another leads.
 * @param publish calls `onProgress` where something went well
 */
export async function keepPublishing(
  { transport, onWaiting }: KeepPublishingOptions,
  topic: TopicSpec,
  signal: AbortSignal,
  publish: (publisher: Publisher, onProgress: () => void) => Promise<void>,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      await transport.ensureTopic(topic);
      const publisher = await transport.publisher();
      try {
        await publish(publisher, () => void (failures = 0));
      } finally {
        await publisher.close().catch(() => undefined);
      }
    } catch (caught) {
      const error = explained(caught);
      if (endsPublishing(error) || signal.aborted) throw error;
      failures += 1;
      onWaiting?.(error);
      await sleep(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures), undefined, { signal }).catch(() => undefined);
    }
  }
}

const endsPublishing = (error: unknown): boolean =>
  (isForOperators(error) && !(error instanceof BrokerProblem && error.waitingHelps)) ||
  (error instanceof Error && ['LeaseLost', 'CheckpointMoved', 'OtherVersion'].includes(error.name));
