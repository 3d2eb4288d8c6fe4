import { readFileSync } from 'node:fs';
import { KafkaJsTransport, KafkaLogSource, logTopic, type KafkaTransport } from '@fieldcase/kafka';
import { readLogIdentity } from '@fieldcase/postgres';
import type { KafkaConfig } from '@fieldcase/config';
import type { Connections } from './connections';

export interface SourceListener {
  readonly onFailure: (error: Error) => void;
  readonly onAssigned: (partitions: readonly number[]) => void;
}

/** A source that has to be ended by who opened it. */
export type OpenSource = (projection: string, listener: SourceListener) => Promise<KafkaLogSource>;

export interface KafkaSourcesOptions {
  readonly prefix: string;
  readonly transport: KafkaTransport;
  /** The log itself, and where its identity is found. */
  readonly log: Pick<Connections, 'pool' | 'source' | 'report'>;
  /** At the end of the groups' names: databases beside the log's are filled each by itself. */
  readonly sink?: string;
  readonly stalledMs?: number;
}

export function transportOf({ brokers, prefix, sasl, caFile }: KafkaConfig, { report }: Pick<Connections, 'report'>) {
  return new KafkaJsTransport({
    brokers,
    clientId: prefix,
    ...(sasl ? { sasl } : {}),
    ...(caFile === undefined ? {} : { tls: { ca: readFileSync(caFile, 'utf8') } }),
    onTrouble: (message) => report('info', 'kafka', { problem: message }),
  });
}

/** The log as Kafka delivers it, a group of its own for each read model of each database. */
export async function kafkaSources(options: KafkaSourcesOptions): Promise<OpenSource> {
  const { prefix, transport, log, sink, stalledMs } = options;
  const { logId, epoch } = await readLogIdentity(log.pool);
  return async (projection, listener) => {
    const source = new KafkaLogSource({
      ...listener,
      transport,
      log: { logId, epoch },
      topic: logTopic(prefix),
      group: [prefix, projection, ...(sink === undefined ? [] : [sink])].join('.'),
      store: log.source,
      onUnreadable: ({ message }, count) =>
        log.report('error', 'a record of the log topic cannot be read', { projection, count, problem: message }),
      ...(stalledMs === undefined ? {} : { stalledMs }),
    });
    await source.start();
    return source;
  };
}
