import { readFileSync } from 'node:fs';
import type { KafkaConfig } from '@fieldcase/config';
import type { KafkaAccess } from './kafkajs-client';

/** As the configuration says it. Throws where the file of the authority cannot be read. */
export function accessOf(
  { brokers, prefix, sasl, caFile }: KafkaConfig,
  onTrouble?: (message: string) => void,
): KafkaAccess {
  return {
    brokers,
    clientId: prefix,
    ...(sasl ? { sasl } : {}),
    ...(caFile === undefined ? {} : { tls: { ca: readFileSync(caFile, 'utf8') } }),
    ...(onTrouble ? { onTrouble } : {}),
  };
}
