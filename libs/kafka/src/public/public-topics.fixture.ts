import type { Pool } from 'pg';
import { depotTopic, type FeedItem } from '@fieldcase/contracts';
import { contractEvent } from '@fieldcase/eventsourcing/testing';
import type { RecordedEvent } from '@fieldcase/eventsourcing';
import { Lease, RelayCheckpoints } from '@fieldcase/postgres';
import type { LogOnKafka } from '../log-on-kafka.fixture';
import type { ConsumedRecord } from '../transport';
import { DepotFeeds, type DepotFeedsOptions } from './depot-feeds';
import { depotFeedTopicSpec } from './depot-records';
import { runCases, type RunCasesOptions } from './run-cases';

const LEASE_MS = 60_000;

export async function progressOf(pool: Pool, name: string): Promise<RelayCheckpoints> {
  const lease = new Lease(pool, `subscription:${name}`, 'spec', LEASE_MS);
  if (!(await lease.acquire())) throw new Error(`${name} is led by another`);
  return new RelayCheckpoints(pool, lease, name);
}

/** What publishes, until it is stopped. */
export interface Running {
  /** How it ended. */
  readonly ended: Promise<Error | undefined>;
  stop(): Promise<void>;
}

function running(run: (signal: AbortSignal) => Promise<void>): Running {
  const stopping = new AbortController();
  const ended = run(stopping.signal).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  return {
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** Cases and depots of one log, and what is in their topics. */
export class PublicTopics {
  readonly reports: string[] = [];
  private readonly report: RunCasesOptions['report'] = (level, message, { problem = '' }) => {
    this.reports.push(`${level} ${message} ${problem}`);
  };

  constructor(private readonly on: LogOnKafka) {}

  runCases(progress: RelayCheckpoints, options: Partial<RunCasesOptions> = {}): Running {
    const { log, source, transport, prefix } = this.on;
    const all = { log, source, transport, prefix, progress, replicas: 1, report: this.report, ...options };
    return running((signal) => runCases(all, signal));
  }

  runDepots(progress: RelayCheckpoints, options: Partial<DepotFeedsOptions> = {}): Running & { feeds: DepotFeeds } {
    const { log, source, store, transport, prefix } = this.on;
    const itemOf = ({ version, data }: RecordedEvent) => ({ ...data, sequence: version }) as FeedItem;
    const own = { itemOf, lookEveryMs: 200, report: this.report, ...options };
    const feeds = new DepotFeeds({ log, source, store, transport, prefix, progress, ...own });
    return { feeds, ...running((signal) => feeds.run(signal)) };
  }

  async makeDepotTopic(depotId: string): Promise<string> {
    const name = depotTopic(this.on.prefix, depotId, 'part-requests');
    await this.on.transport.ensureTopic(depotFeedTopicSpec(name, 1));
    return name;
  }

  /** Two public events of each case, and between them one that is not. */
  async writeCases(cases: number, name = 'case'): Promise<void> {
    for (let n = 0; n < cases; n += 1) {
      const events = [
        contractEvent('TechnicianArrived', { visitId: `visit-${n}` }),
        contractEvent('NoteAdded', { kind: 'note' }),
        contractEvent('CaseReopened', {}),
      ];
      await this.on.store.append({ writes: [{ streamId: `case:${name}-${n}`, expected: 'any', events }] });
    }
  }

  async notice(depotId: string, notices: number): Promise<void> {
    for (let left = notices; left > 0; left -= 500) {
      const events = Array.from({ length: Math.min(left, 500) }, (_, n) =>
        contractEvent('PartRequestNoticed', { partRequestId: `request-${n}`, quantity: 1 }),
      );
      await this.on.store.append({ writes: [{ streamId: `depotfeed:${depotId}`, expected: 'any', events }] });
    }
  }

  /** Reads a topic from its beginning until `enough` says so. */
  async read(
    topic: string,
    enough: (records: readonly (ConsumedRecord & { readonly partition: number })[]) => boolean,
  ): Promise<readonly (ConsumedRecord & { readonly partition: number })[]> {
    const records: (ConsumedRecord & { readonly partition: number })[] = [];
    let done = (): void => undefined;
    let failed: (error: Error) => void = () => undefined;
    const isEnough = new Promise<void>((resolve, reject) => {
      done = resolve;
      failed = reject;
    });
    const consumption = await this.on.transport.consume({
      topics: [topic],
      group: `${this.on.prefix}.reader.${Math.random()}`,
      onRecords: (_, partition, some) => {
        records.push(...some.map((record) => ({ ...record, partition })));
        if (enough(records)) done();
      },
      onCrash: (error) => failed(error),
    });
    await isEnough;
    await consumption.close();
    return records;
  }
}
