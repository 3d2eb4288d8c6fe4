import { readFileSync } from 'node:fs';
import { KafkaJsTransport, KafkaLogSource, logTopic } from '@fieldcase/kafka';
import { readLogIdentity } from '@fieldcase/postgres';
import type { KafkaConfig } from '@fieldcase/config';
import type { Connections } from './connections';

/** A source that has to be ended by who opened it. */
export type OpenSource = (projection: string, onFailure: (error: Error) => void) => Promise<KafkaLogSource>;

const QUIET_MS = 60_000;
const MOST_KNOWN = 100;

export function transportOf({ brokers, prefix, sasl, caFile }: KafkaConfig, { report }: Pick<Connections, 'report'>) {
  return new KafkaJsTransport({
    brokers,
    clientId: prefix,
    ...(sasl ? { sasl } : {}),
    ...(caFile === undefined ? {} : { tls: { ca: readFileSync(caFile, 'utf8') } }),
    onTrouble: notAgain((message) => report('info', 'kafka', { problem: message })),
  });
}

/** A client that cannot connect says the same many times a second. */
function notAgain(say: (message: string) => void): (message: string) => void {
  const saidAt = new Map<string, number>();
  return (message) => {
    const now = performance.now();
    if (now - (saidAt.get(message) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    if (saidAt.size >= MOST_KNOWN) saidAt.clear();
    saidAt.set(message, now);
    say(message);
  };
}

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
