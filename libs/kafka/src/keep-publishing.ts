import { setTimeout as sleep } from 'node:timers/promises';
import { isForOperators } from './run-relay';
import type { KafkaTransport, Publisher } from './transport';

export type ReportToOperators = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string>>,
) => void;

export interface KeepPublishingOptions {
  readonly transport: Pick<KafkaTransport, 'publisher'>;
  readonly report: ReportToOperators;
  /** What a report calls it: "the relay". */
  readonly name: string;
}

const LONGEST_PAUSE_MS = 5_000;

/**
 * Lets `publish` work, again with a publisher of its own after each failure, until `signal` is aborted; a broker that is
 * away is waited for. Throws what operators have to mend, and what says that another leads.
 * @param publish calls `onProgress` where something went well
 */
export async function keepPublishing(
  { transport, report, name }: KeepPublishingOptions,
  signal: AbortSignal,
  publish: (publisher: Publisher, onProgress: () => void) => Promise<void>,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      const publisher = await transport.publisher();
      try {
        await publish(publisher, () => void (failures = 0));
      } finally {
        await publisher.close().catch(() => undefined);
      }
    } catch (error) {
      if (endsPublishing(error) || signal.aborted) throw error;
      failures += 1;
      report('warn', `${name} fails, trying again`, { attempt: String(failures), problem: (error as Error).message });
      await sleep(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures), undefined, { signal }).catch(() => undefined);
    }
  }
}

const endsPublishing = (error: unknown): boolean =>
  isForOperators(error) ||
  (error instanceof Error && ['LeaseLost', 'CheckpointMoved', 'OtherVersion'].includes(error.name));
