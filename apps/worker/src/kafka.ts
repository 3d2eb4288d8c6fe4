import { accessOf, KafkaJsTransport, KafkaLogSource, logTopic } from '@fieldcase/kafka';
import { readLogIdentity } from '@fieldcase/postgres';
import type { KafkaConfig } from '@fieldcase/config';
import type { Connections } from './connections';

/** A source that has to be ended by who opened it. */
export type OpenSource = (projection: string, onFailure: (error: Error) => void) => Promise<KafkaLogSource>;

export const transportOf = (kafka: KafkaConfig, { report }: Pick<Connections, 'report'>): KafkaJsTransport =>
  new KafkaJsTransport(accessOf(kafka, (message) => report('info', 'kafka', { problem: message })));

/** The log as Kafka delivers it, a group of its own for each read model. */
export async function kafkaSources(
  kafka: KafkaConfig,
  transport: KafkaJsTransport,
  { pool, source: store }: Pick<Connections, 'pool' | 'source'>,
): Promise<OpenSource> {
  const { logId, epoch } = await readLogIdentity(pool);
  return async (projection, onFailure) => {
    const group = `${kafka.prefix}.${projection}`;
    const log = { logId, epoch };
    const source = new KafkaLogSource({ transport, log, topic: logTopic(kafka.prefix), group, store, onFailure });
    await source.start();
    return source;
  };
}
